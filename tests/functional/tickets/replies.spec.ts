import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { now } from '#support/clock'
import { cancelDelivery, retryDelivery } from '#tickets/message_delivery'
import { readReference } from '#tickets/reference'
import { StaleReply } from '#tickets/staleness'
import Draft from '#tickets/draft'
import { takeBack } from '#tickets/taking_back'
import Upload from '#tickets/upload'
import { fresh, givenAgent, givenInbox, givenTicket, words } from '#tests/given'

test.group('Ticket | reply', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('writes the message and what will send it in one go (law 1)', async ({ assert }) => {
    const agent = await givenAgent()
    const inbox = await givenInbox({ undoSeconds: 10 })
    const ticket = await givenTicket({ inbox })
    const message = await ticket.reply({ text: 'Už je na cestě.', statusAfter: 'pending' }, { by: { kind: 'agent', id: agent.id } })

    const delivery = await db.from('deliveries').where('message_id', message.id).first()
    assert.equal(delivery.state, 'pending')
    assert.isAtLeast(Number(delivery.due_at) - Date.now(), 5000)
    assert.deepEqual(readReference(delivery.reference), { ticketId: ticket.id, messageId: message.id })
    const after = await fresh(ticket)
    assert.equal(after.status, 'pending')
    assert.isNotNull(after.firstResponseAt)
    assert.isNull(after.waitingSinceAt)
  })

  test('goes to who wrote, threads, and carries signature and short history', async ({ assert }) => {
    const agent = await givenAgent()
    await agent.merge({ signature: 'Petr Horák' }).save()
    const inbox = await givenInbox({ signature: 'Zrno & Mlýn, s.r.o.' })
    const ticket = await givenTicket({ inbox, subject: 'Re: RE: Kávovar' })
    const message = await ticket.reply({ text: 'Dobrý den,\n\njiž jede <b>.' }, { by: { kind: 'agent', id: agent.id } })

    assert.deepEqual(message.to, [{ address: 'anna@posta.test', name: 'Anna Dvořáková' }])
    assert.equal(message.subject, 'Re: Kávovar')
    const last = await db.from('messages').where('ticket_id', ticket.id).where('kind', 'inbound').first()
    assert.equal(message.inReplyTo, last.external_id)
    assert.include(message.references, last.external_id)
    assert.include(message.text, 'Petr Horák\nZrno & Mlýn, s.r.o.')
    assert.include(message.text, '> Dobrý den, kde je můj kávovar?')
    assert.equal(message.visibleText, 'Dobrý den,\n\njiž jede <b>.')
    assert.include(message.html!, 'již jede &lt;b&gt;.')
  })

  test('is stopped when a colleague or the customer wrote meanwhile (R004, M001)', async ({ assert }) => {
    const ticket = await givenTicket()
    const { id: messageId } = await db.from('messages').where('ticket_id', ticket.id).first()
    const seen = { messageId, noteId: 0 }

    await ticket.note({ text: 'Volal jsem jí' }, { by: null })
    await assert.rejects(() => ticket.reply({ text: 'Odpověď', seen }, { by: null }), StaleReply)
    assert.lengthOf(await db.from('messages').where('ticket_id', ticket.id).where('kind', 'reply'), 0)

    const { id: noteId } = await db.from('notes').where('ticket_id', ticket.id).first()
    await ticket.receive(words(ticket.inboxId, ticket.customerId), { by: null })
    await assert.rejects(() => ticket.reply({ text: 'Odpověď', seen: { messageId, noteId } }, { by: null }), StaleReply)
    await ticket.reply({ text: 'Přesto' }, { by: null })
  })

  test('can be undone in time, and not after it left', async ({ assert }) => {
    const ticket = await givenTicket()
    const message = await ticket.reply({ text: 'Ups' }, { by: null })
    await cancelDelivery(message, { by: null })
    await assert.rejects(() => cancelDelivery(message, { by: null }))

    const second = await (await fresh(ticket)).reply({ text: 'Druhá' }, { by: null })
    await db.from('deliveries').where('message_id', second.id).update({ state: 'sent' })
    await assert.rejects(() => cancelDelivery(second, { by: null }))
    await assert.rejects(() => retryDelivery(second, { by: null }))
    await db.from('deliveries').where('message_id', second.id).update({ state: 'failed' })
    await retryDelivery(second, { by: null })
    assert.equal((await db.from('deliveries').where('message_id', second.id).first()).state, 'pending')
  })

  test('taken back, its words and files are in the draft again, above what was begun since', async ({ assert }) => {
    const petr = await givenAgent()
    const by = { kind: 'agent', id: petr.id } as const
    const ticket = await givenTicket()
    const upload = await Upload.keep({ name: 'faktura.pdf', body: Buffer.from('%PDF-1.4 faktura') }, petr.id)
    const message = await ticket.reply({ text: 'V příloze', uploadIds: [upload.id] }, { by })
    await Draft.keep({ ticketId: ticket.id, agentId: petr.id, kind: 'reply' }, { text: 'A ještě něco' })

    await takeBack(message, petr.id, { by })
    const { reply } = await Draft.of(ticket.id, petr.id)
    assert.equal(reply!.text, 'V příloze\n\nA ještě něco')
    const [again] = await db.from('uploads').where('agent_id', petr.id)
    assert.deepEqual(reply!.envelope!.uploadIds, [again.id])
    assert.equal(again.sha256, upload.sha256)
    assert.equal((await db.from('deliveries').where('message_id', message.id).first()).state, 'cancelled')
  })

  test('planned for later is held when the customer writes first (M009)', async ({ assert }) => {
    const ticket = await givenTicket()
    const message = await ticket.reply({ text: 'Zítra', sendAt: now().plus({ days: 1 }) }, { by: null })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    assert.equal((await db.from('deliveries').where('message_id', message.id).first()).state, 'held')
  })

  test("takes an agent's own uploads, once", async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    const upload = await Upload.keep({ name: '../faktura.pdf', body: Buffer.from('%PDF-1.4 faktura') }, petr.id)
    assert.equal(upload.type, 'application/pdf')
    assert.equal(upload.name, '.._faktura.pdf')

    await assert.rejects(() => ticket.reply({ text: 'V příloze', uploadIds: [upload.id] }, { by: { kind: 'agent', id: jana.id } }))
    const message = await (await fresh(ticket)).reply({ text: 'V příloze', uploadIds: [upload.id] }, { by: { kind: 'agent', id: petr.id } })
    assert.lengthOf(await db.from('attachments').where('message_id', message.id), 1)
    await assert.rejects(async () => (await fresh(ticket)).reply({ text: 'Zas', uploadIds: [upload.id] }, { by: { kind: 'agent', id: petr.id } }))
  })
})

test.group('Note | stays inside (R039, M003)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('no reply, subject, quote or reference ever carries a word of a note', async ({ assert }) => {
    const secret = 'TAJNÉ-7319'
    const ticket = await givenTicket()
    for (let round = 0; round < 6; round++) {
      if (Math.random() < 0.6) await (await fresh(ticket)).note({ text: `${secret} ${round}` }, { by: null })
      if (Math.random() < 0.4) await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
      await (await fresh(ticket)).note({ text: secret }, { by: null })
      const message = await (await fresh(ticket)).reply({ text: `Odpověď ${round}` }, { by: null })
      const row = await db.from('messages').where('id', message.id).first()
      assert.notInclude(JSON.stringify(row), secret)
    }
    assert.notInclude((await fresh(ticket)).preview, secret)
  })

  test("changes neither status nor whose turn it is, and the customer's ticket says nothing of it", async ({ assert }) => {
    const ticket = await givenTicket()
    const before = await fresh(ticket)
    await ticket.note({ text: 'Pozor, VIP' }, { by: null })
    const after = await fresh(ticket)
    assert.equal(after.status, before.status)
    assert.equal(after.waitingSinceAt?.toMillis(), before.waitingSinceAt?.toMillis())
    assert.equal(after.messageCount, before.messageCount)
    assert.equal(after.noteCount, 1)
  })
})
