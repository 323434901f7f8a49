import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { startDovecot } from '../servers/dovecot.js'
import { givenDesk, mail, until } from './desk_with_mail.js'

test.group('Faults | the disk is full', () => {
  test('pages stay up, the inbox says so in words, nothing is lost, and work goes on when there is room', async ({ assert, cleanup }) => {
    const dovecot = await startDovecot()
    const given = await givenDesk()
    const drive = join(given.desk.options.dataDir, 'drive')
    const tmp = join(given.desk.options.dataDir, 'tmp')
    // A disk of its own for what arrives: the database stays where there is room.
    for (const folder of [drive, tmp]) mkdirSync(folder, { recursive: true })
    const disk = (...args: string[]) => {
      const { status, stderr } = spawnSync(args[0], args.slice(1), { encoding: 'utf8' })
      if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    }
    for (const folder of [drive, tmp]) disk('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder)
    cleanup(async () => {
      await given.desk.kill()
      for (const folder of [drive, tmp]) disk('umount', '-l', folder)
      await given.stop()
      await dovecot.stop()
    })
    for (const folder of [drive, tmp]) {
      // Filled to the brim, as df says it.
      try {
        for (let n = 0; n < 100; n++) writeFileSync(join(folder, `.fill${n}`), Buffer.alloc(4096))
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      }
    }

    await dovecot.lay('info', [mail(1), mail(2)])
    const id = given.addInbox({ address: 'info@kavarna.test', imap: { port: dovecot.port, user: 'info', password: dovecot.password } })
    await until('health says so', () => given.health(id)?.ok === 0, 30)
    assert.match(given.health(id)!.reason!, /"key":"[a-z_.]*disk[a-z_.]*"|ENOSPC|space/)
    const page = await given.visitor.get('/admin/inboxes')
    assert.equal(page.status, 200)
    assert.match(page.body, /disk|space/i)
    assert.equal((await given.visitor.get('/views/waiting')).status, 200)
    assert.equal(given.messages(id), 0)

    for (const folder of [drive, tmp]) for (let n = 0; existsSync(join(folder, `.fill${n}`)); n++) rmSync(join(folder, `.fill${n}`))
    await until('both mails are tickets', () => given.messages(id) === 2, 60)
    await until('health is well again', () => given.health(id)?.ok === 1, 30)
    assert.deepEqual(given.fates(id), { done: 2 })
  })
})
