import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

/*
 * The command line and the test clock as they are used: other processes, on a data folder of their own
 * that nobody has opened before.
 */

const run = promisify(execFile)

test.group('Command line', (group) => {
  let folder: string
  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opora-commands-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  const environment = () => {
    const { DATABASE_URL, REDIS_URL, ...rest } = process.env
    return { ...rest, NODE_ENV: 'production', DATA_DIR: folder, LOG_LEVEL: 'warn' }
  }
  const ace = (...args: string[]) => run(process.execPath, ['ace.js', ...args], { cwd: app.makePath(), env: environment() })

  test('an agent and a token are made before the first page was ever opened, and the clock is moved by it', async ({ assert, cleanup }) => {
    const agent = await ace('agent:create', '--email=petr@desk.test', '--name=Petr', '--password=dlouhé heslo 1', '--role=admin', '--json')
    assert.containsSubset(JSON.parse(agent.stdout), { email: 'petr@desk.test', role: 'admin', invite_url: null })
    const { stdout } = await ace('token:create', '--email=petr@desk.test', '--name=skript', '--abilities=read,write,admin')
    assert.match(stdout, /^op_[\w-]{43}\n$/)

    const wrong = [
      ['token:create', '--email=nikdo@desk.test', '--name=x'],
      ['token:create', '--email=petr@desk.test', '--name=x', '--abilities=fly'],
      ['agent:create', '--email=petr@desk.test', '--name=x', '--password=dlouhé heslo 1'],
    ]
    const failures = await Promise.all(wrong.map((args) => ace(...args).then(() => null, (error: { code: number; stdout: string; stderr: string }) => error)))
    for (const [index, failure] of failures.entries()) {
      assert.equal(failure?.code, 1, wrong[index]!.join(' '))
      assert.isEmpty(failure?.stdout)
      assert.isNotEmpty(failure?.stderr)
    }

    const port = await freePort()
    const server = spawn(process.execPath, ['--import=@poppinss/ts-exec', 'bin/server.ts'], { cwd: app.makePath(), env: { ...environment(), PORT: String(port), HOST: '127.0.0.1', TEST_CLOCK: '1' } })
    let log = ''
    server.stdout.on('data', (text) => (log += text))
    server.stderr.on('data', (text) => (log += text))
    cleanup(() => void server.kill('SIGKILL'))
    const base = `http://127.0.0.1:${port}`
    await until(() => fetch(`${base}/health`).then((answer) => answer.ok), () => log)
    assert.include(log, 'TEST_CLOCK=1')

    const headers = { 'authorization': `Bearer ${stdout.trim()}`, 'content-type': 'application/json' }
    const call = (path: string, body?: object) => fetch(`${base}/api/v1${path}`, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) }).then((answer) => answer.json() as Promise<any>)
    const moved = await call('/test/clock', { now: '2031-05-01T10:00:00.000Z' })
    assert.match(moved.now, /^2031-05-01T10:00:0/)
    const { data } = await call('/jobs')
    assert.isArray(data)
    const customer = await call('/customers', { name: 'Z budoucnosti' })
    assert.match(customer.created_at, /^2031-05-01T10:00:/)
    const back = await call('/test/clock', { now: null })
    assert.notMatch(back.now, /^2031/)
  }).timeout(120_000)
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

async function until(works: () => Promise<boolean>, log: () => string) {
  for (let tries = 0; tries < 300; tries++) {
    if (await works().catch(() => false)) return
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error(`The server did not start:\n${log()}`)
}
