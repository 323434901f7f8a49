import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { now, nowMs } from '#support/clock'
import Draft from '#tickets/draft'
import { cancelDelivery, planDelivery, retryDelivery } from '#tickets/message_delivery'
import { remindUnanswered } from '#tickets/time_rules'
import { api, givenToken } from '#tests/api'
import { fresh, givenAgent, givenInbox, givenTicket, words } from '#tests/given'

const deliveryOf = (message: { id: number }) => db.from('deliveries').where('message_id', message.id).firstOrFail()
const tomorrow = () => now().plus({ days: 1 })

test.group('Planned reply | waits, and is held if the customer writes first (M009)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('is held however soon it would leave; what is still in its undo window is not', async ({ assert }) => {
    const inbox = await givenInbox({ undoSeconds: 60 })
    const ticket = await givenTicket({ inbox })
    const planned = await ticket.reply({ text: 'Za chvíli', sendAt: now().plus({ seconds: 20 }) }, { by: null })
    const written = await (await fresh(ticket)).reply({ text: 'Hned' }, { by: null })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    assert.equal((await deliveryOf(planned)).state, 'held')
    assert.equal((await deliveryOf(written)).state, 'pending')
  })

  test('a vacation notice does not hold it: nobody has written', async ({ assert }) => {
    const ticket = await givenTicket()
    const planned = await ticket.reply({ text: 'Zítra', sendAt: tomorrow() }, { by: null })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { automatic: true }), { by: null })
    assert.equal((await deliveryOf(planned)).state, 'pending')
  })

  test('held, a person sends it anyway, plans it anew, or discards it', async ({ assert }) => {
    const held = async () => {
      const ticket = await givenTicket()
      const message = await ticket.reply({ text: 'Zítra', sendAt: tomorrow() }, { by: null })
      await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
      return { ticket, message }
    }
    const anyway = await held()
    await retryDelivery(anyway.message, { by: null })
    const sent = await deliveryOf(anyway.message)
    assert.equal(sent.state, 'pending')
    assert.isAtMost(Number(sent.due_at), nowMs())
    // Decided is decided: the next letter does not hold it again.
    await (await fresh(anyway.ticket)).receive(words(anyway.ticket.inboxId, anyway.ticket.customerId), { by: null })
    assert.equal((await deliveryOf(anyway.message)).state, 'pending')

    const again = await held()
    const at = now().plus({ days: 2 })
    await planDelivery(again.message, at, { by: null })
    assert.deepInclude(await deliveryOf(again.message), { state: 'pending' })
    assert.equal(Number((await deliveryOf(again.message)).due_at), at.toMillis())
    await (await fresh(again.ticket)).receive(words(again.ticket.inboxId, again.ticket.customerId), { by: null })
    assert.equal((await deliveryOf(again.message)).state, 'held')

    const away = await held()
    await cancelDelivery(away.message, { by: null })
    assert.equal((await deliveryOf(away.message)).state, 'cancelled')
  })

  test('cannot be planned for the past, nor once it was tried or left', async ({ assert }) => {
    const ticket = await givenTicket()
    const message = await ticket.reply({ text: 'Zítra', sendAt: tomorrow() }, { by: null })
    await assert.rejects(() => planDelivery(message, now().minus({ minutes: 1 }), { by: null }))
    await db.from('deliveries').where('message_id', message.id).update({ attempts: 1 })
    await assert.rejects(() => planDelivery(message, tomorrow(), { by: null }))
    await db.from('deliveries').where('message_id', message.id).update({ attempts: 0, state: 'sent' })
    await assert.rejects(() => planDelivery(message, tomorrow(), { by: null }))
  })
})

test.group('Planned reply | on the pages and in the API', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('the ticket says what waits and what is held, and both are in one list with every act', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ subject: 'Náhradní díl' })
    const message = await ticket.reply({ text: 'Díl přijde zítra ráno', sendAt: tomorrow() }, { by: { kind: 'agent', id: agent.id } })

    const page = await client.get(`/tickets/${ticket.id}`).loginAs(agent)
    page.assertTextIncludes('A reply leaves')
    page.assertTextIncludes('Another time')
    const list = await client.get('/planned').loginAs(agent)
    list.assertTextIncludes('Náhradní díl')
    list.assertTextIncludes('Díl přijde zítra ráno')

    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    const held = await client.get(`/tickets/${ticket.id}`).loginAs(agent)
    held.assertTextIncludes('so it was held')
    held.assertTextIncludes('Send anyway')
    ;(await client.get('/planned').loginAs(agent)).assertTextIncludes('Held')

    await client.delete(`/messages/${message.id}/delivery`).form({ discard: '1' }).loginAs(agent).withCsrfToken()
    assert.equal((await deliveryOf(message)).state, 'cancelled')
    assert.isNull((await Draft.of(ticket.id, agent.id)).reply)
    ;(await client.get('/planned').loginAs(agent)).assertTextIncludes('Nothing is planned')
  })

  test('edited, its words are in the composer; another time is a form away', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const message = await ticket.reply({ text: 'Ještě promyslím', sendAt: tomorrow() }, { by: { kind: 'agent', id: agent.id } })
    await client.patch(`/messages/${message.id}/delivery`).form({ send_at: '2099-05-01T08:00' }).loginAs(agent).withCsrfToken()
    assert.isAbove(Number((await deliveryOf(message)).due_at), nowMs() + 86_400_000 * 300)

    const back = await client.delete(`/messages/${message.id}/delivery`).loginAs(agent).withCsrfToken().header('referer', 'http://desk.test/planned').redirects(0)
    assert.match(back.header('location') ?? '', new RegExp(`/tickets/${ticket.id}$`))
    assert.equal((await Draft.of(ticket.id, agent.id)).reply!.text, 'Ještě promyslím')
  })

  test('the toast offers undo for exactly as long as there is something to undo', async ({ client, assert }) => {
    const agent = await givenAgent()
    const send = async (undoSeconds: number) => {
      const ticket = await givenTicket({ inbox: await givenInbox({ undoSeconds }) })
      const { id } = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
      return client.post(`/tickets/${ticket.id}/messages`).form({ text: 'Dobrý den', seen_message: id, seen_note: 0 }).header('hx-request', 'true').loginAs(agent).withCsrfToken()
    }
    const window = (await send(25)).text()
    assert.match(window, /data-undo/)
    const [, ms] = /data-stay="(\d+)"/.exec(window)!
    assert.isAtMost(Number(ms), 25_000)
    assert.isAtLeast(Number(ms), 5000)
    assert.match(window, /data-countdown/)
    assert.notMatch((await send(0)).text(), /data-undo/)
  })

  test('a viewer sees the list and may do nothing; who may not see the inbox sees nothing', async ({ client }) => {
    const ticket = await givenTicket({ subject: 'Tajný díl' })
    const message = await ticket.reply({ text: 'Zítra', sendAt: tomorrow() }, { by: null })
    const viewer = await givenAgent({ role: 'viewer' })
    const list = await client.get('/planned').loginAs(viewer)
    list.assertTextIncludes('Tajný díl')
    ;(await client.patch(`/messages/${message.id}/delivery`).form({ send_at: '2099-05-01T08:00' }).loginAs(viewer).withCsrfToken()).assertStatus(403)
    const apart = await givenAgent({ restricted: 1 })
    ;(await client.get('/planned').loginAs(apart)).assertTextIncludes('Nothing is planned')
  })

  test('the API plans, lists page by page, and takes back', async ({ client, assert }) => {
    const token = await givenToken()
    const call = api(client, token)
    const ticket = await givenTicket()
    const made: string[] = []
    for (const hour of [3, 1, 2]) made.push((await call.post(`/tickets/${ticket.id}/messages`, { text: `Za ${hour}`, send_at: now().plus({ hours: hour }).toISO() })).body().id)
    const first = (await call.get('/planned-messages?limit=2')).body()
    assert.deepEqual(first.data.map(({ id }: { id: string }) => id), [made[1], made[2]])
    assert.isNotNull(first.data[0].delivery.planned_at)
    const second = (await call.get(`/planned-messages?limit=2&cursor=${first.next_cursor}`)).body()
    assert.deepEqual(second.data.map(({ id }: { id: string }) => id), [made[0]])
    assert.isNull(second.next_cursor)
    ;(await call.patch(`/messages/${made[0]}/delivery`, { send_at: '2001-01-01T00:00:00Z' })).assertStatus(422)
  })
})

test.group('Reminder | if the customer does not answer', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  const passed = (ticket: { id: number }) => db.from('tickets').where('id', ticket.id).update({ remind_at: nowMs() - 1000 })

  test('waits for the customer and comes back to its owner when the time is up', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id })
    await (await fresh(ticket)).remindUnlessAnswered(tomorrow(), { by: null })
    assert.deepInclude((await fresh(ticket)).$attributes, { status: 'pending', pendingOn: 'customer' })
    await passed(ticket)
    await remindUnanswered()
    const back = await fresh(ticket)
    assert.equal(back.status, 'open')
    assert.equal(back.ownerId, agent.id)
    assert.isNull(back.remindAt)
    assert.isNotNull(back.waitingSinceAt)
    assert.lengthOf(await db.from('events').where({ ticket_id: ticket.id, name: 'ticket:reminded' }), 1)
    await remindUnanswered()
    assert.lengthOf(await db.from('events').where({ ticket_id: ticket.id, name: 'ticket:reminded' }), 1)
  })

  test('an answer takes it away, a machine does not; nor does it bring back what was resolved', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.remindUnlessAnswered(tomorrow(), { by: null })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { automatic: true }), { by: null })
    assert.isNotNull((await fresh(ticket)).remindAt)
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    assert.isNull((await fresh(ticket)).remindAt)

    const done = await givenTicket()
    await done.remindUnlessAnswered(tomorrow(), { by: null })
    await (await fresh(done)).resolve({ by: null })
    assert.isNull((await fresh(done)).remindAt)
  })

  test('is set with a reply or by itself, shown on the ticket, and taken away', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const { id } = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
    await client.post(`/tickets/${ticket.id}/messages`).form({ text: 'Máte ještě zájem?', seen_message: id, seen_note: 0, remind: '1', remind_at: '2099-01-01T08:00' }).loginAs(agent).withCsrfToken()
    assert.equal((await fresh(ticket)).status, 'pending')
    ;(await client.get(`/tickets/${ticket.id}`).loginAs(agent)).assertTextIncludes('if the customer does not answer')
    await client.delete(`/tickets/${ticket.id}/reminder`).loginAs(agent).withCsrfToken()
    assert.isNull((await fresh(ticket)).remindAt)
    await client.post(`/tickets/${ticket.id}/reminder`).form({ moment: '2001-01-01T08:00' }).loginAs(agent).withCsrfToken()
    assert.isNull((await fresh(ticket)).remindAt)
    await client.post(`/tickets/${ticket.id}/reminder`).form({ moment: '2099-01-01T08:00' }).loginAs(agent).withCsrfToken()
    assert.isNotNull((await fresh(ticket)).remindAt)
  })
})
