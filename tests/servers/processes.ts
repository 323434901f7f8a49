import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A server that a test started: where it listens, and how to be rid of it with its folder. */
export interface Started {
  port: number
  folder: string
  stop(): Promise<void>
}

/** A port of the loopback interface that nobody has right now. */
export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

/** A temporary folder; given to `owner` when the tests run as root and the server refuses to. */
export function temporaryFolder(name: string, owner?: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), `opora-${name}-`))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  return folder
}

export interface Owner {
  uid: number
  gid: number
}

/** Whom a server that refuses to run as root runs as: the account of its package, else nobody. Undefined when we are not root. */
export function unprivileged(account: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const uid = Number(spawnSync('id', ['-u', account], { encoding: 'utf8' }).stdout)
  const gid = Number(spawnSync('id', ['-g', account], { encoding: 'utf8' }).stdout)
  return uid && gid ? { uid, gid } : { uid: 65534, gid: 65534 }
}

/**
 * Starts a server in the foreground and waits until it accepts connections, at most 30 s.
 * Throws with what it printed when it ends before that.
 */
export async function startServer(command: string, args: string[], port: number, folder: string, options: SpawnOptions & { stopBy?: NodeJS.Signals } = {}): Promise<Started> {
  const { stopBy = 'SIGTERM', ...rest } = options
  const child = spawn(command, args, { cwd: folder, ...rest, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const listen = (chunk: Buffer) => (said = (said + chunk).slice(-4000))
  child.stdout?.on('data', listen)
  child.stderr?.on('data', listen)
  child.on('error', (error) => (said += error.message))
  const end = () => child.kill('SIGKILL')
  process.on('exit', end)

  const stop = async () => {
    process.off('exit', end)
    await ended(child, stopBy)
    rmSync(folder, { recursive: true, force: true })
  }
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (child.exitCode !== null || child.pid === undefined) {
      process.off('exit', end)
      rmSync(folder, { recursive: true, force: true })
      throw new Error(`${command} ended at once: ${said}`)
    }
    if (await accepts(port)) return { port, folder, stop }
    await pause(50)
  }
  await stop()
  throw new Error(`${command} accepted nothing on port ${port} for 30 s: ${said}`)
}

/** Asks a process to end, and makes it after ten seconds. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill(signal)
  const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(impatience)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.on('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.on('error', () => done(false))
  })
}
