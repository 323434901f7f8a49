import { createHash } from 'node:crypto'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { keepRaw } from '#support/files'
import { api, givenToken } from '#tests/api'
import { fresh, givenInbox, givenTicket, words } from '#tests/given'

test.group('API | messages', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a reply is written with its delivery, and can be taken back while it is pending', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket({ inbox: await givenInbox({ undoSeconds: 10 }) })

    const response = await api(client, token).post(`/tickets/${ticket.id}/messages`, {
      text: 'Odesíláme zítra.',
      cc: ['sklad@shop.test', { address: 'petr@shop.test', name: 'Petr' }],
      status_after: 'pending',
    })
    response.assertStatus(201)
    const message = response.body()
    assert.containsSubset(message, { kind: 'reply', ticket_number: String(ticket.id), to: [{ address: 'anna@posta.test' }], text_visible: 'Odesíláme zítra.', delivery: { state: 'pending', attempts: 0, last_error: null } })
    assert.deepEqual(message.cc, [{ name: null, address: 'sklad@shop.test' }, { name: 'Petr', address: 'petr@shop.test' }])
    assert.equal((await fresh(ticket)).status, 'pending')

    const cancelled = await api(client, token).delete(`/messages/${message.id}/delivery`)
    cancelled.assertStatus(200)
    assert.equal(cancelled.body().delivery.state, 'cancelled')
    ;(await api(client, token).delete(`/messages/${message.id}/delivery`)).assertStatus(409)

    const again = await api(client, token).post(`/messages/${message.id}/delivery`)
    assert.equal(again.body().delivery.state, 'pending')
    ;(await api(client, token).post(`/messages/${message.id}/delivery`)).assertStatus(409)
  })

  test('send_at plans a reply; files go along, by content or by upload', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    const bytes = Buffer.from('%PDF-1.7 faktura')
    const upload = await client.post('/api/v1/uploads').bearerToken(token.plain).file('file', bytes, { filename: 'Faktura č. 1.pdf', contentType: 'text/html' })
    upload.assertStatus(201)
    assert.containsSubset(upload.body(), { filename: 'Faktura č. 1.pdf', content_type: 'application/pdf', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })

    const sendAt = new Date(Date.now() + 7_200_000).toISOString()
    const response = await api(client, token).post(`/tickets/${ticket.id}/messages`, {
      text: 'V příloze.',
      send_at: sendAt,
      attachments: [{ upload_id: upload.body().id }, { filename: 'a.txt', content_type: 'text/plain', content_base64: Buffer.from('ahoj').toString('base64') }],
    })
    response.assertStatus(201)
    assert.equal(response.body().delivery.due_at, sendAt)
    assert.sameMembers(response.body().attachments.map((file: { filename: string }) => file.filename), ['Faktura č. 1.pdf', 'a.txt'])

    const reused = await api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'x', attachments: [{ upload_id: upload.body().id }] })
    reused.assertStatus(422)
  })

  test('a downloaded file has its own bytes and cannot do harm', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    const bytes = Buffer.from('<script>alert(1)</script> žluťoučký')
    const response = await api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'x', attachments: [{ filename: 'stránka.html', content_base64: bytes.toString('base64') }] })
    const file = await client.get(response.body().attachments[0].url).bearerToken(token.plain)
    file.assertStatus(200)
    assert.equal(file.header('x-content-type-options'), 'nosniff')
    assert.match(file.header('content-disposition')!, /^attachment; filename="stranka\.html"; filename\*=UTF-8''str%C3%A1nka\.html$/)
    assert.include(file.header('content-security-policy')!, 'sandbox')
    assert.equal(file.text(), bytes.toString())
    ;(await api(client, token).get('/attachments/999999')).assertStatus(404)
  })

  test('raw is what arrived, byte for byte; a message of ours has none', async ({ client, assert }) => {
    const token = await givenToken({ role: 'viewer', abilities: ['read'] })
    const inbox = await givenInbox()
    const ticket = await givenTicket({ inbox })
    const bytes = Buffer.from('From: a@b.test\r\n\r\nP\xf8\xedli\x9a \x00 end', 'latin1')
    const kept = await keepRaw(bytes)
    const row = { inbox_id: inbox.id, external_id: 'x1', type: 'message/rfc822', raw_path: kept.path, bytes: kept.bytes, sha256: kept.sha256, received_at: nowMs(), via: 'api', state: 'done', due_at: nowMs() }
    const [item] = await db.knexQuery().table('incoming_items').insert(row).returning('id')
    const id = await (await fresh(ticket)).receive(words(inbox.id, ticket.customerId, { incomingItemId: item.id ?? item }), { by: null })

    const raw = await client.get(`/api/v1/messages/${id}/raw`).bearerToken(token.plain).setup((request) => {
      request.request.buffer(true).parse((answer: any, done: (error: Error | null, body: unknown) => void) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part)).on('end', () => done(null, Buffer.concat(parts)))
      })
    })
    raw.assertStatus(200)
    assert.equal(raw.header('content-type'), 'message/rfc822')
    assert.isTrue(bytes.equals(raw.body() as Buffer))

    const [first] = (await api(client, token).get(`/tickets/${ticket.id}/messages?limit=1`)).body().data
    const none = await api(client, token).get(`/messages/${first.id}/raw`)
    none.assertStatus(404)
    assert.equal(none.body().type, 'urn:opora:problem:no_raw')
  })

  test('an upload that is too large is refused, and nothing is kept', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const before = await db.from('uploads').count('* as total').first()
    const large = await client.post('/api/v1/uploads').bearerToken(token.plain).file('file', Buffer.alloc(100_000_100), { filename: 'velky.bin' })
    large.assertStatus(413)
    ;(await client.post('/api/v1/uploads').bearerToken(token.plain).file('file', Buffer.alloc(105_000_000), { filename: 'obrovsky.bin' })).assertStatus(413)
    large.assertHeader('content-type', 'application/problem+json; charset=utf-8')
    ;(await api(client, token).post('/uploads', { file: 'x' })).assertStatus(415)
    ;(await client.post('/api/v1/uploads').bearerToken(token.plain).field('name', 'x')).assertStatus(422)
    assert.deepEqual(await db.from('uploads').count('* as total').first(), before)
  })

  test('a reply without words, to nobody or with unknown fields is refused', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    for (const body of [{}, { text: ' ' }, { text: 'x', to: ['not an address'] }, { text: 'x', note: true }, { text: 'x', send_at: 'brzy' }, { text: 'x', attachments: [{}] }, { text: 'x', attachments: [{ filename: 'a', content_base64: '***' }] }]) {
      const response = await api(client, token).post(`/tickets/${ticket.id}/messages`, body)
      assert.equal(response.status(), 422, JSON.stringify(body))
    }
    const stale = await api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'x' }).header('if-match', '"1"')
    stale.assertStatus(409)
    assert.equal((await fresh(ticket)).messageCount, 1)
  })
})

test.group('API | notes and history', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a note stands in its own list and in the thread, and in nothing a customer could see', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    const secret = 'TAJEMSTVÍ-4711'
    const note = await api(client, token).post(`/tickets/${ticket.id}/notes`, { text: secret, attachments: [{ filename: 'tajne.txt', content_base64: Buffer.from(secret).toString('base64') }] })
    note.assertStatus(201)
    await api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'Odpověď' })

    assert.lengthOf((await api(client, token).get(`/tickets/${ticket.id}/notes`)).body().data, 1)
    const thread = (await api(client, token).get(`/tickets/${ticket.id}/thread`)).body().data
    assert.includeMembers(thread.map((entry: { kind: string }) => entry.kind), ['event', 'inbound', 'note', 'reply'])
    assert.equal(thread.find((entry: { kind: string }) => entry.kind === 'note').note.text, secret)

    for (const path of [`/tickets/${ticket.id}`, `/tickets/${ticket.id}/messages`, `/tickets/${ticket.id}/events`, `/customers/${ticket.customerId}/timeline`, `/tickets?customer=${ticket.customerId}`]) {
      assert.notInclude(JSON.stringify((await api(client, token).get(path)).body()), 'TAJEMSTV', path)
    }
    const [file] = note.body().attachments
    assert.equal((await client.get(file.url).bearerToken(token.plain)).text(), secret)
    ;(await api(client, token).get(`/attachments/${file.id}`)).assertStatus(404)
  })

  test('the thread goes on by cursor and loses nothing', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    for (let index = 0; index < 4; index++) await (await fresh(ticket)).note({ text: `Poznámka ${index}` }, { by: { kind: 'agent', id: token.agent.id } })
    const whole = (await api(client, token).get(`/tickets/${ticket.id}/thread?limit=200`)).body().data
    const walked: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = (await api(client, token).get(`/tickets/${ticket.id}/thread?limit=2${cursor && `&cursor=${cursor}`}`)).body() as { data: unknown[]; next_cursor: string | null }
      walked.push(...page.data)
      cursor = page.next_cursor
    }
    assert.deepEqual(walked, whole)
  })

  test('the history says who changed what, and by what', async ({ client, assert }) => {
    const token = await givenToken({ role: 'agent' })
    const ticket = await givenTicket()
    await api(client, token).patch(`/tickets/${ticket.id}`, { priority: 'urgent' })
    const events = (await api(client, token).get(`/tickets/${ticket.id}/events`)).body().data
    const event = events.at(-1)
    assert.containsSubset(event, { name: 'ticket:prioritised', by: { type: 'agent', id: String(token.agent.id), name: token.agent.name }, changes: { from: 'normal', to: 'urgent' } })
    assert.match(event.via, /^api:/)
  })
})
