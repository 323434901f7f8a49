import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { drain } from '#tests/drain'
import { api, givenToken } from '#tests/api'
import { givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket } from '#tests/given'

test.group('API | customers', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a customer is written down, found by whatever is known, and changed', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const call = api(client, token)
    const made = await call.post('/customers', { name: 'Łukasz Żółć', email: 'Lukasz@Posta.TEST', phone: '777 123 456', language: 'pl' })
    made.assertStatus(201)
    const { id } = made.body()
    assert.containsSubset(made.body(), { name: 'Łukasz Żółć', email: 'lukasz@posta.test', phone: '+420777123456', language: 'pl' })
    await drain()

    for (const query of ['email=LUKASZ@posta.test', 'phone=%2B420 777 123 456', 'q=lukasz zolc', 'q=lukasz@']) {
      assert.deepEqual((await call.get(`/customers?${query}`)).body().data.map((one: { id: string }) => one.id), [id], query)
    }
    assert.isEmpty((await call.get('/customers?email=nikdo@posta.test')).body().data)

    const changed = await call.patch(`/customers/${id}`, { about: 'Volat po páté', email: 'l2@posta.test' })
    assert.containsSubset(changed.body(), { about: 'Volat po páté' })
    assert.lengthOf(changed.body().addresses, 3)
    const gone = await call.patch(`/customers/${id}`, { remove_address_id: changed.body().addresses[0].id })
    assert.equal(gone.body().email, 'l2@posta.test')

    ;(await call.post('/customers', { email: 'l2@posta.test' })).assertStatus(409)
    assert.isNull(await db.from('customers').where('id', '>', id).first(), 'a refused customer leaves no ghost')
    ;(await call.post('/customers', { email: 'not an address' })).assertStatus(422)
    ;(await call.patch(`/customers/${id}`, { nickname: 'Luk' })).assertStatus(422)
    ;(await call.get('/customers/987654')).assertStatus(404)
  })

  test('merging moves the tickets; the timeline tells both, newest first', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const call = api(client, token)
    const inbox = await givenInbox()
    const [first, second] = [await givenCustomer(), await givenCustomer()]
    await givenTicket({ inbox, customerId: first })
    await givenTicket({ inbox, customerId: second })
    ;(await call.post(`/customers/${first}/merge`, { into: String(second) })).assertStatus(200)

    const timeline = (await call.get(`/customers/${second}/timeline`)).body().data
    assert.lengthOf(timeline, 4)
    assert.sameMembers(timeline.map((entry: { kind: string }) => entry.kind), ['ticket', 'ticket', 'inbound', 'inbound'])
    const walked = [...(await call.get(`/customers/${second}/timeline?limit=3`)).body().data]
    const { next_cursor: cursor } = (await call.get(`/customers/${second}/timeline?limit=3`)).body()
    walked.push(...(await call.get(`/customers/${second}/timeline?limit=3&cursor=${cursor}`)).body().data)
    assert.deepEqual(walked, timeline)
  })
})

test.group('API | customers out of sight', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a limited agent merges nobody into a customer whom they may not see', async ({ client, assert }) => {
    const [mine, foreign] = [await givenInbox(), await givenInbox()]
    const agent = await givenAgent({ restricted: 1 })
    const teamId = await givenTeam()
    await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
    await db.table('team_inboxes').insert({ team_id: teamId, inbox_id: mine.id })
    const [seen, hidden] = [await givenCustomer(), await givenCustomer('skryta@posta.test')]
    await givenTicket({ inbox: mine, customerId: seen })
    await givenTicket({ inbox: foreign, customerId: hidden })

    const answer = await api(client, await givenToken({ agent })).post(`/customers/${seen}/merge`, { into: String(hidden) })
    answer.assertStatus(404)
    assert.notInclude(answer.text(), 'skryta@posta.test')
    assert.isNull((await db.from('customers').where('id', seen).firstOrFail()).merged_into_id)
  })
})

test.group('API | people', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('an admin adds, changes and retires agents; nobody sees a password', async ({ client, assert }) => {
    const token = await givenToken()
    const call = api(client, token)
    const team = (await call.post('/teams', { name: 'Reklamace' })).body()
    const made = await call.post('/agents', { name: 'Petr', email: 'petr@desk.test', role: 'agent', password: 'dlouhé heslo 1', team_ids: [team.id] })
    made.assertStatus(201)
    assert.isNull(made.body().invite_url)
    assert.deepEqual(made.body().agent.teams, [{ id: team.id, name: 'Reklamace' }])
    const invited = await call.post('/agents', { name: 'Jana', email: 'jana@desk.test', role: 'viewer' })
    assert.match(invited.body().invite_url, /^https?:\/\/.+\/invitations\/[\w-]{43}$/)

    const { id } = made.body().agent
    const changed = await call.patch(`/agents/${id}`, { role: 'supervisor', restricted: true, availability: 'away' })
    assert.containsSubset(changed.body(), { role: 'supervisor', restricted: true, availability: 'away' })
    assert.isNotNull((await call.patch(`/agents/${id}`, { active: false })).body().deactivated_at)
    assert.isNull((await call.patch(`/agents/${id}`, { active: true })).body().deactivated_at)
    for (const path of ['/agents', `/agents/${id}`, '/agents/me']) {
      const text = JSON.stringify((await call.get(path)).body())
      for (const secret of ['password', 'scrypt', 'hash', 'invite', 'epoch']) assert.notInclude(text, secret, path)
    }

    ;(await call.post('/agents', { name: 'X', email: 'PETR@desk.test', role: 'agent' })).assertStatus(409)
    ;(await call.post('/agents', { name: 'X', email: 'x@desk.test', role: 'boss' })).assertStatus(422)
    ;(await call.post('/agents', { name: 'X', email: 'x@desk.test', role: 'agent', password: 'short' })).assertStatus(422)
    ;(await call.post('/agents', { name: 'X', email: 'x@desk.test', role: 'agent', team_ids: ['987654'] })).assertStatus(422)
    ;(await call.patch('/agents/987654', { name: 'X' })).assertStatus(404)
    assert.equal((await call.patch(`/agents/${token.agent.id}`, { role: 'agent' })).status(), 409, 'the last admin stays one')
  })

  test('a team has members, inboxes and a supervisor, and goes when nothing names it', async ({ client, assert }) => {
    const token = await givenToken()
    const call = api(client, token)
    const inbox = await givenInbox()
    const team = await call.post('/teams', { name: 'Sklad', member_ids: [String(token.agent.id)], inbox_ids: [String(inbox.id)], supervisor_id: String(token.agent.id) })
    assert.containsSubset(team.body(), { name: 'Sklad', members: [{ id: String(token.agent.id) }], inboxes: [{ id: String(inbox.id) }], supervisor: { id: String(token.agent.id) } })
    ;(await call.post('/teams', { name: 'Sklad' })).assertStatus(409)
    ;(await call.post('/teams', { name: 'Jiný', member_ids: ['987654'] })).assertStatus(422)
    const changed = await call.patch(`/teams/${team.body().id}`, { member_ids: [] })
    assert.isEmpty(changed.body().members)
    assert.lengthOf(changed.body().inboxes, 1)
    ;(await call.delete(`/teams/${team.body().id}`)).assertStatus(200)
    ;(await call.get(`/teams/${team.body().id}`)).assertStatus(404)
  })
})

test.group('API | finding and work', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('search finds folded words in tickets, messages and customers, and q narrows the list', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const call = api(client, token)
    const customerId = await givenCustomer('pani@posta.test', 'Žofie Příčná')
    const ticket = await givenTicket({ customerId, subject: 'Rozbitý mlýnek', text: 'Płatność za zásilku do Łodzi.' })
    await givenTicket({ subject: 'Něco jiného', text: 'Nesouvisí.' })
    await drain()

    const found = (await call.get('/search?q=platnosc')).body()
    assert.deepEqual(found.tickets.map((one: { number: string }) => one.number), [String(ticket.id)])
    assert.deepEqual(found.messages.map((one: { ticket_number: string }) => one.ticket_number), [String(ticket.id)])
    assert.deepEqual((await call.get('/search?q=zofie')).body().customers.map((one: { id: string }) => one.id), [String(customerId)])
    assert.deepEqual((await call.get('/tickets?q=mlynek')).body().data.map((one: { number: string }) => one.number), [String(ticket.id)])
    for (const q of ['"', 'subject:', '*', 'a OR (b', '%27; --']) (await call.get(`/search?q=${encodeURIComponent(q)}`)).assertStatus(200)
    ;(await call.get('/search')).assertStatus(422)
  })

  test('views have names and counts, and are filters of the list', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const call = api(client, token)
    const ticket = await givenTicket({ ownerId: token.agent.id })
    const views = (await call.get('/views')).body().data
    assert.containsSubset(views, [{ id: 'mine', kind: 'built-in', count: 1 }])
    assert.notInclude(JSON.stringify(views), 'translation missing')
    assert.deepEqual((await call.get('/tickets?view=mine')).body().data.map((one: { number: string }) => one.number), [String(ticket.id)])
  })

  test('a dead job is shown with its reason and gets another life', async ({ client, assert }) => {
    const call = api(client, await givenToken())
    const row = { key: 'dead-2', name: 'tell', data: '{"event":1}', state: 'dead', due_at: nowMs(), attempts: 6, error: 'Connection refused', created_at: nowMs(), finished_at: nowMs() }
    const [made] = await db.knexQuery().table('jobs').insert(row).returning('id')
    const id = String(made.id ?? made)
    assert.containsSubset((await call.get('/jobs?state=dead')).body().data, [{ id, error: 'Connection refused', data: { event: 1 } }])
    assert.containsSubset((await call.post(`/jobs/${id}/retry`)).body(), { id, state: 'pending', attempts: 0 })
    ;(await call.post(`/jobs/${id}/retry`)).assertStatus(409)
    ;(await call.post('/jobs/987654/retry')).assertStatus(404)
  })

  test('health needs no token and tells no secret; metrics are for the machine itself, or a token', async ({ client, assert }) => {
    ;(await client.get('/health')).assertBody({ status: 'ok' })
    const inbox = await givenInbox({ name: 'tajné jméno' })
    await db.table('inbox_health').insert({ inbox_id: inbox.id, ok: 0, reason: 'The password of tajny@shop.test', failures: 1, since_at: nowMs(), checked_at: nowMs() })
    const ready = await client.get('/health/ready')
    ready.assertStatus(200)
    assert.containsSubset(ready.body(), { status: 'degraded', database: { ok: true }, disk: { ok: true }, queue: { ok: true }, inboxes: [{ id: String(inbox.id), ok: false }] })
    assert.notInclude(JSON.stringify(ready.body()), 'tajn')

    await givenTicket()
    const metrics = await client.get('/metrics')
    metrics.assertStatus(200)
    metrics.assertTextIncludes('opora_tickets{status="new"} 1')
    metrics.assertTextIncludes(`opora_inbox_ok{inbox="${inbox.id}",channel="email"} 0`)
    for (const line of metrics.text().trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? -?[\d.e+-]+)$/)

    const outside = { 'x-forwarded-for': '203.0.113.7' }
    ;(await client.get('/metrics').headers(outside)).assertStatus(403)
    ;(await client.get('/metrics').headers(outside).bearerToken('op_wrong')).assertStatus(401)
    const token = await givenToken({ role: 'viewer', abilities: ['read'] })
    ;(await client.get('/metrics').headers(outside).bearerToken(token.plain)).assertStatus(200)
  })
})
