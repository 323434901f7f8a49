import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import Inbox from '#channels/inbox'
import { checkInbox } from '#channels/health'
import { InvalidConfig, readConfig, readConfigMasked, SECRET_IS_SET } from '#channels/inbox_config'
import { pollOnce } from '#channels/polling'
import { now } from '#support/clock'
import { assertEvent } from '#tests/events'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { drain } from '#tests/drain'

const by = null

test.group('Inboxes', (group) => {
  let fake: FakeChannel
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => {
    fake = new FakeChannel('fake')
    return fake.install()
  })

  const connect = () =>
    Inbox.connect({ channel: 'fake', name: 'info@', config: { address: 'info@shop.test', aliases: ['a@shop.test', 'b@shop.test'], server: { host: 'mail.test', password: 'tajné' }, signature: 'Váš obchod' } }, { by })

  test('settings are nested outside, flat inside, and no secret is ever shown', async ({ assert }) => {
    const inbox = await connect()
    assert.notInclude(inbox.config, 'mail.test')
    assert.equal(inbox.address, 'info@shop.test')
    assert.equal(inbox.signature, 'Váš obchod')
    assert.deepInclude(readConfig(inbox), { 'server.host': 'mail.test', 'server.port': 1, 'server.password': 'tajné', 'mode': 'calm', 'listens': false })
    assert.deepEqual(readConfigMasked(inbox), {
      address: 'info@shop.test',
      aliases: ['a@shop.test', 'b@shop.test'],
      server: { host: 'mail.test', port: 1, password: SECRET_IS_SET },
      mode: 'calm',
      listens: false,
    })
    await assertEvent('inbox:created', { inboxId: inbox.id }, { by })
  })

  test('a secret that was not touched stays; null clears a whole group', async ({ assert }) => {
    const inbox = await connect()
    await inbox.change({ config: { server: { host: 'new.test', port: '25', password: SECRET_IS_SET } } }, { by })
    assert.deepInclude(readConfig(inbox), { 'server.host': 'new.test', 'server.port': 25, 'server.password': 'tajné' })
    await inbox.change({ config: { server: null } }, { by })
    assert.deepInclude(readConfig(inbox), { 'server.host': null, 'server.password': null, 'address': 'info@shop.test' })
  })

  test('an unknown field or a wrong value is refused by its name', async ({ assert }) => {
    const inbox = await connect()
    const fault = await inbox.change({ config: { server: { hots: 'x' }, mode: 'wild' } }, { by }).catch((error) => error)
    assert.instanceOf(fault, InvalidConfig)
    assert.deepEqual(fault.errors, [{ field: 'server.hots', rule: 'unknown' }, { field: 'mode', rule: 'choice' }])
  })

  test('a change of health is told once, in words', async ({ assert }) => {
    const inbox = await connect()
    await checkInbox(inbox)
    fake.health = { ok: false, reason: { key: 'login', detail: '535' } }
    await checkInbox(inbox)
    await checkInbox(inbox)
    const row = await db.from('inbox_health').where('inbox_id', inbox.id).first()
    assert.include(row, { ok: 0, failures: 2 })
    assert.include(row.reason, '535')
    assert.lengthOf(await db.from('events').where('name', 'inbox:health_changed'), 1)
  })

  test('a poll keeps what it found and its cursor in one commit, and goes on from there', async ({ assert }) => {
    const inbox = await connect()
    fake.polls.push(() => ({ items: [fake.raw(), fake.raw()], cursor: '2' }))
    const signal = new AbortController().signal
    assert.equal(await pollOnce(inbox, fake.driver, signal), 2)
    assert.equal(await pollOnce(inbox, fake.driver, signal), 0)
    assert.deepEqual(fake.cursors, [null, '2'])
    await drain()
    assert.lengthOf(await db.from('messages').where('inbox_id', inbox.id), 2)
  })

  test('deleting is soft, and what waited to be sent says why it will not be', async ({ assert }) => {
    const inbox = await connect()
    await inbox.remove({ by })
    assert.isNotNull((await Inbox.findOrFail(inbox.id)).deletedAt)
    await assert.rejects(() => inbox.change({ name: 'x' }, { by }))
    assert.isTrue(inbox.deletedAt! <= now())
  })
})

test.group('Inboxes | the hooks door', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    fake = new FakeChannel('fake')
    const restore = fake.install()
    inbox = await Inbox.connect({ channel: 'fake', name: 'Page' }, { by })
    return restore
  })

  const items = () => db.from('incoming_items').where('inbox_id', inbox.id).orderBy('id')
  const event = (id: string) => ({ id, thing: { type: 'message', externalId: id, from: { kind: 'handle', value: 'u1' }, text: `Ahoj ${id}` } })

  test('a signed call is kept event by event, and twice is once', async ({ client, assert }) => {
    const path = `/hooks/fake/${inbox.key}`
    for (let calls = 0; calls < 2; calls++) {
      const response = await client.post(path).header('x-signature', 'good').json([event('1'), event('2')])
      response.assertStatus(200)
    }
    await drain()
    assert.deepEqual((await items()).map(({ external_id: id, state }) => [id, state]), [['1', 'done'], ['2', 'done']])
  })

  test('a bad signature is turned away and leaves nothing', async ({ client, assert }) => {
    const response = await client.post(`/hooks/fake/${inbox.key}`).header('x-signature', 'bad').json([event('1')])
    response.assertStatus(401)
    assert.lengthOf(await items(), 0)
  })

  test('what cannot be cut is kept whole as one failed item', async ({ client, assert }) => {
    const response = await client.post(`/hooks/fake/${inbox.key}`).header('x-signature', 'good').header('content-type', 'application/json').form('{"broken')
    response.assertStatus(200)
    assert.deepEqual((await items()).map(({ state }) => state), ['failed'])
  })

  test('a handshake is answered, an unknown door is not there, too much is too much', async ({ client }) => {
    ;(await client.get(`/hooks/fake/${inbox.key}`).qs({ token: 'right', challenge: '42' })).assertTextIncludes('42')
    ;(await client.get(`/hooks/fake/${inbox.key}`).qs({ token: 'wrong' })).assertStatus(403)
    ;(await client.post('/hooks/fake/nobody').json([])).assertStatus(404)
    ;(await client.post(`/hooks/fake/${inbox.key}`).header('x-signature', 'good').json(['x'.repeat(1_100_000)])).assertStatus(413)
  })

  test('when it cannot be kept, the other side is asked to send it again', async ({ client, assert }) => {
    const good = fake.driver.webhook!.split
    fake.driver.webhook!.split = (call, seen) => good(call, seen).map((raw) => ({ ...raw, body: (async function* () { throw new Error('ENOSPC') })() as never }))
    const response = await client.post(`/hooks/fake/${inbox.key}`).header('x-signature', 'good').json([event('1')])
    response.assertStatus(503)
    assert.lengthOf(await items(), 0)
  })
})
