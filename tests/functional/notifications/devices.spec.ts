import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { addDevice, forgetVapidKeys, isPushService } from '#notifications/devices'
import { mailDue } from '#notifications/digest'
import { pushDue } from '#notifications/push'
import { sent } from '#plugin'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { PushService } from '#tests/fakes/push_service'
import { signedIn } from '#tests/visitor'
import { givenAgent, givenInbox, givenTicket } from '#tests/given'

const dueNow = (column: 'push_at' | 'mail_at') => db.from('notifications').whereNotNull(column).update({ [column]: 1 })

test.group('Notifications | devices', (group) => {
  let service: PushService
  group.setup(async () => {
    service = await new PushService().start()
    env.set('OUTBOUND_ALLOW', '127.0.0.1')
    return async () => {
      env.set('OUTBOUND_ALLOW', '')
      await service.stop()
    }
  })
  group.each.setup(async () => {
    service.pushed.length = 0
    service.answers.length = 0
    forgetVapidKeys()
    return testUtils.db().withGlobalTransaction()
  })
  group.each.teardown(() => forgetVapidKeys())

  test('a message leaves encrypted, signed, short-lived, one topic a ticket (RFC 8030, 8291, 8292)', async ({ assert }) => {
    const agent = await givenAgent()
    await addDevice(agent.id, service.subscription(), 'Firefox')
    const ticket = await givenTicket({ ownerId: agent.id })
    await drain()
    await pushDue()
    assert.lengthOf(service.pushed, 0, 'it waits a moment, so that a storm is one')
    await dueNow('push_at')
    await pushDue()
    await pushDue()
    assert.lengthOf(service.pushed, 1)
    const [{ headers, bytes }] = service.pushed
    assert.equal(headers['content-encoding'], 'aes128gcm')
    assert.equal(headers.ttl, '600')
    assert.equal(headers.topic, `ticket-${ticket.id}`)
    assert.match(headers.authorization!, /^vapid t=.+, k=.+/)
    assert.isAtMost(bytes, 4096)
  })

  test('many at once arrive as one', async ({ assert }) => {
    const agent = await givenAgent()
    await addDevice(agent.id, service.subscription(), null)
    for (let count = 0; count < 6; count++) await givenTicket({ ownerId: agent.id })
    await drain()
    await dueNow('push_at')
    await pushDue()
    assert.deepEqual(service.pushed.map(({ headers }) => headers.topic), ['many'])
  })

  test('a device that is gone is forgotten; one that is refused keeps the reason in words', async ({ assert }) => {
    const agent = await givenAgent()
    await addDevice(agent.id, service.subscription('gone'), null)
    await addDevice(agent.id, service.subscription('shut'), null)
    service.answers.push(410, 403)
    await givenTicket({ ownerId: agent.id })
    await drain()
    await dueNow('push_at')
    await pushDue()
    assert.deepEqual((await db.from('push_subscriptions').where('agent_id', agent.id)).map(({ error }) => error), ['HTTP 403'])
  })

  test('only push services are spoken to, and a shared computer belongs to who signed in last', async ({ assert }) => {
    assert.isTrue(isPushService('https://fcm.googleapis.com/fcm/send/abc'))
    for (const address of ['https://10.0.0.1/x', 'http://fcm.googleapis.com/x', 'https://fcm.googleapis.com.evil.test/x', 'https://evil.test/', 'https://u:p@fcm.googleapis.com/', 'nonsense']) assert.isFalse(isPushService(address), address)

    const [first, second] = [await givenAgent(), await givenAgent({ password: await hash.make('tajne heslo 1') })]
    const device = service.subscription()
    await addDevice(first.id, device, null)
    const visitor = await signedIn(second, 'tajne heslo 1')
    await visitor.open('/profile/notifications')
    const form = ({ endpoint, keys }: typeof device) => ({ 'endpoint': endpoint, 'keys[p256dh]': keys.p256dh, 'keys[auth]': keys.auth })
    assert.equal((await visitor.send('/profile/devices', form(device))).status, 204)
    assert.deepEqual((await db.from('push_subscriptions')).map(({ agent_id: id }) => id), [second.id])
    assert.notEqual((await visitor.send('/profile/devices', form({ ...device, endpoint: 'https://evil.test/x' }))).status, 204)
    assert.equal((await visitor.send('/profile/devices', { endpoint: device.endpoint }, 'DELETE')).status, 204)
    assert.lengthOf(await db.from('push_subscriptions'), 0)
  })

  test('whoever is deactivated has no device any more', async ({ assert }) => {
    const [admin, agent] = [await givenAgent({ role: 'admin' }), await givenAgent()]
    await addDevice(agent.id, service.subscription(), null)
    await agent.deactivate({ by: { kind: 'agent', id: admin.id } })
    await drain()
    assert.lengthOf(await db.from('push_subscriptions').where('agent_id', agent.id), 0)
  })
})

test.group('Notifications | the digest by mail', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('one mail with all that was not looked at, once, as from a machine', async ({ assert, cleanup }) => {
    const channel = new FakeChannel('post')
    cleanup(channel.install())
    await givenInbox({ channel: 'post' })
    const agent = await givenAgent({ email: 'petr@desk.test' })
    await givenTicket({ ownerId: agent.id, subject: 'První' })
    await givenTicket({ ownerId: agent.id, subject: 'Druhý' })
    await drain()
    await mailDue()
    assert.lengthOf(channel.outbox, 0, 'a quarter of an hour to look by oneself')
    await dueNow('mail_at')
    await mailDue()
    await mailDue()
    assert.lengthOf(channel.outbox, 1)
    const [mail] = channel.outbox
    assert.equal(mail.to.value, 'petr@desk.test')
    assert.isFalse(mail.byPerson)
    assert.include(mail.text, 'První')
    assert.include(mail.html!, 'Druhý')
    assert.equal((await db.from('notification_mails').first()).state, 'sent')
  })

  test('what was seen meanwhile is not mailed', async ({ assert, cleanup }) => {
    const channel = new FakeChannel('post')
    cleanup(channel.install())
    await givenInbox({ channel: 'post' })
    const agent = await givenAgent()
    await givenTicket({ ownerId: agent.id })
    await drain()
    await dueNow('mail_at')
    await db.from('notifications').update({ seen_at: 1 })
    await mailDue()
    assert.lengthOf(channel.outbox, 0)
  })

  test('a mail of which nobody can tell whether it left is not sent again (law 1)', async ({ assert, cleanup }) => {
    const channel = new FakeChannel('post')
    cleanup(channel.install())
    channel.answers.push({ outcome: 'unknown', reason: 'No answer' }, sent('<x@y>'))
    await givenInbox({ channel: 'post' })
    const agent = await givenAgent()
    await givenTicket({ ownerId: agent.id })
    await drain()
    await dueNow('mail_at')
    await mailDue()
    await mailDue()
    assert.lengthOf(channel.outbox, 1)
    assert.equal((await db.from('notification_mails').first()).state, 'unknown')
  })
})
