import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { api, givenToken, type Token } from '#tests/api'
import { drain } from '#tests/drain'
import { givenInbox } from '#tests/given'

let channel: FakeChannel

test.group('API | inboxes', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => {
    channel = new FakeChannel('fake')
    return channel.install()
  })

  test('an inbox is connected with nested settings; a secret is never told again', async ({ client, assert }) => {
    const token = await givenToken()
    const config = { address: 'info@shop.test', aliases: ['obchod@shop.test'], server: { host: 'mail.shop.test', password: 'hunter2-secret' }, signature: 'Váš e-shop' }
    const made = await api(client, token).post('/inboxes', { channel: 'fake', name: 'info@', config, undo_seconds: 5 })
    made.assertStatus(201)
    assert.containsSubset(made.body(), { channel: 'fake', name: 'info@', address: 'info@shop.test', undo_seconds: 5, signature: 'Váš e-shop', config: { server: { host: 'mail.shop.test', port: 1 }, aliases: ['obchod@shop.test'] } })
    assert.isString(made.body().config.server.password)

    const changed = await api(client, token).patch(`/inboxes/${made.body().id}`, { name: 'Info', config: { server: { port: 993, password: made.body().config.server.password } }, paused: true })
    changed.assertStatus(200)
    assert.containsSubset(changed.body(), { name: 'Info', config: { server: { host: 'mail.shop.test', port: 993 } } })
    assert.isNotNull(changed.body().paused_at)

    for (const path of ['/inboxes', `/inboxes/${made.body().id}`, `/inboxes/${made.body().id}/health`]) {
      assert.notInclude(JSON.stringify((await api(client, token).get(path)).body()), 'hunter2', path)
    }
    assert.notInclude((await db.from('inboxes').where('id', made.body().id).first()).config, 'hunter2')
    const agent = await givenToken({ role: 'agent' })
    assert.isNull((await api(client, agent).get(`/inboxes/${made.body().id}`)).body().config)

    ;(await api(client, token).delete(`/inboxes/${made.body().id}`)).assertStatus(200)
    ;(await api(client, token).get(`/inboxes/${made.body().id}`)).assertStatus(404)
  })

  test('settings that the channel does not take are named', async ({ client, assert }) => {
    const token = await givenToken()
    const refused = await api(client, token).post('/inboxes', { channel: 'fake', name: 'x', config: { imap: { host: 'x' }, server: { port: 'many' } } })
    refused.assertStatus(422)
    assert.sameMembers(refused.body().errors.map((fault: { field: string }) => fault.field), ['config.imap', 'config.server.port'])
    ;(await api(client, token).post('/inboxes', { channel: 'pigeon', name: 'x' })).assertStatus(422)
    ;(await api(client, token).post('/inboxes', { channel: 'fake', name: 'x', colour: 'red' })).assertStatus(422)
  })

  test('check says in words what is wrong, and health keeps it', async ({ client, assert }) => {
    const token = await givenToken()
    const inbox = await givenInbox({ channel: 'fake' })
    assert.equal((await api(client, token).get(`/inboxes/${inbox.id}/health`)).body().state, 'unknown')
    channel.health = { ok: false, reason: 'The mailbox refused the password.' }
    const checked = await api(client, token).post(`/inboxes/${inbox.id}/check`)
    assert.containsSubset(checked.body(), { state: 'failing', ok: false, reason: 'The mailbox refused the password.', failures: 1 })
    channel.health = { ok: true }
    await api(client, token).post(`/inboxes/${inbox.id}/check`)
    assert.containsSubset((await api(client, token).get(`/inboxes/${inbox.id}/health`)).body(), { state: 'ok', reason: null })
  })
})

test.group('API | inbound', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => {
    channel = new FakeChannel('fake')
    return channel.install()
  })

  const hand = async (client: any, { plain }: Token, inboxId: number, body: Uint8Array | NodeJS.ReadableStream | string, headers: Record<string, string> = {}) => {
    const response = client.post(`/api/v1/inboxes/${inboxId}/inbound`).bearerToken(plain).header('content-type', 'message/rfc822')
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
    return response.setup((request: any) => void request.request.send(body.toString()))
  }

  test('a message is kept, processed and told before the answer; the same bytes are a duplicate', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox({ channel: 'fake' })
    const body = channel.raw({ text: 'Kde je zásilka?' }).body as Uint8Array

    const created = await hand(client, token, inbox.id, Buffer.from(body))
    created.assertStatus(200)
    assert.sameMembers(Object.keys(created.body()), ['incoming_id', 'message_id', 'ticket_number', 'outcome', 'reason'])
    assert.equal(created.body().outcome, 'created')
    const raw = await client.get(`/api/v1/messages/${created.body().message_id}/raw`).bearerToken(token.plain)
    assert.equal(raw.header('content-type'), 'message/rfc822')

    const duplicate = await hand(client, token, inbox.id, Buffer.from(body))
    assert.deepEqual(duplicate.body(), { ...created.body(), outcome: 'duplicate' })

    const [message] = (await api(client, token).get(`/tickets/${created.body().ticket_number}/messages`)).body().data
    assert.equal(message.text, 'Kde je zásilka?')
    const answer = channel.raw({ text: 'Ještě něco', thread: { answers: [message.message_id] } } as never).body as Uint8Array
    const appended = await hand(client, token, inbox.id, Buffer.from(answer))
    assert.containsSubset(appended.body(), { outcome: 'appended', ticket_number: created.body().ticket_number })
  })

  test('what cannot be read is kept, and an admin processes it again', async ({ client, assert }) => {
    const token = await givenToken()
    const inbox = await givenInbox({ channel: 'fake' })
    const failed = await hand(client, token, inbox.id, 'this is no JSON')
    failed.assertStatus(200)
    assert.equal(failed.body().outcome, 'failed')
    assert.isNotEmpty(failed.body().reason)

    await db.from('incoming_items').where('id', failed.body().incoming_id).update({ state: 'failed' })
    const listed = await api(client, token).get('/incoming?state=failed,ignored')
    assert.deepEqual(listed.body().data.map((one: { id: string }) => one.id), [failed.body().incoming_id])
    const again = await api(client, token).post(`/incoming/${failed.body().incoming_id}/replay`)
    again.assertStatus(200)
    assert.notEqual(again.body().state, 'done')
    ;(await api(client, token).get('/incoming?state=odd')).assertStatus(422)
    ;(await api(client, token).post('/incoming/999999/replay')).assertStatus(404)
  })

  test('an automatic answer counts as what the gateway says; forms, nothing and too much are refused', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox({ channel: 'fake' })
    const before = await db.from('incoming_items').count('* as total').first()
    ;(await hand(client, token, inbox.id, '')).assertStatus(422)
    ;(await client.post(`/api/v1/inboxes/${inbox.id}/inbound`).bearerToken(token.plain).form({ a: 'b' })).assertStatus(415)
    ;(await hand(client, token, 999_999, 'x')).assertStatus(404)
    const large = await hand(client, token, inbox.id, 'x'.repeat(64_000_001))
    large.assertStatus(413)
    assert.deepEqual(await db.from('incoming_items').count('* as total').first(), before)
  })

  test('an Idempotency-Key holds for raw messages too', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox({ channel: 'fake' })
    const [one, other] = [channel.raw({ text: 'První' }).body as Uint8Array, channel.raw({ text: 'Druhá' }).body as Uint8Array]
    const key = { 'idempotency-key': 'raw-1' }
    const first = await hand(client, token, inbox.id, Buffer.from(one), key)
    assert.deepEqual((await hand(client, token, inbox.id, Buffer.from(one), key)).body(), first.body())
    ;(await hand(client, token, inbox.id, Buffer.from(other), key)).assertStatus(409)
  })

  test('a reply goes out by its channel, and its fate is told', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox({ channel: 'fake' })
    const created = await hand(client, token, inbox.id, Buffer.from(channel.raw().body as Uint8Array))
    channel.answers.push({ outcome: 'refused', reason: 'No such mailbox here' })
    const reply = (await api(client, token).post(`/tickets/${created.body().ticket_number}/messages`, { text: 'Už jede.' })).body()
    await drain()
    const failed = (await api(client, token).get(`/messages/${reply.id}`)).body()
    assert.equal(failed.delivery.state, 'failed')
    assert.include(failed.delivery.last_error.message, 'No such mailbox here')

    await api(client, token).post(`/messages/${reply.id}/delivery`)
    await drain()
    const sent = (await api(client, token).get(`/messages/${reply.id}`)).body()
    assert.equal(sent.delivery.state, 'sent')
    assert.match(sent.message_id, /^<.+@shop\.test>$/)
    assert.lengthOf(channel.outbox, 2)
  })
})
