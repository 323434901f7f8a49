import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { askAboutUnknown, takeNextDelivery } from '#channels/outbound/deliver'
import { outgoingMessage } from '#channels/outbound/outgoing'
import { reportHealth } from '#channels/health'
import { later, refused, unknown } from '#plugin'
import { moveClock, now, nowMs } from '#support/clock'
import { cancelDelivery, retryDelivery } from '#tickets/message_delivery'
import type Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenInbox, givenTicket } from '#tests/given'

const by = null

test.group('Deliveries', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  let ticket: Ticket
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    fake = new FakeChannel('fake')
    const restore = fake.install()
    inbox = await givenInbox({ channel: 'fake', address: 'info@shop.test' })
    ticket = await givenTicket({ inbox })
    return restore
  })
  group.each.teardown(() => moveClock(null))

  const answer = async (values: Partial<Parameters<Ticket['reply']>[0]> = {}) => (await fresh(ticket)).reply({ text: 'Je na cestě.', ...values }, { by })
  const delivery = (message: { id: number }) => db.from('deliveries').where('message_id', message.id).first()
  const pass = (seconds: number) => moveClock(now().plus({ seconds }))

  test('a reply is sent once, and its id is kept for the answer to it', async ({ assert }) => {
    const message = await answer()
    await drain()
    const row = await delivery(message)
    assert.include(row, { state: 'sent', attempts: 1, external_id: `<${row.reference}@shop.test>` })
    assert.equal((await db.from('messages').where('id', message.id).first()).external_id, row.external_id)
    assert.lengthOf(fake.outbox, 1)
    assert.include(fake.outbox[0].subject!, `[#${ticket.id}]`)
    assert.equal(await eventCount('message:sent', ticket.id), 1)
  })

  test('nothing leaves within the undo window, and what is cancelled never does', async ({ assert }) => {
    await db.from('inboxes').where('id', inbox.id).update({ undo_seconds: 10 })
    const message = await answer()
    await drain()
    assert.lengthOf(fake.outbox, 0)
    await cancelDelivery(message, { by })
    pass(60)
    await drain()
    assert.lengthOf(fake.outbox, 0)
  })

  test('what could not even be put together is tried again: nothing has left, so nobody is asked', async ({ assert }) => {
    const message = await answer()
    const { references } = await db.from('messages').where('id', message.id).firstOrFail()
    await db.from('messages').where('id', message.id).update({ references: 'not JSON' })
    await takeNextDelivery()
    assert.include(await delivery(message), { state: 'pending', attempts: 1 })

    await db.from('messages').where('id', message.id).update({ references })
    pass(60)
    await drain()
    assert.lengthOf(fake.outbox, 1)
  })

  test('an internal note reaches nothing that is sent', async ({ assert }) => {
    const agent = await givenAgent()
    const secret = 'Zákazník lže o poškození'
    await (await fresh(ticket)).note({ text: secret }, { by: { kind: 'agent', id: agent.id } })
    const message = await answer()
    await (await fresh(ticket)).note({ text: secret }, { by: { kind: 'agent', id: agent.id } })
    const row = await delivery(message)
    const built = await outgoingMessage(row)
    await drain()
    assert.notInclude(JSON.stringify([built, fake.outbox]), secret)
    assert.notInclude(JSON.stringify([built, fake.outbox]), 'lže')
  })

  test('refused: the agent sees why, and the ticket comes back although it was resolved', async ({ assert }) => {
    fake.answers.push(refused({ key: 'userunknown', detail: '550 5.1.1' }))
    const message = await answer({ statusAfter: 'resolved' })
    await drain()
    const row = await delivery(message)
    assert.include(row, { state: 'failed', error_code: 'userunknown' })
    assert.include(row.error, '550 5.1.1')
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal(await eventCount('message:failed', ticket.id), 1)

    await retryDelivery(message, { by })
    await drain()
    assert.equal((await delivery(message)).state, 'sent')
  })

  test('later: tried again after 5 s, 20 s, a minute …, with the reason shown meanwhile', async ({ assert }) => {
    fake.answers.push(later('451'), later('451'), later('451'))
    const message = await answer()
    for (const wait of [5, 20, 60]) {
      const before = nowMs()
      await takeNextDelivery()
      const row = await delivery(message)
      assert.include(row, { state: 'pending' })
      assert.approximately(row.due_at - before, wait * 1000, wait * 120 + 500)
      moveClock(now().plus({ seconds: wait * 1.2 }))
    }
    await drain()
    assert.include(await delivery(message), { state: 'sent', attempts: 4, error: null })
  })

  test('after 48 hours of tries it has failed; while the inbox itself is broken it waits on', async ({ assert }) => {
    const message = await answer()
    fake.health = { ok: false, reason: 'Reconnect' }
    fake.answers.push(later('535'))
    await drain()
    pass(49 * 3600)
    fake.answers.push(later('535'))
    await drain()
    assert.equal((await delivery(message)).state, 'pending')

    fake.health = { ok: true }
    await reportHealth(inbox, { ok: true })
    pass(3600)
    fake.answers.push(later('451'))
    await drain()
    assert.equal((await delivery(message)).state, 'failed')
  })

  test("a driver's own time is kept", async ({ assert }) => {
    const at = now().plus({ minutes: 7 }).startOf('second')
    fake.answers.push(later('Too fast', at))
    const message = await answer()
    await drain()
    assert.equal((await delivery(message)).due_at, at.toMillis())
  })

  test('a throw after something may have left is unknown; a person is asked after two minutes, and nothing goes twice', async ({ assert }) => {
    fake.answers.push(() => {
      throw Object.assign(new Error('socket closed'), { code: 'ECONNRESET' })
    })
    const message = await answer({ statusAfter: 'resolved' })
    await drain()
    assert.equal((await delivery(message)).state, 'unknown')
    assert.equal((await fresh(ticket)).status, 'resolved')
    pass(130)
    await askAboutUnknown()
    await drain()
    assert.equal((await fresh(ticket)).status, 'open')
    assert.lengthOf(fake.outbox, 1)
    await (await fresh(ticket)).resolve({ by })
    await askAboutUnknown()
    assert.equal((await fresh(ticket)).status, 'resolved')
  })

  test('a throw that says that nothing left is tried again', async ({ assert }) => {
    fake.answers.push(() => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    })
    const message = await answer()
    await drain()
    assert.include(await delivery(message), { state: 'pending', error_code: 'not_reached' })
    pass(10)
    await drain()
    assert.equal((await delivery(message)).state, 'sent')
  })

  test('a worker that died while sending: unknown on e-mail, again where twice does no harm', async ({ assert }) => {
    const message = await answer()
    await db.from('deliveries').where('message_id', message.id).update({ state: 'sending', lease_until: nowMs() - 1 })
    await drain()
    assert.equal((await delivery(message)).state, 'unknown')
    assert.lengthOf(fake.outbox, 0)

    const safe = new FakeChannel('safe', { repeatable: true })
    const restore = safe.install()
    const other = await givenTicket({ inbox: await givenInbox({ channel: 'safe' }) })
    const again = await (await fresh(other)).reply({ text: 'Ano' }, { by })
    await db.from('deliveries').where('message_id', again.id).update({ state: 'sending', lease_until: nowMs() - 1 })
    await drain()
    assert.equal((await delivery(again)).state, 'sent')
    restore()
  })

  test('an inbox that cannot send keeps its replies, and says so', async ({ assert }) => {
    const mute = new FakeChannel('mute', { sends: false })
    const restore = mute.install()
    const other = await givenTicket({ inbox: await givenInbox({ channel: 'mute' }) })
    const message = await (await fresh(other)).reply({ text: 'Ano' }, { by })
    await drain()
    assert.include(await delivery(message), { state: 'pending', error_code: 'no_sender', attempts: 0 })
    restore()
  })

  test('one broken inbox does not hold up another', async ({ assert }) => {
    await inbox.pause({ by })
    await answer()
    const other = await givenTicket({ inbox: await givenInbox({ channel: 'fake' }) })
    const message = await (await fresh(other)).reply({ text: 'Ano' }, { by })
    await drain()
    assert.equal((await delivery(message)).state, 'sent')
    assert.lengthOf(fake.outbox, 1)
    await (await inbox.refresh()).resume({ by })
    await drain()
    assert.lengthOf(fake.outbox, 2)
  })

  test('receipts only move forward, and settle what was unknown', async ({ assert }) => {
    fake.answers.push(unknown('Time-out'))
    const message = await answer()
    await drain()
    const { reference } = await delivery(message)
    const receipt = (status: string) => ingest(inbox, fake.thing({ type: 'receipt', externalId: reference, status, at: now().toISO() }), { via: 'hook' })

    assert.include(await receipt('read'), { outcome: 'appended', messageId: message.id })
    assert.equal((await delivery(message)).state, 'read')
    await receipt('delivered')
    await receipt('failed')
    assert.equal((await delivery(message)).state, 'read')
    assert.equal((await ingest(inbox, fake.thing({ type: 'receipt', externalId: 'nobody', status: 'read', at: now().toISO() }), { via: 'hook' })).outcome, 'ignored')
  })

  test('the copy in the Sent folder settles what was unknown', async ({ assert }) => {
    fake.answers.push(unknown('Time-out'))
    const message = await answer()
    await drain()
    const { reference } = await delivery(message)
    await ingest(inbox, fake.raw({ outgoing: true, externalId: `<${reference}@shop.test>` }), { via: 'poll' })
    assert.equal((await delivery(message)).state, 'sent')
    assert.equal(await eventCount('message:sent', ticket.id), 1)
  })

  test('a proven bounce fails the delivery, brings the ticket back and marks the address', async ({ assert }) => {
    const message = await answer({ statusAfter: 'resolved' })
    await drain()
    const { reference } = await delivery(message)
    const address = await db.from('addresses').where('customer_id', ticket.customerId).first()
    const bounce = { type: 'bounce' as const, externalId: 'b1', answers: [`<${reference}@shop.test>`], proven: true, recipient: address.value, action: 'failed', status: '5.1.1', reason: 'userunknown', at: now().toISO() }
    const taken = await ingest(inbox, fake.thing(bounce), { via: 'poll' })

    assert.include(taken, { outcome: 'bounce', ticketId: ticket.id })
    assert.equal((await delivery(message)).state, 'failed')
    assert.equal((await fresh(ticket)).status, 'open')
    assert.isNotNull((await db.from('addresses').where('id', address.id).first()).invalid_at)
  })

  test('a forged bounce changes nothing but is kept', async ({ assert }) => {
    const message = await answer({ statusAfter: 'resolved' })
    await drain()
    const forged = { type: 'bounce' as const, externalId: 'b2', answers: [`<op.${ticket.id}.${message.id}.aaaaaaaaaa@shop.test>`], proven: true, recipient: 'anna@posta.test', action: 'failed', status: '5.1.1', reason: 'userunknown', at: now().toISO() }
    const taken = await ingest(inbox, fake.thing(forged), { via: 'poll' })
    assert.equal(taken.outcome, 'bounce')
    assert.notEqual(taken.ticketId, ticket.id)
    assert.equal((await delivery(message)).state, 'sent')
    assert.equal((await fresh(ticket)).status, 'resolved')
    assert.isNotNull(await db.from('messages').where({ id: taken.messageId, automatic: 1 }).first())
  })
})
