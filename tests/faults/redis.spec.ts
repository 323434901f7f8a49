import { test } from '@japa/runner'
import { startDovecot } from '../servers/dovecot.js'
import { startRedis } from '../servers/redis.js'
import { Wire } from '../servers/wire.js'
import { givenDesk, mail, until } from './desk_with_mail.js'

test.group('Faults | Redis is gone', () => {
  test('pages stay up and mail goes on coming; when Redis is back, so is everything', async ({ assert, cleanup }) => {
    const [redis, dovecot] = await Promise.all([startRedis(), startDovecot()])
    const wire = await new Wire(redis.port).mend()
    const given = await givenDesk({ REDIS_URL: `redis://127.0.0.1:${wire.port}`, OPORA_ROLE: 'all' })
    cleanup(async () => {
      await given.stop()
      await wire.cut()
      await Promise.all([redis.stop(), dovecot.stop()])
    })
    await dovecot.lay('info', [mail(1)])
    const id = given.addInbox({ address: 'info@kavarna.test', imap: { port: dovecot.port, user: 'info', password: dovecot.password } })
    await until('with Redis a mail becomes a ticket', () => given.messages(id) === 1, 30)

    await wire.cut()
    for (const path of ['/views/waiting', `/tickets/${given.one('SELECT max(id) FROM tickets')}`, '/search?q=dotaz', '/admin/inboxes']) {
      const begun = performance.now()
      assert.equal((await given.visitor.get(path)).status, 200, path)
      assert.isBelow(performance.now() - begun, 3000, path)
    }
    await given.desk.signIn()
    await dovecot.deliver('info', mail(2))
    await until('without Redis a mail becomes a ticket', () => given.messages(id) === 2, 30)

    await wire.mend()
    await dovecot.deliver('info', mail(3))
    await until('with Redis back a mail becomes a ticket', () => given.messages(id) === 3, 30)
    assert.equal((await given.visitor.get('/views/waiting')).status, 200)
    assert.deepEqual(given.fates(id), { done: 3 })
  })
})
