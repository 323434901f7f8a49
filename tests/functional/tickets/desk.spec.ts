import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { forgetDirectory } from '#tickets/pages/directory'
import { sanitiseMail } from '#tickets/mail_html'
import { queriesOf } from '#tests/queries'
import { as } from '#tests/signed_in'
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

  test('a list costs eight queries and a ticket twelve, however many rows', async ({ client, assert }) => {
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
      const session = ['insert into `sessions`', 'insert into "sessions"']
      const ran = await queriesOf(() => as(agent, client.get(path)))
      return ran.filter(({ sql }) => !session.some((words) => sql.startsWith(words)) && !/^(savepoint|release|rollback|begin|commit)/i.test(sql)).length
    }
    assert.isAtMost(await cost('/views/waiting'), 8)
    assert.isAtMost(await cost(`/tickets/${id}?view=waiting`), 12)
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
    assert.include(once.text(), ' src="https://tracker.example/p.gif"')
  })

  test('a ticket’s events say who did what', async ({ client, assert }) => {
    const agent = await givenAgent({ name: 'Jana Malá', language: 'en' })
    const ticket = await givenTicket()
    await ticket.prioritise('high', { by: { kind: 'agent', id: agent.id } })
    const page = (await as(agent, client.get(`/tickets/${ticket.id}`))).text()
    assert.include(page, 'Jana Malá changed priority from normal to high')
  })
})

test.group('Desk | writing', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a reply goes out without JavaScript, and the page says so', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()

    const response = await as(agent, client.post(`/tickets/${ticket.id}/messages`).withCsrfToken().redirects(0).form({ text: 'Na cestě.', seen_message: message.id, seen_note: 0, status_after: 'resolved' }))
    response.assertStatus(303)
    assert.equal((await fresh(ticket)).status, 'resolved')
    const delivery = await db.from('deliveries').join('messages', 'messages.id', 'deliveries.message_id').where('messages.ticket_id', ticket.id).select('state').firstOrFail()
    assert.equal(delivery.state, 'pending')
  })

  test('something new stops the reply and loses nothing (R004)', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    await ticket.note({ text: 'Zákazník už má náhradu.' }, { by: null })

    const response = await as(agent, client.post(`/tickets/${ticket.id}/messages`).withCsrfToken().form({ text: 'Posíláme náhradu.', seen_message: 999_999, seen_note: 0 }))
    response.assertStatus(409)
    response.assertTextIncludes('Zákazník už má náhradu.')
    response.assertTextIncludes('Posíláme náhradu.')
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
    assert.equal((await db.from('drafts').where({ ticket_id: ticket.id, agent_id: agent.id, kind: 'reply' }).firstOrFail()).text, 'Posíláme náhradu.')
  })

  test('a note has its own route, and a reply’s fields make no reply of it (M005)', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    await as(agent, client.post(`/tickets/${ticket.id}/notes`).withCsrfToken().redirects(0).form({ text: 'Jen pro nás', to: 'anna@posta.test', kind: 'reply', status_after: 'resolved' }))

    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
    assert.lengthOf(await db.from('notes').where('ticket_id', ticket.id), 1)
    assert.equal((await fresh(ticket)).status, 'new')
  })

  test('a reply is taken back in time and its words return to the composer', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ inbox: await givenInbox({ undoSeconds: 10 }) })
    const message = await ticket.reply({ text: 'Omylem' }, { by: { kind: 'agent', id: agent.id } })

    await as(agent, client.delete(`/messages/${message.id}/delivery`).withCsrfToken().redirects(0))
    assert.equal((await db.from('deliveries').where('message_id', message.id).firstOrFail()).state, 'cancelled')
    const page = await as(agent, client.get(`/tickets/${ticket.id}`))
    page.assertTextIncludes('>Omylem</textarea>')
  })

  test('of two who take a ticket at once, one gets it and the other is told in words', async ({ client, assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent({ language: 'en' })]
    const ticket = await givenTicket({ ownerId: jana.id })
    const response = await as(petr, client.post(`/tickets/${ticket.id}/claim`).withCsrfToken().headers(PART))
    response.assertStatus(409)
    assert.equal(response.header('hx-retarget'), '#alerts')
    response.assertTextIncludes('A colleague was quicker')
    assert.equal((await fresh(ticket)).ownerId, jana.id)
  })

  test('htmx hears what changed: head, thread, row and a sentence with the way back', async ({ client }) => {
    const agent = await givenAgent({ language: 'en' })
    const ticket = await givenTicket()
    const response = await as(agent, client.post(`/tickets/${ticket.id}/resolution`).withCsrfToken().headers(PART))
    for (const target of [`#ticket_${ticket.id}_head`, `#ticket_${ticket.id}_thread`, `#ticket_${ticket.id}_row`, '#announcer']) response.assertTextIncludes(`<hx-partial hx-target="${target}"`)
    response.assertTextIncludes(`#${ticket.id} is resolved.`)
    response.assertTextIncludes(`/tickets/${ticket.id}/resolution?_method=DELETE`)
  })

  test('a viewer reads and changes nothing', async ({ client, assert }) => {
    const viewer = await givenAgent({ role: 'viewer' })
    const ticket = await givenTicket()
    const page = await as(viewer, client.get(`/tickets/${ticket.id}`))
    page.assertStatus(200)
    assert.notInclude(page.text(), 'id="composer"')
    for (const [path, fields] of [['resolution', {}], ['notes', { text: 'x' }], ['claim', {}], ['tags', { tag: 'x' }]] as const) {
      const response = await as(viewer, client.post(`/tickets/${ticket.id}/${path}`).withCsrfToken().headers(PART).form(fields))
      response.assertStatus(403)
    }
  })

  test('many tickets change at once, and the page says how many', async ({ client, assert }) => {
    const agent = await givenAgent({ language: 'en' })
    const tickets = [await givenTicket(), await givenTicket(), await givenTicket()]
    const response = await as(agent, client.post('/bulk-changes').withCsrfToken().redirects(0).form({ act: 'take', ticket_ids: tickets.map(({ id }) => id) }))
    response.assertStatus(303)
    for (const ticket of tickets) assert.equal((await fresh(ticket)).ownerId, agent.id)
  })
})
