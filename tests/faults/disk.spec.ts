import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { startDovecot } from '../servers/dovecot.js'
import { temporaryFolder } from '../servers/processes.js'
import { givenDesk, mail, until } from './desk_with_mail.js'

test.group('Faults | the disk is full', () => {
  test('pages stay up, the inbox says so in words, nothing is lost, and work goes on when there is room', async ({ assert, cleanup }) => {
    const dovecot = await startDovecot()
    const given = await givenDesk()
    const { dataDir } = given.desk.options
    const small = temporaryFolder('disk')
    const disk = (...args: string[]) => {
      const { status, stderr } = spawnSync(args[0], args.slice(1), { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    }
    // A small disk of its own for what arrives: the database stays where there is room.
    disk('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small)
    cleanup(async () => {
      await given.desk.kill()
      disk('umount', '-l', small)
      await given.stop()
      await dovecot.stop()
    })
    for (const name of ['drive', 'tmp']) {
      rmSync(join(dataDir, name), { recursive: true, force: true })
      mkdirSync(join(small, name))
      symlinkSync(join(small, name), join(dataDir, name))
    }
    const fill = join(small, 'fill')
    assert.throws(() => writeFileSync(fill, Buffer.alloc(300_000)), /ENOSPC/)

    await dovecot.lay('info', [mail(1), mail(2)])
    const id = given.addInbox({ address: 'info@kavarna.test', imap: { port: dovecot.port, user: 'info', password: dovecot.password } })
    await until('health says so', () => given.health(id)?.ok === 0, 30)
    const page = await given.visitor.get('/admin/inboxes')
    assert.equal(page.status, 200)
    assert.include(page.body, 'The disk is full.')
    assert.equal((await given.visitor.get('/views/waiting')).status, 200)
    assert.equal(given.messages(id), 0)

    rmSync(fill)
    await until('both mails are tickets', () => given.messages(id) === 2, 60)
    await until('health is well again', () => given.health(id)?.ok === 1, 30)
    assert.deepEqual(given.fates(id), { done: 2 })
  })
})
