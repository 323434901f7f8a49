/*
 * What `npm test` does once the packages are there (bin/test.mjs starts it with the packaged Node):
 * types and style, then every suite on SQLite without Redis and on PostgreSQL with Redis.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from './servers/postgres.js'
import { freePort, temporaryFolder } from './servers/processes.js'
import { startRedis } from './servers/redis.js'
import type { Totals } from './totals.js'

const root = fileURLToPath(new URL('../', import.meta.url))
const started = Date.now()
const results: ({ what: string; seconds: number } & Totals)[] = []
const only = process.argv.slice(2)

const SUITES = ['unit', 'functional', 'plugins']

/** Something that takes no part in the house's own work ran: its output, told whole and unbroken when it has ended. */
async function program(what: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}, sums?: string) {
  const from = Date.now()
  const chunks: Buffer[] = []
  const code = await new Promise<number>((done) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', () => done(1))
    child.on('close', (exit) => done(exit ?? 1))
  })
  const counted = sums && existsSync(sums) ? (JSON.parse(readFileSync(sums, 'utf8')) as Totals) : { passed: 0, failed: 0 }
  if (!sums) counted.passed = code === 0 ? 1 : 0
  if (code !== 0 && counted.failed === 0) counted.failed = 1

  const seconds = Math.round((Date.now() - from) / 1000)
  console.log(`\n── ${what} (${seconds} s) ${'─'.repeat(Math.max(0, 70 - what.length))}`)
  process.stdout.write(Buffer.concat(chunks))
  results.push({ what, seconds, ...counted })
}

/** Japa's suites in a process with a data folder, a port and (perhaps) servers of their own. */
async function suites(what: string, names: string[], env: NodeJS.ProcessEnv = {}) {
  const folder = temporaryFolder('test')
  const sums = join(folder, 'totals.json')
  await program(what, process.execPath, ['--import=@poppinss/ts-exec', '--enable-source-maps', 'bin/test.ts', ...names, '--force-exit'], {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    DATA_DIR: join(folder, 'data'),
    TEST_TOTALS: sums,
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
    ...env,
  }, sums)
  rmSync(folder, { recursive: true, force: true })
}

async function withServers(work: (env: NodeJS.ProcessEnv) => Promise<void>) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  try {
    await work({ DATABASE_URL: postgres.url, REDIS_URL: redis.url })
  } finally {
    await Promise.all([postgres.stop(), redis.stop()])
  }
}

const has = (suite: string) => existsSync(join(root, 'tests', suite)) && readdirSync(join(root, 'tests', suite)).length > 0
const wanted = (name: string) => only.length === 0 || only.includes(name)

// Whoever runs the tests with a desk's settings in the environment must not test on that desk.
for (const name of ['DATABASE_URL', 'REDIS_URL', 'DB_CLIENT', 'APP_URL', 'APP_KEY', 'DEMO', 'OPORA_ROLE', 'OUTBOUND_ALLOW']) delete process.env[name]

if (wanted('checks')) {
  await Promise.all([
    program('types', process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']),
    program('style', process.execPath, ['node_modules/eslint/bin/eslint.js', '--quiet', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.']),
  ])
}
await Promise.all([
  wanted('sqlite') && suites('SQLite, one process', SUITES),
  wanted('postgres') && withServers((env) => suites('PostgreSQL and Redis', SUITES, env)),
])
// Both start desks in processes of their own, as they run in production.
if (wanted('browser') || wanted('faults')) await program('build', process.execPath, ['--input-type=module', '-e', `(await import('./bin/compile.mjs')).compile()`])
if (wanted('browser') && has('browser')) await suites('browser, on SQLite', ['browser'], { TEST_BUILD: '1' })
if (wanted('faults') && has('faults')) await suites('faults', ['faults'], { TEST_BUILD: '1' })

const passed = results.reduce((sum, one) => sum + one.passed, 0)
const failed = results.reduce((sum, one) => sum + one.failed, 0)
console.log(`\n── all (${Math.round((Date.now() - started) / 1000)} s) ${'─'.repeat(67)}`)
for (const one of results) console.log(`${one.what.padEnd(24)} ${String(one.passed).padStart(5)} passed ${String(one.failed).padStart(4)} failed ${String(one.seconds).padStart(5)} s`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
