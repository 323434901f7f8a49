import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { now, nowMs } from '#support/clock'
import { keepRaw } from '#support/files'
import { forgetDirectory } from '#tickets/pages/directory'
import { sanitiseMail } from '#tickets/mail_html'
import { signedIn } from '#tests/visitor'
import { fresh, givenAgent, givenInbox, givenTicket, words } from '#tests/given'

const PASSWORD = 'correct horse battery'
const PART = { 'HX-Request': 'true' }

async function atWork(values: Parameters<typeof givenAgent>[0] = {}) {
  const agent = await givenAgent({ language: 'en', ...values, password: await hash.make(PASSWORD) })
  const visitor = await signedIn(agent, PASSWORD)
  await visitor.open('/views/waiting')
  return { agent, visitor, by: { by: { kind: 'agent' as const, id: agent.id } } }
}

/** A reply whose delivery stands in this state. */
async function givenDelivery(ticket: Awaited<ReturnType<typeof givenTicket>>, agentId: number, state: string, values: Record<string, unknown> = {}) {
  const message = await ticket.reply({ text: 'Posíláme.' }, { by: { kind: 'agent', id: agentId } })
  await db.from('deliveries').where('message_id', message.id).update({ state, ...values })
  return message
}

test.group('Thread | what a message can do', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('what a mail repeats of earlier ones stands folded in its frame, without a script (R036)', async ({ assert }) => {
    const { visitor } = await atWork({ language: 'cs' })
    const ticket = await givenTicket()
    const { html } = sanitiseMail('<p><b>Děkuji</b></p><div class="gmail_quote"><blockquote class="gmail_quote">Stará zpráva</blockquote></div>')
    const id = await ticket.receive(words(ticket.inboxId, ticket.customerId, { html }), { by: { kind: 'customer', id: ticket.customerId } })
    const frame = await visitor.open(`/messages/${id}/frame`)
    assert.match(frame.text, /Děkuji[^]*<details class="history"><summary>… zobrazit citovaný text<\/summary>[^]*Stará zpráva[^]*<\/details>/)
    assert.notInclude(String(frame.headers.get('content-security-policy')), 'allow-scripts')
  })

  test('the original is shown as text with its headers, and given as a file to whoever may see the ticket', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const kept = await keepRaw(Buffer.from('From: Anna <anna@posta.test>\r\nSubject: Long\r\n folded\r\n\r\n<script>alert(1)</script>'))
    const [row] = await db.knexQuery().table('incoming_items').insert({ inbox_id: ticket.inboxId, type: 'message/rfc822', raw_path: kept.path, bytes: kept.bytes, sha256: kept.sha256, external_id: kept.sha256, via: 'poll', state: 'done', received_at: nowMs(), due_at: nowMs() }).returning('id')
    const id = await ticket.receive(words(ticket.inboxId, ticket.customerId, { incomingItemId: row.id ?? row }), { by: null })

    const page = await visitor.open(`/messages/${id}/original`)
    assert.equal(page.status, 200)
    assert.include(page.text, 'Long folded')
    assert.include(page.text, '&lt;script&gt;alert(1)')
    assert.notInclude(page.text, '<script>alert(1)')

    const file = await visitor.open(`/messages/${id}/raw`)
    assert.include(file.text, 'Subject: Long\r\n folded')
    assert.equal(file.headers.get('content-type'), 'application/octet-stream')
    assert.include(String(file.headers.get('content-disposition')), `attachment; filename="${ticket.id}-${id}.eml"`)

    const { visitor: outsider } = await atWork({ restricted: 1 })
    for (const path of ['original', 'raw']) assert.equal((await outsider.open(`/messages/${id}/${path}`)).status, 404)
  })

  test('our own reply has an original too: what is kept of it, blind copies for us alone', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const message = await givenDelivery(await givenTicket(), agent.id, 'failed')
    assert.include((await visitor.open(`/messages/${message.id}/original`)).text, 'anna@posta.test')
    assert.equal((await visitor.open(`/messages/${message.id}/raw`)).status, 404)
  })

  test('its author changes a note, and the history says so', async ({ assert }) => {
    const { visitor, by } = await atWork({ name: 'Jana Malá' })
    const ticket = await givenTicket()
    const note = await ticket.note({ text: 'Volat zítra' }, by)
    assert.include((await visitor.open(`/notes/${note.id}/edit`)).text, '>Volat zítra</textarea>')

    const answer = await visitor.send(`/notes/${note.id}`, { text: 'Volat v pátek' }, 'PATCH')
    assert.equal(answer.location, `/tickets/${ticket.id}#note_${note.id}`)
    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(page, 'Volat v pátek')
    assert.notInclude(page, 'Volat zítra')
    assert.include(page, 'Jana Malá changed a note')
    assert.include(page, `/notes/${note.id}?_method=DELETE`)
  })

  test('a supervisor may change a colleague’s note; a colleague may not', async ({ assert }) => {
    const ticket = await givenTicket()
    const note = await ticket.note({ text: 'Moje' }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    const { visitor: colleague } = await atWork()
    assert.notInclude((await colleague.open(`/tickets/${ticket.id}`)).text, `/notes/${note.id}/edit`)
    assert.equal((await colleague.open(`/notes/${note.id}/edit`)).status, 403)
    await colleague.send(`/notes/${note.id}`, { text: 'Jiné' }, 'PATCH')
    await colleague.send(`/notes/${note.id}`, {}, 'DELETE')
    assert.equal((await db.from('notes').where('id', note.id).firstOrFail()).text, 'Moje')

    const { visitor: supervisor } = await atWork({ role: 'supervisor' })
    await supervisor.send(`/notes/${note.id}`, { text: 'Opraveno' }, 'PATCH')
    assert.equal((await db.from('notes').where('id', note.id).firstOrFail()).text, 'Opraveno')
  })
})

test.group('Thread | what became of a reply', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a failed one says why in words, and goes out again', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const ticket = await givenTicket()
    const message = await givenDelivery(ticket, agent.id, 'failed', { error: JSON.stringify({ plugin: 'gateway', key: 'gateway.send_timeout', values: { seconds: 150 }, detail: null }) })
    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(page, 'Not sent – ')
    assert.include(page, 'Try again')
    await visitor.send(`/messages/${message.id}/delivery`)
    assert.equal((await db.from('deliveries').where('message_id', message.id).firstOrFail()).state, 'pending')
  })

  test('of an unknown one a person says that it arrived: it is settled and never sent again', async ({ assert }) => {
    const { agent, visitor } = await atWork({ name: 'Petr Dlouhý' })
    const ticket = await givenTicket()
    const message = await givenDelivery(ticket, agent.id, 'unknown')
    const asked = (await visitor.open(`/tickets/${ticket.id}`)).text
    for (const words of ['We do not know whether this arrived.', 'Send again', 'It arrived']) assert.include(asked, words)

    await visitor.send(`/messages/${message.id}/arrival`)
    const delivery = await db.from('deliveries').where('message_id', message.id).firstOrFail()
    assert.equal(delivery.state, 'sent')
    assert.isNotNull(delivery.sent_at)
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'Petr Dlouhý: the reply has arrived')

    const again = await visitor.send(`/messages/${message.id}/arrival`, {}, 'POST', PART)
    assert.equal(again.status, 409)
  })

  test('a held one is sent now or discarded', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const ticket = await givenTicket()
    const [now, never] = [await givenDelivery(ticket, agent.id, 'held'), await givenDelivery(ticket, agent.id, 'held')]
    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(page, 'Send now')
    assert.include(page, 'Discard')
    await visitor.send(`/messages/${now.id}/delivery`)
    await visitor.send(`/messages/${never.id}/delivery`, {}, 'DELETE')
    const states = await db.from('deliveries').whereIn('message_id', [now.id, never.id]).orderBy('message_id').select('state')
    assert.deepEqual(states.map(({ state }) => state), ['pending', 'cancelled'])
  })
})

test.group('Composer | sending', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  const seen = { seen_message: '999999', seen_note: '999999' }
  const replies = (ticketId: number) => db.from('deliveries').join('messages', 'messages.id', 'deliveries.message_id').where('messages.ticket_id', ticketId).select('deliveries.*')

  test('a reply leaves later: the page says when, and it can be taken back (M009)', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const at = now().setZone('Europe/Prague').plus({ days: 2 }).startOf('minute')
    await visitor.send(`/tickets/${ticket.id}/messages`, { ...seen, text: 'Připomenutí', later: '1', send_at: at.toFormat(`yyyy-MM-dd'T'HH:mm`) })
    const [delivery] = await replies(ticket.id)
    assert.equal(Number(delivery.due_at), at.toMillis())
    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.match(page, /Leaves /)
    assert.include(page, 'Take back')
    await visitor.send(`/messages/${delivery.message_id}/delivery`, {}, 'DELETE')
    assert.equal((await replies(ticket.id))[0].state, 'cancelled')
  })

  test('a moment that has passed sends nothing and keeps the words', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const answer = await visitor.send(`/tickets/${ticket.id}/messages`, { ...seen, text: 'Pozdě', later: '1', send_at: '2001-01-01T10:00' }, 'POST', PART)
    assert.equal(answer.status, 422)
    assert.lengthOf(await replies(ticket.id), 0)
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, '>Pozdě</textarea>')
  })

  for (const text of ['Fakturu najdete v příloze.', 'Please see the attached invoice.', 'Faktura w załączniku.', 'Σας επισυνάπτω το τιμολόγιο.', 'Faktúra je v prílohe.']) {
    test(`a forgotten attachment is asked about once (M011): ${text}`, async ({ assert }) => {
      const { visitor } = await atWork()
      const ticket = await givenTicket()
      const asked = await visitor.send(`/tickets/${ticket.id}/messages`, { ...seen, text })
      assert.equal(asked.status, 409)
      assert.include(asked.text, 'Did you forget the attachment?')
      assert.match(asked.text, /name="no_files" value="1"/)
      assert.lengthOf(await replies(ticket.id), 0)

      await visitor.send(`/tickets/${ticket.id}/messages`, { ...seen, text, no_files: '1' })
      assert.lengthOf(await replies(ticket.id), 1)
    })
  }

  test('words that another wrote promise nothing', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    await visitor.send(`/tickets/${ticket.id}/messages`, { ...seen, text: '> viz v příloze\nDěkujeme, vyřídíme.' })
    assert.lengthOf(await replies(ticket.id), 1)
  })

  test('after sending or resolving the next ticket of the list opens, and at its end the list (R038)', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const inbox = await givenInbox()
    const tickets = [await givenTicket({ inbox, ownerId: agent.id }), await givenTicket({ inbox, ownerId: agent.id })]
    const from = (id: number) => ({ 'HX-Request': 'true', 'HX-Current-URL': `http://desk/tickets/${id}?view=mine` })

    const sent = await visitor.send(`/tickets/${tickets[0].id}/messages`, { ...seen, text: 'Hotovo', then: 'next', status_after: 'resolved' }, 'POST', from(tickets[0].id))
    assert.equal(sent.headers.get('hx-redirect'), `/tickets/${tickets[1].id}?view=mine`)
    assert.include((await visitor.open(`/tickets/${tickets[1].id}?view=mine`)).text, 'resolved.')

    const last = await visitor.send(`/tickets/${tickets[1].id}/resolution`, { then: 'next' }, 'POST', { referer: `http://desk/tickets/${tickets[1].id}?view=mine` })
    assert.equal(last.status, 303)
    assert.equal(last.location, '/views/mine')
    assert.equal((await fresh(tickets[1])).status, 'resolved')
  })
})

test.group('Text that no database holds', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  const broken = 'Ko\u0000nec \ud800'
  const whole = 'Konec \ufffd'

  test('comes in by mail, by a form and by a verb without breaking anything', async ({ assert }) => {
    const { visitor, by } = await atWork()
    const ticket = await givenTicket({ subject: broken, text: broken })
    assert.equal((await fresh(ticket)).subject, whole)
    assert.equal((await db.from('messages').where('ticket_id', ticket.id).firstOrFail()).text, whole)

    const note = await ticket.note({ text: broken }, by)
    assert.equal((await db.from('notes').where('id', note.id).firstOrFail()).text, whole)
    const reply = await ticket.reply({ text: broken, subject: broken, to: [{ address: 'anna@posta.test', name: broken }] }, by)
    assert.equal((await db.from('messages').where('id', reply.id).firstOrFail()).subject, whole)

    assert.equal((await visitor.send(`/tickets/${ticket.id}/tags`, { tag: 'ta\u0000g' })).status, 303)
    assert.equal((await visitor.open('/search?q=a%00b')).status, 200)
  })
})
