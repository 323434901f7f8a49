import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

const run = promisify(execFile)

/** A command in its own process, on its own SQLite folder; its last line as JSON. */
async function ace(folder: string, ...args: string[]) {
  const env = { ...process.env, DATA_DIR: folder, DATABASE_URL: undefined, REDIS_URL: undefined, APP_KEY: undefined, NODE_ENV: 'production', LOG_LEVEL: 'silent' }
  const { stdout } = await run(process.execPath, ['ace.js', ...args, '--json'], { cwd: app.makePath(), env })
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

test.group('Setup | backup and restore (M057)', (group) => {
  let folder: string
  group.setup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opora-backup-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  test('a desk restored elsewhere has every ticket, every file and its secrets', async ({ assert }) => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')]
    const seeded = await ace(here, 'demo:seed', '--tickets=12')

    const backup = await ace(here, 'backup', `--into=${join(folder, 'backups')}`)
    await ace(there, 'restore', backup.path)

    const [before, after] = [await ace(here, 'doctor'), await ace(there, 'doctor')]
    assert.isTrue(after.ok)
    assert.deepEqual(after.counts, before.counts)
    assert.isAbove(backup.files, 0)
    assert.isAbove(seeded.tickets, 12)
    assert.isTrue(existsSync(join(there, 'secrets.json')))
  }).timeout(120_000)

  test('it does not overwrite a desk unless it is told to, and then keeps what was there', async ({ assert }) => {
    const desk = join(folder, 'desk')
    await ace(desk, 'demo:seed', '--tickets=3')
    const backup = await ace(desk, 'backup')

    await assert.rejects(() => ace(desk, 'restore', backup.path))
    const { aside } = await ace(desk, 'restore', backup.path, '--force')

    assert.isTrue(existsSync(join(aside, 'opora.sqlite')))
    assert.isTrue((await ace(desk, 'doctor')).ok)
  }).timeout(120_000)
})
