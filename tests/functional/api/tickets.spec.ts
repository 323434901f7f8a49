import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { eventCount } from '#tests/events'
import { api, givenToken } from '#tests/api'
import { fresh, givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket } from '#tests/given'

test.group('API | tickets', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a ticket reads as the paper describes it', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent', abilities: ['read'] })
    const inbox = await givenInbox({ name: 'info@' })
    const customerId = await givenCustomer('jana@posta.test', 'Jana Nováková')
    const ticket = await givenTicket({ inbox, customerId, subject: 'Reklamace objednávky 20261187' })

    const response = await api(client, token).get(`/tickets/${ticket.id}`)
    response.assertStatus(200)
    response.assertHeader('etag', `"${(await fresh(ticket)).version}"`)
    assert.containsSubset(response.body(), {
      number: String(ticket.id),
      subject: 'Reklamace objednávky 20261187',
      status: 'new',
      priority: 'normal',
      category: 'customer',
      inbox: { id: String(inbox.id), channel: 'email', name: 'info@' },
      customer: { id: String(customerId), name: 'Jana Nováková', email: 'jana@posta.test', phone: null },
      owner: null,
      acting: null,
      team: null,
      tags: [],
      custom: {},
      sla: null,
      pending_on: null,
      merged_into: null,
      message_count: 1,
    })
    assert.match(response.body().created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('lists narrow by their filters and go on by cursor', async ({ client, assert }) => {
    const token = await givenToken()
    const customerId = await givenCustomer()
    const inbox = await givenInbox()
    const numbers: string[] = []
    for (let index = 0; index < 5; index++) numbers.push(String((await givenTicket({ inbox, customerId, subject: `Věc ${index}` })).id))
    const other = await givenTicket()
    await (await fresh(other)).tag({ add: ['Vratka'] }, { by: null })

    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await api(client, token).get(`/tickets?customer=${customerId}&limit=2&sort=created${cursor ? `&cursor=${cursor}` : ''}`)
      page.assertStatus(200)
      assert.isAtMost(page.body().data.length, 2)
      seen.push(...page.body().data.map((one: { number: string }) => one.number))
      cursor = page.body().next_cursor
    } while (cursor)
    assert.sameMembers(seen, numbers)
    assert.lengthOf(seen, 5)

    const tagged = await api(client, token).get('/tickets?tag=vratka')
    assert.deepEqual(tagged.body().data.map((one: { number: string }) => one.number), [String(other.id)])
    assert.isEmpty((await api(client, token).get(`/tickets?customer=${customerId}&owner=me`)).body().data)
    assert.lengthOf((await api(client, token).get(`/tickets?customer=${customerId}&owner=none&status=new,open`)).body().data, 5)
  })

  test('a wrong filter, an unknown one and a foreign cursor are told', async ({ client, assert }) => {
    const token = await givenToken()
    for (const query of ['status=odd', 'colour=red', 'limit=0', 'limit=201', 'cursor=zzz', 'updated_since=yesterday']) {
      const response = await api(client, token).get(`/tickets?${query}`)
      assert.equal(response.status(), 422, query)
      response.assertHeader('content-type', 'application/problem+json; charset=utf-8')
    }
    assert.equal((await api(client, token).get('/tickets?view=odd')).status(), 404)
  })

  test('PATCH changes each field through its verb, all together or not at all', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const [colleague, teamId] = [await givenAgent({ name: 'Petr' }), await givenTeam('Reklamace')]
    const ticket = await givenTicket()

    const changed = await api(client, token).patch(`/tickets/${ticket.id}`, {
      subject: 'Nový předmět',
      priority: 'high',
      category: 'complaint',
      tags: ['vratka', 'VIP'],
      custom: { order: '20261187' },
      owner_id: String(colleague.id),
      team_id: String(teamId),
      status: 'pending',
      pending_on: 'third_party',
    })
    changed.assertStatus(200)
    assert.containsSubset(changed.body(), {
      subject: 'Nový předmět',
      priority: 'high',
      category: 'complaint',
      custom: { order: '20261187' },
      owner: { id: String(colleague.id), name: 'Petr' },
      team: { id: String(teamId), name: 'Reklamace' },
      status: 'pending',
      pending_on: 'third_party',
    })
    assert.sameMembers(changed.body().tags, ['vratka', 'VIP'])
    assert.equal(await eventCount('ticket:prioritised', ticket.id), 1)
    assert.equal(await eventCount('ticket:waited', ticket.id), 1)
    const event = await db.from('events').where({ name: 'ticket:prioritised', ticket_id: ticket.id }).first()
    assert.equal(event.actor_id, String(token.agent.id))
    assert.match(event.via, /^api:\d+$/)

    const refused = await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'low', category: 'nonsense' })
    refused.assertStatus(422)
    assert.equal((await fresh(ticket)).priority, 'high')

    const retagged = await api(client, token).patch(`/tickets/${ticket.id}`, { tags: ['vip'], custom: { order: null } })
    assert.deepEqual(retagged.body().tags, ['VIP'])
    assert.deepEqual(retagged.body().custom, {})
  })

  test('PATCH with If-Match of an older version changes nothing', async ({ client, assert }) => {
    const token = await givenToken()
    const ticket = await fresh(await givenTicket())
    const first = await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'high' }).header('if-match', `"${ticket.version}"`)
    first.assertStatus(200)

    const second = await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'low' }).header('if-match', `"${ticket.version}"`)
    second.assertStatus(409)
    assert.equal(second.body().type, 'urn:opora:problem:stale_version')
    assert.equal((await fresh(ticket)).priority, 'high')
    ;(await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'low' }).header('if-match', first.header('etag')!)).assertStatus(200)
  })

  test('acts do and undo, twice without harm', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    const call = api(client, token)
    const status = async (request: Promise<any>) => (await request).body().status
    const path = (noun: string) => `/tickets/${ticket.id}/${noun}`

    assert.equal(await status(call.post(path('resolution'))), 'resolved')
    assert.equal(await status(call.post(path('resolution'))), 'resolved')
    assert.equal(await eventCount('ticket:resolved', ticket.id), 1)
    assert.equal(await status(call.delete(path('resolution'))), 'open')
    assert.equal(await status(call.post(path('closure'))), 'closed')
    assert.equal(await status(call.delete(path('resolution'))), 'closed', 'undoing what is not done')
    assert.equal(await status(call.delete(path('closure'))), 'open')
    assert.equal(await status(call.post(path('spam'))), 'spam')
    assert.equal(await status(call.delete(path('spam'))), 'open')

    const until = new Date(Date.now() + 3_600_000).toISOString()
    const snoozed = await call.post(path('snooze'), { until })
    assert.containsSubset(snoozed.body(), { status: 'snoozed', snoozed_until: until })
    assert.equal(await status(call.delete(path('snooze'))), 'open')
    ;(await call.post(path('snooze'), { until: '2020-01-01T00:00:00Z' })).assertStatus(422)
    ;(await call.post(path('snooze'), { until: 'zítra' })).assertStatus(422)
    ;(await call.post('/tickets/999999999/resolution')).assertStatus(404)
  })

  test('an inbound ticket records what the customer said and sends nothing', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox()
    const response = await api(client, token).post('/tickets', {
      subject: 'Volala kvůli reklamaci',
      inbox_id: String(inbox.id),
      customer: { name: 'Jana Nováková', email: 'Jana.Nova@Posta.TEST', phone: '777 123 456' },
      message: { text: 'Kávovar nehřeje.', direction: 'inbound', attachments: [{ filename: 'foto.txt', content_base64: Buffer.from('obsah').toString('base64') }] },
      owner_id: String(token.agent.id),
      priority: 'high',
      tags: ['telefon'],
      custom: { order: '1' },
    })
    response.assertStatus(201)
    assert.containsSubset(response.body(), { customer: { email: 'jana.nova@posta.test', phone: '+420777123456' }, owner: { id: String(token.agent.id) }, priority: 'high', tags: ['telefon'], message_count: 1 })

    const [message] = (await api(client, token).get(`/tickets/${response.body().number}/messages`)).body().data
    assert.containsSubset(message, { kind: 'inbound', text: 'Kávovar nehřeje.', author: { type: 'customer', name: 'Jana Nováková' }, delivery: null })
    assert.containsSubset(message.attachments, [{ filename: 'foto.txt', size: 5 }])
  })

  test('an outbound ticket sends its first message to the customer', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const inbox = await givenInbox()
    const response = await api(client, token).post('/tickets', {
      subject: 'Vaše objednávka',
      inbox_id: String(inbox.id),
      customer: { email: 'karel@posta.test', name: 'Karel' },
      message: { html: '<p>Dobrý den,<br>zboží <b>odešlo</b>.</p><script>alert(1)</script>', direction: 'outbound' },
    })
    response.assertStatus(201)
    const [message] = (await api(client, token).get(`/tickets/${response.body().number}/messages`)).body().data
    assert.containsSubset(message, { kind: 'reply', to: [{ address: 'karel@posta.test' }], delivery: { state: 'pending' }, author: { type: 'agent', id: String(token.agent.id) } })
    assert.include(message.text, 'Dobrý den,\nzboží odešlo.')
    assert.notInclude(message.html, 'script')
  })

  test('a ticket that cannot be opened leaves nothing behind', async ({ client, assert }) => {
    const token = await givenToken()
    const inbox = await givenInbox()
    const good = { subject: 'X', inbox_id: String(inbox.id), customer: { email: 'nikdo@posta.test' }, message: { text: 'a', direction: 'inbound' } }
    const before = await db.from('tickets').count('* as total').first()
    for (const [what, body] of Object.entries({
      'no such owner': { ...good, owner_id: '999999' },
      'no such inbox': { ...good, inbox_id: '999999' },
      'no such customer': { ...good, customer: { id: '999999' } },
      'nobody': { ...good, customer: {} },
      'no words': { ...good, message: { direction: 'inbound' } },
      'an unknown field': { ...good, colour: 'red' },
      'an unknown field inside': { ...good, message: { ...good.message, kind: 'x' } },
      'no such upload': { ...good, message: { ...good.message, attachments: [{ upload_id: '999999' }] } },
      'a nested custom field': { ...good, custom: { a: { b: 1 } } },
    })) {
      const response = await api(client, token).post('/tickets', body)
      assert.equal(response.status(), 422, what)
    }
    assert.deepEqual(await db.from('tickets').count('* as total').first(), before)
    assert.isNull(await db.from('addresses').where('value', 'nikdo@posta.test').first())
  })
})
