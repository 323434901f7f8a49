import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Encryption, drivers } from '@adonisjs/core/encryption'
import Database from 'better-sqlite3'
import { ENVIRONMENT, FLAGS } from '../../bin/program.mjs'
import { ended, freePort, temporaryFolder } from './processes.js'
import { Visitor } from './visitor.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** `npm test` has built the program: a desk starts in a second instead of five, and some are killed twenty times. */
const BUILT = process.env.TEST_BUILD === '1'

export interface DeskOptions {
  readonly dataDir: string
  /** The compiled program (build/, as `npm start` runs it) instead of the sources; unless said, where `npm test` has built it. */
  readonly compiled?: boolean
  readonly env?: NodeJS.ProcessEnv
  /** Flags of Node itself. */
  readonly flags?: readonly string[]
}

/** The real program in a process of its own, as it runs in production: it can be killed, and started again on its data. */
export class RunningDesk {
  #child: ChildProcess | null = null
  #said = ''
  port = 0

  constructor(readonly options: DeskOptions) {}

  get url() {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** The last of what it printed. */
  get said() {
    return this.#said
  }

  /** Starts it and waits until it answers; gives the milliseconds that took. */
  async start(): Promise<number> {
    const from = performance.now()
    this.port ||= await freePort()
    this.begin()
    const child = this.#child!
    for (let waited = 0; waited < 60_000; waited += 10) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The desk ended at once: ${this.#said}`)
      const answer = await fetch(`${this.url}/sign-in`, { redirect: 'manual' }).catch(() => null)
      if (answer && answer.status < 500) return performance.now() - from
      await pause(10)
    }
    throw new Error(`The desk did not answer in a minute: ${this.#said}`)
  }

  /** Starts it and does not wait. */
  begin() {
    const { dataDir, compiled = BUILT, env, flags = [] } = this.options
    const program = compiled ? [...FLAGS, 'build/bin/server.js'] : ['--import=@poppinss/ts-exec', 'bin/server.ts']
    // Whoever starts it is a desk too, and its settings stand in our environment.
    const { APP_KEY, APP_URL, DATABASE_URL, REDIS_URL, OPORA_ROLE, DB_CLIENT, DEMO, TEST_TOTALS, ...plain } = process.env
    const child = spawn(process.execPath, [...flags, ...program], {
      cwd: root,
      env: { ...(compiled ? ENVIRONMENT : {}), ...plain, NODE_ENV: 'production', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: String(this.port), DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const listen = (chunk: Buffer) => (this.#said = (this.#said + chunk).slice(-8000))
    child.stdout!.on('data', listen)
    child.stderr!.on('data', listen)
    const end = () => child.kill('SIGKILL')
    process.on('exit', end)
    child.once('exit', () => process.off('exit', end))
    this.#child = child
  }

  /** Pulls the plug. */
  async kill() {
    await this.#end('SIGKILL')
  }

  async stop() {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals) {
    if (this.#child) await ended(this.#child, signal)
    this.#child = null
  }

  /** Resident memory of the process, in MB: now, and the most it ever had. */
  memory(): { now: number; most: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return { now: kb('VmRSS') / 1024, most: kb('VmHWM') / 1024 }
  }

  /** From here on `memory().most` counts anew: Linux forgets the highest resident size of a process when asked to (proc(5), clear_refs). */
  forgetMost() {
    writeFileSync(`/proc/${this.pid}/clear_refs`, '5')
  }

  /** Processor time it has used so far, all its threads, ms: unlike the clock it hardly minds what else the machine does. */
  processor(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** Its database, opened beside it. */
  database(): Database.Database {
    const opened = new Database(join(this.options.dataDir, 'opora.sqlite'))
    opened.pragma('busy_timeout = 10000')
    return opened
  }

  /** Encrypts settings as the desk does, with its own key. */
  async seal(values: object): Promise<string> {
    const { APP_KEY } = JSON.parse(readFileSync(join(this.options.dataDir, 'secrets.json'), 'utf8'))
    const config = await (drivers.aes256gcm({ id: 'gcm', keys: [APP_KEY] }) as any).resolver()
    return new Encryption(config).encrypt(JSON.stringify(values))
  }

  /** The first run, as a person does it in a browser: makes the first admin, who is signed in then. */
  async firstRun(): Promise<Visitor> {
    const visitor = new Visitor(this.url)
    await visitor.submit('/setup', '/setup', { company: 'Kavárna', language: 'en', time_zone: 'Europe/Prague', ...ADMIN, password_confirmation: ADMIN.password })
    return this.signIn()
  }

  /** Signs the first admin in, through the form. */
  async signIn(): Promise<Visitor> {
    const visitor = new Visitor(this.url)
    const { email, password } = ADMIN
    const answer = await visitor.submit('/sign-in', '/sign-in', { email, password })
    if (answer.status !== 303) throw new Error(`Could not sign in: ${answer.status}`)
    return visitor
  }
}

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
 * A desk with a data folder of its own and, unless it is `fresh`, with ADMIN in it and a token.
 *
 * @throws with what the process printed when it does not answer within a minute.
 */
export async function startDesk({ env = {}, fresh = false }: { env?: NodeJS.ProcessEnv; fresh?: boolean } = {}): Promise<Desk> {
  const folder = temporaryFolder('desk')
  const dataDir = join(folder, 'data')
  const desk = new RunningDesk({ dataDir, env })
  const token = fresh ? '' : await addAdmin({ PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env })
  await desk.start()
  return {
    url: desk.url,
    dataDir,
    token,
    async api<T>(method: string, path: string, body?: unknown) {
      const answer = await fetch(`${desk.url}/api/v1${path}`, {
        method,
        headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return (answer.status === 204 ? null : await answer.json()) as T
    },
    async stop() {
      await desk.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    kill: () => desk.kill(),
    async start() {
      await desk.start()
    },
  }
}

async function addAdmin(env: NodeJS.ProcessEnv): Promise<string> {
  await command(env, 'agent:create', `--email=${ADMIN.email}`, `--name=${ADMIN.name}`, `--password=${ADMIN.password}`, '--role=admin')
  return (await command(env, 'token:create', `--email=${ADMIN.email}`, '--name=test', '--abilities=read,write,admin')).trim()
}

async function command(env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [BUILT ? 'build/ace.js' : 'ace.js', ...args], { cwd: root, env })).stdout
}
