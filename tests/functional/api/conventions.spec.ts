import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { moveClock, now } from '#support/clock'
import ApiToken, { revokeToken } from '#people/api_token'
import { api, givenToken } from '#tests/api'
import { givenAgent, givenInbox, givenTeam, givenTicket } from '#tests/given'

test.group('API | who may', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('without a good token nothing is told, whatever the address', async ({ client, assert }) => {
    for (const path of ['/tickets', '/tickets/1', '/nothing', '/messages/1/raw', '/uploads']) {
      const response = await client.get(`/api/v1${path}`)
      assert.equal(response.status(), 401, path)
      response.assertHeader('content-type', 'application/problem+json; charset=utf-8')
      response.assertHeader('www-authenticate', 'Bearer realm="Opora"')
    }
    ;(await client.get('/api/v1/tickets').bearerToken('op_wrong')).assertStatus(401)
    ;(await client.get('/api/v1/tickets').header('authorization', 'Basic abc')).assertStatus(401)
  })

  test('a revoked or expired token, and that of an agent who left, open nothing', async ({ client }) => {
    const [revoked, leaver, late] = [await givenToken(), await givenToken({ role: 'agent' }), await givenToken()]
    await givenAgent({ role: 'admin' })
    await revokeToken((await ApiToken.findByOrFail('agent_id', revoked.agent.id)), { by: null })
    await leaver.agent.deactivate({ by: null })
    await db.from('api_tokens').where('agent_id', late.agent.id).update({ expires_at: now().plus({ hours: 1 }).toMillis() })
    ;(await api(client, late).get('/agents/me')).assertStatus(200)
    moveClock(now().plus({ hours: 2 }))
    for (const token of [revoked, leaver, late]) (await api(client, token).get('/agents/me')).assertStatus(401)
  })

  test('abilities of the token and the role of its agent both count', async ({ client, assert }) => {
    const ticket = await givenTicket()
    const reader = await givenToken({ role: 'admin', abilities: ['read'] })
    const viewer = await givenToken({ role: 'viewer' })
    const agent = await givenToken({ role: 'agent' })
    for (const token of [reader, viewer]) {
      ;(await api(client, token).get(`/tickets/${ticket.id}`)).assertStatus(200)
      ;(await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'x' })).assertStatus(403)
      ;(await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'low' })).assertStatus(403)
    }
    for (const path of ['/incoming', '/jobs']) assert.equal((await api(client, agent).get(path)).status(), 403)
    const refused = await api(client, agent).post('/agents', { name: 'X', email: 'x@y.test', role: 'admin' })
    refused.assertStatus(403)
    assert.equal(refused.body().type, 'urn:opora:problem:role')
  })

  test('an agent limited to an inbox sees nothing of the others, by any address', async ({ client, assert }) => {
    const [mine, foreign] = [await givenInbox(), await givenInbox()]
    const [open, closed] = [await givenTicket({ inbox: mine }), await givenTicket({ inbox: foreign })]
    const agent = await givenAgent({ restricted: 1 })
    const teamId = await givenTeam()
    await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
    await db.table('team_inboxes').insert({ team_id: teamId, inbox_id: mine.id })
    const boss = await givenToken()
    const reply = (await api(client, boss).post(`/tickets/${closed.id}/messages`, { text: 'x', attachments: [{ filename: 'a.txt', content_base64: 'YQ==' }] })).body()
    const note = (await api(client, boss).post(`/tickets/${closed.id}/notes`, { text: 'x', attachments: [{ filename: 'a.txt', content_base64: 'YQ==' }] })).body()

    const call = api(client, await givenToken({ agent }))
    ;(await call.get(`/tickets/${open.id}`)).assertStatus(200)
    const hidden = [
      `/tickets/${closed.id}`,
      `/tickets/${closed.id}/messages`,
      `/tickets/${closed.id}/notes`,
      `/tickets/${closed.id}/thread`,
      `/tickets/${closed.id}/events`,
      `/messages/${reply.id}`,
      `/messages/${reply.id}/raw`,
      `/attachments/${reply.attachments[0].id}`,
      `/notes/${note.id}/attachments/${note.attachments[0].id}`,
      `/inboxes/${foreign.id}`,
      `/inboxes/${foreign.id}/health`,
      `/customers/${closed.customerId}`,
      `/customers/${closed.customerId}/timeline`,
    ]
    for (const path of hidden) assert.equal((await call.get(path)).status(), 404, path)
    ;(await call.post(`/tickets/${closed.id}/resolution`)).assertStatus(404)
    ;(await call.patch(`/tickets/${closed.id}`, { priority: 'low' })).assertStatus(404)
    ;(await call.post(`/tickets/${closed.id}/messages`, { text: 'x' })).assertStatus(404)
    ;(await call.delete(`/messages/${reply.id}/delivery`)).assertStatus(404)
    ;(await call.post('/tickets', { subject: 'x', inbox_id: String(foreign.id), customer: { email: 'a@b.test' }, message: { text: 'x', direction: 'inbound' } })).assertStatus(422)
    assert.deepEqual((await call.get('/tickets')).body().data.map((one: { number: string }) => one.number), [String(open.id)])
    assert.deepEqual((await call.get('/inboxes')).body().data.map((one: { id: string }) => one.id), [String(mine.id)])
    assert.deepEqual((await call.get('/customers')).body().data.map((one: { id: string }) => one.id), [String(open.customerId)])
  })
})

test.group('API | errors and limits', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('an unknown address, a broken body and a foreign media type are problems, never pages', async ({ client, assert }) => {
    const token = await givenToken()
    const nowhere = await api(client, token).get('/nothing/here')
    nowhere.assertStatus(404)
    assert.containsSubset(nowhere.body(), { type: 'urn:opora:problem:not_found', title: 'Not found', status: 404 })
    ;(await api(client, token).get('/tickets/abc')).assertStatus(404)

    const ticket = await givenTicket()
    const path = `/api/v1/tickets/${ticket.id}/notes`
    const broken = await client.post(path).bearerToken(token.plain).header('content-type', 'application/json').setup((request) => void request.request.send('{"text":'))
    assert.equal(broken.status(), 400)
    broken.assertHeader('content-type', 'application/problem+json; charset=utf-8')
    ;(await client.post(path).bearerToken(token.plain).form({ text: 'x' })).assertStatus(415)
    const list = await client.post(path).bearerToken(token.plain).header('content-type', 'application/json').setup((request) => void request.request.send('[]'))
    list.assertStatus(422)
  })

  test('each wrong field is named, in the language of the caller', async ({ client, assert }) => {
    const token = await givenToken()
    const ticket = await givenTicket()
    const english = await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'odd', colour: 'red' })
    english.assertStatus(422)
    assert.deepEqual(english.body().errors.map((fault: { field: string; rule: string }) => [fault.field, fault.rule]), [['colour', 'unknown']])
    assert.equal(english.body().detail, 'Some fields cannot be taken.')
    const czech = await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'odd' }).header('accept-language', 'cs')
    assert.equal(czech.body().detail, 'Některá pole nelze přijmout.')
    assert.equal(czech.body().errors[0].field, 'priority')
  })

  test('calls are counted for each token, and told', async ({ client, assert }) => {
    const [busy, quiet] = [await givenToken(), await givenToken()]
    const first = await api(client, busy).get('/agents/me')
    first.assertHeader('x-ratelimit-limit', '600')
    const left = Number(first.header('x-ratelimit-remaining'))
    const { id } = await ApiToken.findByOrFail('agent_id', busy.agent.id)
    await limiter.use({ requests: 600, duration: '1 minute' }).set(`api:${id}`, 600, '1 minute')

    const refused = await api(client, busy).get('/agents/me')
    refused.assertStatus(429)
    assert.isAtLeast(Number(refused.header('retry-after')), 1)
    refused.assertHeader('x-ratelimit-remaining', '0')
    assert.equal(refused.body().type, 'urn:opora:problem:too_many')
    assert.equal(Number((await api(client, quiet).get('/agents/me')).header('x-ratelimit-remaining')), left)
  })
})

test.group('API | Idempotency-Key', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('the same key and body do it once and answer alike; another body is refused', async ({ client, assert }) => {
    const token = await givenToken()
    const ticket = await givenTicket()
    const post = (text: string, key = 'k-1') => api(client, token).post(`/tickets/${ticket.id}/messages`, { text }).header('idempotency-key', key)

    const [first, second] = [await post('Jednou'), await post('Jednou')]
    first.assertStatus(201)
    second.assertStatus(201)
    assert.deepEqual(second.body(), first.body())
    second.assertHeader('idempotency-replayed', 'true')
    const replies = await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' })
    assert.lengthOf(replies, 1)

    const other = await post('Jinak')
    other.assertStatus(409)
    assert.equal(other.body().type, 'urn:opora:problem:key_reused')
    ;(await post('Jinak', 'k-2')).assertStatus(201)
    const elsewhere = await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'Jednou' }).header('idempotency-key', 'k-1')
    elsewhere.assertStatus(409)
    const colleague = await givenToken()
    ;(await api(client, colleague).post(`/tickets/${ticket.id}/notes`, { text: 'x' }).header('idempotency-key', 'k-1')).assertStatus(201)
  })

  test('two at once: one does it, the other is told to wait', async ({ client, assert }) => {
    const token = await givenToken()
    const ticket = await givenTicket()
    const { id } = await ApiToken.findByOrFail('agent_id', token.agent.id)
    const { fingerprint } = await import('#api/idempotency')
    const path = `/api/v1/tickets/${ticket.id}/notes`
    const request = fingerprint('POST', path, fingerprint(JSON.stringify({ text: 'x' })))
    await db.table('idempotency_keys').insert({ owner: String(id), key: 'busy', request, status: null, answer: null, created_at: Date.now() })

    const second = await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'x' }).header('idempotency-key', 'busy')
    second.assertStatus(409)
    assert.equal(second.body().type, 'urn:opora:problem:in_progress')
    assert.lengthOf(await db.from('notes').where('ticket_id', ticket.id), 0)

    moveClock(now().plus({ minutes: 10 }))
    const later = await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'x' }).header('idempotency-key', 'busy')
    assert.equal(later.body().type, 'urn:opora:problem:key_unsettled')
  })

  test('what was refused may be tried again under its key; a day later the key is free', async ({ client, assert }) => {
    const token = await givenToken()
    const ticket = await givenTicket()
    const post = () => api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'x', attachments: [{ upload_id: '424242' }] }).header('idempotency-key', 'again')
    ;(await post()).assertStatus(422)
    assert.isNull(await db.from('idempotency_keys').where('key', 'again').first())

    const note = () => api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'x' }).header('idempotency-key', 'day')
    const first = (await note()).body()
    moveClock(now().plus({ hours: 25 }))
    assert.notEqual((await note()).body().id, first.id)
    ;(await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: 'x' }).header('idempotency-key', 'a b')).assertStatus(422)
  })
})
