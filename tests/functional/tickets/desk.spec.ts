import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { forgetDirectory } from '#tickets/pages/directory'
import { sanitiseMail } from '#tickets/mail_html'
import { queriesOf } from '#tests/queries'
import { as } from '#tests/signed_in'
import { signedIn } from '#tests/visitor'
import { fresh, givenAgent, givenCustomer, givenInbox, givenTicket, words } from '#tests/given'

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }

test.group('Desk | reading', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a list shows who waits, and trusts nothing that a customer wrote', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ subject: '<img src=x onerror=alert(1)>', text: '<script>alert(2)</script>' })

    const page = (await as(agent, client.get('/views/waiting'))).text()
    assert.include(page, `ticket_${ticket.id}_row`)
    assert.include(page, '&lt;img src=x onerror=alert(1)&gt;')
    assert.notInclude(page, '<script>alert')
    assert.notInclude(page, '<img src=x')
  })

  test('a list costs eight queries and a ticket fifteen, however many rows', async ({ client, assert }) => {
    const agent = await givenAgent()
    const inbox = await givenInbox()
    const customerId = await givenCustomer()
    for (let n = 0; n < 12; n++) {
      const ticket = await givenTicket({ inbox, customerId })
      await ticket.tag({ add: [`tag ${n}`] }, { by: null })
      for (let more = 0; more < n; more++) await ticket.note({ text: 'x' }, { by: { kind: 'agent', id: agent.id } })
    }
    const { id } = await givenTicket({ inbox, customerId })

    const cost = async (path: string) => {
      await as(agent, client.get(path))
      const ran = await queriesOf(() => as(agent, client.get(path)))
      // The session of a real visit is read once; a test's is also made and given its first contents.
      // Settings are kept for some seconds, whoever asks; on a slow machine they are read anew just now.
      return 1 + ran.filter(({ sql }) => !sql.includes('sessions') && !/from .settings/.test(sql)).length
    }
    assert.isAtMost(await cost('/views/waiting'), 8)
    assert.isAtMost(await cost(`/tickets/${id}?view=waiting`), 15)
  })

  test('htmx gets the ticket alone; a browser gets the whole page at the same address', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()

    const part = await as(agent, client.get(`/tickets/${ticket.id}`).headers(PART))
    assert.notInclude(part.text(), '<!doctype html>')
    assert.include(part.text(), 'id="ticket"')
    assert.include(String(part.header('vary')), 'HX-Request-Type')

    const whole = await as(agent, client.get(`/tickets/${ticket.id}`))
    assert.include(whole.text(), '<!doctype html>')
    assert.include(whole.text(), 'id="list"')
  })

  test('says numbers and words in the reader’s language', async ({ client, assert }) => {
    const ticket = await givenTicket()
    const czech = (await as(await givenAgent({ language: 'cs' }), client.get(`/tickets/${ticket.id}`))).text()
    assert.include(czech, 'Interní poznámka – <b>zákazník ji neuvidí</b>')
    const english = (await as(await givenAgent({ language: 'en' }), client.get(`/tickets/${ticket.id}`))).text()
    assert.include(english, 'Internal note – <b>the customer will not see this</b>')
  })

  test('what is read is read: the row of the reader says so, others still see it as new', async ({ client, assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    await as(jana, client.get(`/tickets/${ticket.id}`))

    const unread = (text: string) => new RegExp(`ticket_${ticket.id}_row[^]*?data-unread`).test(text)
    assert.isFalse(unread((await as(jana, client.get('/views/waiting'))).text()))
    assert.isTrue(unread((await as(petr, client.get('/views/waiting'))).text()))
  })

  test('a ticket of an inbox that is not the agent’s is as if it were not there', async ({ client }) => {
    const outsider = await givenAgent({ restricted: 1 })
    const ticket = await givenTicket()
    for (const path of ['', '/messages', '/card', '/presence']) {
      const response = await as(outsider, client.get(`/tickets/${ticket.id}${path}`))
      response.assertStatus(404)
    }
  })

  test('customers’ HTML stands in a frame without scripts, and reaches nothing until somebody allows it', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const clean = sanitiseMail('<b>Hi</b><img src="https://tracker.example/p.gif"><script>alert(1)</script>')
    const id = await ticket.receive(words(ticket.inboxId, ticket.customerId, { html: clean.html, remoteImages: clean.remoteImages }), { by: { kind: 'customer', id: ticket.customerId } })

    const shut = await as(agent, client.get(`/messages/${id}/frame`))
    const policy = String(shut.header('content-security-policy'))
    assert.include(policy, `sandbox allow-same-origin`)
    assert.notInclude(policy, 'allow-scripts')
    assert.include(policy, `default-src 'none'`)
    assert.notInclude(policy, 'https:')
    assert.notMatch(shut.text(), /<img[^>]*\ssrc="https/)

    const once = await as(agent, client.get(`/messages/${id}/frame?images=1`))
    // Through us: its sender learns nothing of who reads it.
    assert.include(once.text(), ` src="/messages/${id}/images/0"`)
    assert.notMatch(once.text(), /<img[^>]*\ssrc="https/)
  })

  test('a ticket’s events say who did what', async ({ client, assert }) => {
    const agent = await givenAgent({ name: 'Jana Malá', language: 'en' })
    const ticket = await givenTicket()
    await ticket.prioritise('high', { by: { kind: 'agent', id: agent.id } })
    const page = (await as(agent, client.get(`/tickets/${ticket.id}`))).text()
    assert.include(page, 'Jana Malá changed priority from normal to high')
  })
})

const PASSWORD = 'correct horse battery'

/** An agent at a browser without JavaScript, with the desk open. */
async function atWork(values: Parameters<typeof givenAgent>[0] = {}) {
  const agent = await givenAgent({ language: 'en', ...values, password: await hash.make(PASSWORD) })
  const visitor = await signedIn(agent, PASSWORD)
  await visitor.open('/views/waiting')
  return { agent, visitor }
}

test.group('Desk | writing', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a reply goes out without JavaScript, and the page says so', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()

    const response = await visitor.send(`/tickets/${ticket.id}/messages`, { text: 'Na cestě.', seen_message: String(message.id), seen_note: '0', status_after: 'resolved' }, 'POST')
    assert.equal(response.status, 303)
    assert.equal((await fresh(ticket)).status, 'resolved')
    const delivery = await db.from('deliveries').join('messages', 'messages.id', 'deliveries.message_id').where('messages.ticket_id', ticket.id).select('state').firstOrFail()
    assert.equal(delivery.state, 'pending')
  })

  test('something new stops the reply and loses nothing (R004)', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const ticket = await givenTicket()
    await ticket.note({ text: 'Zákazník už má náhradu.' }, { by: null })

    const response = await visitor.send(`/tickets/${ticket.id}/messages`, { text: 'Posíláme náhradu.', seen_message: '999999', seen_note: '0' }, 'POST')
    assert.equal(response.status, 409)
    assert.include(response.text, 'Zákazník už má náhradu.')
    assert.include(response.text, 'Posíláme náhradu.')
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
    assert.equal((await db.from('drafts').where({ ticket_id: ticket.id, agent_id: agent.id, kind: 'reply' }).firstOrFail()).text, 'Posíláme náhradu.')
  })

  test('a note has its own route, and a reply’s fields make no reply of it (M005)', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    await visitor.send(`/tickets/${ticket.id}/notes`, { text: 'Jen pro nás', to: 'anna@posta.test', kind: 'reply', status_after: 'resolved' }, 'POST')

    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
    assert.lengthOf(await db.from('notes').where('ticket_id', ticket.id), 1)
    assert.equal((await fresh(ticket)).status, 'new')
  })

  test('a reply is taken back in time and its words return to the composer', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const ticket = await givenTicket({ inbox: await givenInbox({ undoSeconds: 10 }) })
    const message = await ticket.reply({ text: 'Omylem' }, { by: { kind: 'agent', id: agent.id } })

    await visitor.send(`/messages/${message.id}/delivery`, {}, 'DELETE')
    assert.equal((await db.from('deliveries').where('message_id', message.id).firstOrFail()).state, 'cancelled')
    const page = await visitor.open(`/tickets/${ticket.id}`)
    assert.include(page.text, '>Omylem</textarea>')
  })

  test('of two who take a ticket at once, one gets it and the other is told in words', async ({ assert }) => {
    const jana = await givenAgent()
    const { visitor } = await atWork()
    const ticket = await givenTicket({ ownerId: jana.id })
    const response = await visitor.send(`/tickets/${ticket.id}/claim`, {}, 'POST', PART)
    assert.equal(response.status, 409)
    assert.equal(response.headers.get('hx-retarget'), '#alerts')
    assert.include(response.text, 'A colleague was quicker')
    assert.equal((await fresh(ticket)).ownerId, jana.id)
  })

  test('htmx hears what changed: head, thread, row and a sentence with the way back', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const response = await visitor.send(`/tickets/${ticket.id}/resolution`, {}, 'POST', PART)
    for (const target of [`#ticket_${ticket.id}_head`, `#ticket_${ticket.id}_thread`, `#ticket_${ticket.id}_row`, '#announcer']) assert.include(response.text, `<hx-partial hx-target="${target}"`)
    assert.include(response.text, `#${ticket.id} is resolved.`)
    assert.include(response.text, `/tickets/${ticket.id}/resolution?_method=DELETE`)
  })

  test('a viewer reads and changes nothing', async ({ assert }) => {
    const { visitor } = await atWork({ role: 'viewer' })
    const ticket = await givenTicket()
    const page = await visitor.open(`/tickets/${ticket.id}`)
    assert.equal(page.status, 200)
    assert.notInclude(page.text, 'id="composer"')
    for (const [path, fields] of [['resolution', {}], ['notes', { text: 'x' }], ['claim', {}], ['tags', { tag: 'x' }]] as const) {
      const response = await visitor.send(`/tickets/${ticket.id}/${path}`, fields, 'POST', PART)
      assert.equal(response.status, 403)
    }
  })

  test('many tickets change at once, and the page says how many', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const tickets = [await givenTicket(), await givenTicket(), await givenTicket()]
    const response = await visitor.send('/bulk-changes', { act: 'take', 'ticket_ids[]': tickets.map(({ id }) => String(id)) }, 'POST')
    assert.equal(response.status, 303)
    for (const ticket of tickets) assert.equal((await fresh(ticket)).ownerId, agent.id)
  })
})
