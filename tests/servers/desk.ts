import { execFile, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ended, freePort, temporaryFolder } from './processes.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const TSX = '--import=@poppinss/ts-exec'

export const ADMIN = { name: 'Eva Malá', email: 'eva@obchod.test', password: 'tajne heslo 1' }

export interface Desk {
  readonly url: string
  readonly dataDir: string
  /** A token of the admin for everything; empty on a desk that nobody has set up yet. */
  readonly token: string
  /** Asks the API as the admin. Throws with the answer when it is not 2xx. */
  api<T = any>(method: string, path: string, body?: unknown): Promise<T>
  /** Ends it the way systemd does, and takes its folder away. */
  stop(): Promise<void>
  /** SIGKILL in whatever it is doing; the folder stays. */
  kill(): Promise<void>
  /** Starts it again on the same folder and port. */
  start(): Promise<void>
}

/**
 * The real server as a process of its own, in production, with a data folder and a port of its own.
 * `fresh`: nobody has set it up; otherwise ADMIN is there.
 *
 * @throws with what the process printed when it does not answer within a minute.
 */
export async function startDesk({ env = {}, fresh = false }: { env?: NodeJS.ProcessEnv; fresh?: boolean } = {}): Promise<Desk> {
  const folder = temporaryFolder('desk')
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const own: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env }
  const token = fresh ? '' : await addAdmin(own)

  let server = await launch(own, url)
  return {
    url,
    dataDir,
    token,
    async api(method, path, body) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return (answer.status === 204 ? null : await answer.json()) as any
    },
    async stop() {
      await ended(server)
      rmSync(folder, { recursive: true, force: true })
    },
    kill: () => ended(server, 'SIGKILL'),
    async start() {
      server = await launch(own, url)
    },
  }
}

async function addAdmin(env: NodeJS.ProcessEnv): Promise<string> {
  await command(env, 'agent:create', `--email=${ADMIN.email}`, `--name=${ADMIN.name}`, `--password=${ADMIN.password}`, '--role=admin')
  return (await command(env, 'token:create', `--email=${ADMIN.email}`, '--name=test', '--abilities=read,write,admin')).trim()
}

async function command(env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, ['ace.js', ...args], { cwd: root, env })).stdout
}

async function launch(env: NodeJS.ProcessEnv, url: string) {
  const child = spawn(process.execPath, [TSX, 'bin/server.ts'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = () => child.kill('SIGKILL')
  process.on('exit', end)
  child.once('exit', () => process.off('exit', end))
  let said = ''
  await new Promise<void>((done, fail) => {
    const impatience = setTimeout(() => (end(), fail(new Error(`The desk does not answer: ${said}`))), 60_000)
    const hear = (chunk: Buffer) => {
      said = (said + chunk).slice(-4000)
      if (said.includes(`ready at ${url}`)) (clearTimeout(impatience), done())
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => (clearTimeout(impatience), fail(new Error(`The desk ended: ${said}`))))
  })
  return child
}
