import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Dovecot {
  readonly port: number
  readonly password: string
  /** Puts a mail into a user's folder the way an MTA does; IDLE tells within half a second. */
  deliver(user: string, raw: string | Buffer, folder?: string): Promise<void>
  /** Lays many mails into a user's inbox at once, in this order. */
  lay(user: string, raws: Iterable<string | Buffer>): Promise<void>
  /** The server loses its index: UIDVALIDITY changes and every mail gets a new UID. */
  renumber(user: string): Promise<void>
  /** Stops and starts again with the same mail: connections break. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const PASSWORD = 'secret'

/**
 * A real Dovecot from a temporary configuration on a free loopback port; any user name works with the
 * password. Needs Debian's `dovecot-imapd` and root. Mail lies in Maildirs owned by nobody.
 */
export async function startDovecot(): Promise<Dovecot> {
  const base = await mkdtemp(join(tmpdir(), 'dovecot-'))
  const port = await freePort()
  await chmod(base, 0o755)
  for (const folder of ['run', 'mail', 'state']) await mkdir(join(base, folder))
  await writeFile(join(base, 'dovecot.conf'), configuration(base, port))
  await chown(join(base, 'mail'))
  let server = await launch(base, port)

  const maildir = (user: string, folder = 'INBOX') => join(base, 'mail', user, folder === 'INBOX' ? '' : `.${folder}`)
  return {
    port,
    password: PASSWORD,
    async deliver(user, raw, folder) {
      const box = maildir(user, folder)
      for (const part of ['tmp', 'new', 'cur']) await mkdir(join(box, part), { recursive: true })
      const name = `${Date.now()}.${randomUUID()}.test`
      await writeFile(join(box, 'tmp', name), raw)
      await chown(join(base, 'mail', user))
      await rename(join(box, 'tmp', name), join(box, 'new', name))
    },
    async lay(user, raws) {
      const box = maildir(user)
      for (const part of ['tmp', 'new', 'cur']) await mkdir(join(box, part), { recursive: true })
      let number = 0
      for (const raw of raws) await writeFile(join(box, 'new', `${Date.now()}.${String(++number).padStart(6, '0')}${randomUUID().slice(0, 8)}.test`), raw)
      await chown(join(base, 'mail', user))
    },
    async renumber(user) {
      await end(server)
      for (const file of await readdir(maildir(user))) {
        if (/^dovecot/.test(file)) await rm(join(maildir(user), file), { recursive: true })
      }
      await writeFile(join(maildir(user), 'dovecot-uidlist'), `3 V${Math.floor(Date.now() / 1000) + 100_000} N1\n`)
      await chown(join(base, 'mail', user))
      server = await launch(base, port)
    },
    async restart() {
      await end(server)
      server = await launch(base, port)
    },
    async stop() {
      await end(server)
      await rm(base, { recursive: true, force: true })
    },
  }
}

function configuration(base: string, port: number): string {
  return `
base_dir = ${base}/run
state_dir = ${base}/state
log_path = ${base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
mail_location = maildir:${base}/mail/%u
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  mailbox Odlozene {
    special_use = \\Junk
  }
}
imap_idle_notify_interval = 2 mins
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${base}/mail/%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`
}

async function launch(base: string, port: number): Promise<ChildProcess> {
  const server = spawn('/usr/sbin/dovecot', ['-F', '-c', join(base, 'dovecot.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) break
    if (await answers(port)) return server
    await new Promise((wake) => setTimeout(wake, 50))
  }
  server.kill('SIGKILL')
  throw new Error(`Dovecot did not start: ${said}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', (greeting) => (socket.destroy(), done(greeting.toString().includes('OK'))))
    socket.once('error', () => done(false))
    socket.setTimeout(2000, () => (socket.destroy(), done(false)))
  })
}

function end(server: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (server.exitCode !== null) return done()
    const kill = setTimeout(() => server.kill('SIGKILL'), 3000)
    server.once('exit', () => (clearTimeout(kill), done()))
    server.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })
}

async function chown(path: string) {
  await new Promise<void>((done) => spawn('chown', ['-R', 'nobody:nogroup', path]).once('exit', () => done()))
}
