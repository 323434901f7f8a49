import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Encryption, drivers } from '@adonisjs/core/encryption'
import Database from 'better-sqlite3'
import { ended, freePort } from './processes.js'
import { Visitor } from './visitor.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface DeskOptions {
  readonly dataDir: string
  /** The compiled program (build/, as `npm start` runs it) instead of the sources. */
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
    const { dataDir, compiled, env, flags = [] } = this.options
    const program = compiled ? ['--enable-source-maps', 'build/bin/server.js'] : ['--import=@poppinss/ts-exec', 'bin/server.ts']
    // Whoever starts it is a desk too, and its settings stand in our environment.
    const { APP_KEY, APP_URL, DATABASE_URL, REDIS_URL, OPORA_ROLE, DB_CLIENT, DEMO, TEST_TOTALS, ...plain } = process.env
    const child = spawn(process.execPath, [...flags, ...program], {
      cwd: root,
      env: { ...plain, NODE_ENV: 'production', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: String(this.port), DATA_DIR: dataDir, ...env },
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
    await visitor.submit('/setup', '/setup', { company: 'Kavárna', language: 'en', time_zone: 'Europe/Prague', name: 'Jana Malá', ...ADMIN, password_confirmation: ADMIN.password })
    return this.signIn()
  }

  /** Signs the first admin in, through the form. */
  async signIn(): Promise<Visitor> {
    const visitor = new Visitor(this.url)
    const answer = await visitor.submit('/sign-in', '/sign-in', ADMIN)
    if (answer.status !== 303) throw new Error(`Could not sign in: ${answer.status}`)
    return visitor
  }
}

export const ADMIN = { email: 'jana@kavarna.test', password: 'correct horse battery' }
