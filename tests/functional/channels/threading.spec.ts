import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { referenceFor } from '#channels/outbound/reference'
import { moveClock, now } from '#support/clock'
import Ticket from '#tickets/ticket'
import { FakeChannel, type Came } from '#tests/fakes/fake_channel'
import { eventCount } from '#tests/events'
import { givenAgent, givenFakeChannel, givenInbox, givenTicket } from '#tests/given'
import { drain } from '#tests/drain'

const by = null
const anna = { kind: 'email', value: 'anna@posta.test', name: 'Anna' } as const
const stranger = { kind: 'email', value: 'stranger@posta.test' } as const

test.group('Gateway | which ticket a message belongs to (contracts/channels/07c)', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const given = await givenFakeChannel()
    ;({ fake, inbox } = given)
    return given.restore
  })
  group.each.teardown(() => moveClock(null))

  const came = (values: Came = {}, to = inbox) => ingest(to, fake.raw(values), { via: 'api' })
  const ticketOf = async ({ ticketId }: { ticketId: number | null }) => Ticket.findOrFail(ticketId)

  test('an answer by its references goes to the ticket of the message it answers', async ({ assert }) => {
    const first = await came({ externalId: '<1@posta.test>' })
    const answer = await came({ subject: 'Re: Kávovar', thread: { answers: ['<unknown@x>', '1@posta.test'] } })
    assert.equal(answer.outcome, 'appended')
    assert.equal(answer.ticketId, first.ticketId)
  })

  test('with one id in two inboxes, the inbox that was written to wins', async ({ assert }) => {
    const other = await givenInbox({ channel: 'fake', address: 'sales@shop.test' })
    const same = { externalId: '<both@posta.test>' }
    const here = await came(same)
    const there = await came(same, other)
    const answer = { thread: { answers: ['<both@posta.test>'] } }
    assert.equal((await came({ ...answer, text: 'A' })).ticketId, here.ticketId)
    assert.equal((await came({ ...answer, text: 'B' }, other)).ticketId, there.ticketId)
  })

  test('an answer to our own message is known by our signature', async ({ assert }) => {
    const { ticketId } = await came()
    const reply = await (await Ticket.findOrFail(ticketId)).reply({ text: 'Je na cestě.' }, { by })
    await drain()
    const answer = await came({ from: stranger, thread: { answers: [`<${referenceFor(ticketId!, reply.id)}@shop.test>`] } })
    assert.equal(answer.ticketId, ticketId)
  })

  test('an id in our form with a wrong signature counts for nothing', async ({ assert }) => {
    const { ticketId } = await came()
    const reply = await (await Ticket.findOrFail(ticketId)).reply({ text: 'Je na cestě.' }, { by })
    await db.from('messages').where('id', reply.id).update({ external_id: `<op.${ticketId}.${reply.id}.aaaaaaaaaa@shop.test>` })
    const forged = await came({ from: stranger, thread: { answers: [`<op.${ticketId}.${reply.id}.aaaaaaaaaa@shop.test>`] } })
    assert.equal(forged.outcome, 'created')
    assert.notEqual(forged.ticketId, ticketId)
  })

  test('a number in the subject counts for a participant, and for nobody else', async ({ assert }) => {
    const { ticketId } = await came({ from: anna, cc: [{ kind: 'email', value: 'petr@posta.test' }] })
    const subject = `Dotaz [#${ticketId}]`
    assert.equal((await came({ from: anna, subject, text: 'Ještě já' })).ticketId, ticketId)
    assert.equal((await came({ from: { kind: 'email', value: 'Petr@posta.test' }, subject, text: 'Z kopie' })).ticketId, ticketId)
    assert.notEqual((await came({ from: stranger, subject, to: [{ kind: 'email', value: 'info@shop.test' }] })).ticketId, ticketId)
  })

  test('a resolved, waiting or snoozed ticket comes back with the answer', async ({ assert }) => {
    for (const [at, end] of (['resolve', 'close'] as const).entries()) {
      const first = await came({ externalId: `<end-${at}@posta.test>`, from: { kind: 'email', value: `end${at}@posta.test` } })
      await (await ticketOf(first))[end]({ by })
      await came({ thread: { answers: [`<end-${at}@posta.test>`] }, text: `Ještě ${at}` })
      assert.equal((await ticketOf(first)).status, 'open')
      assert.equal(await eventCount('ticket:reopened', first.ticketId!), 1)
    }
    const first = await came({ externalId: '<s@posta.test>', text: 'Odložte' })
    await (await ticketOf(first)).snooze(now().plus({ days: 1 }), { by })
    await came({ thread: { answers: ['<s@posta.test>'] }, text: 'Ještě něco' })
    assert.equal((await ticketOf(first)).status, 'open')
  })

  test('a vacation notice opens nothing again, however old its ticket', async ({ assert }) => {
    const first = await came({ externalId: '<v@posta.test>' })
    await (await ticketOf(first)).close({ by })
    moveClock(now().plus({ days: 60 }))
    const notice = await came({ automatic: true, text: 'Jsem na dovolené', thread: { answers: ['<v@posta.test>'] } })
    assert.equal(notice.ticketId, first.ticketId)
    assert.equal((await ticketOf(first)).status, 'closed')
    assert.equal((await db.from('messages').where('id', notice.messageId!).first()).automatic, 1)
  })

  test("after the inbox's window an answer begins a new ticket that goes on from the old", async ({ assert }) => {
    const first = await came({ externalId: '<old@posta.test>' })
    await (await ticketOf(first)).close({ by })
    moveClock(now().plus({ days: 31 }))
    const answer = await came({ text: 'Zase se pokazil', thread: { answers: ['<old@posta.test>'] } })
    assert.equal(answer.outcome, 'created')
    assert.equal((await ticketOf(answer)).followUpOfId, first.ticketId)
    assert.equal((await ticketOf(first)).status, 'closed')
  })

  test('an old mail reused for another matter begins a new, linked ticket', async ({ assert }) => {
    const first = await came({ externalId: '<reuse@posta.test>', subject: 'Kávovar' })
    await (await ticketOf(first)).resolve({ by })
    moveClock(now().plus({ days: 20 }))
    const same = await came({ subject: 'RE: Kávovar', text: 'Díky', thread: { answers: ['<reuse@posta.test>'] } })
    assert.equal(same.ticketId, first.ticketId)
    await (await ticketOf(first)).resolve({ by })
    moveClock(now().plus({ days: 20 }))
    const other = await came({ subject: 'Faktura za mlýnek', text: 'Pošlete', thread: { answers: ['<reuse@posta.test>'] } })
    assert.equal((await ticketOf(other)).followUpOfId, first.ticketId)
  })

  test('an answer to a merged ticket goes to where it went', async ({ assert }) => {
    const first = await came({ externalId: '<m@posta.test>' })
    const target = await givenTicket({ inbox })
    await db.from('tickets').where('id', first.ticketId!).update({ merged_into_id: target.id })
    assert.equal((await came({ thread: { answers: ['<m@posta.test>'] }, text: 'Dál' })).ticketId, target.id)
  })

  test("a chat goes on in its own thread, and without a key in the customer's open ticket", async ({ assert }) => {
    const chat = new FakeChannel('chat', { threads: 'customer' })
    const restore = chat.install()
    const room = await givenInbox({ channel: 'chat' })
    const say = (values: Came) => ingest(room, chat.raw({ subject: undefined, ...values }), { via: 'hook' })

    const first = await say({ text: 'Ahoj' })
    assert.equal((await say({ text: 'Jste tam?' })).ticketId, first.ticketId)
    await (await ticketOf(first)).close({ by })
    const second = await say({ text: 'Nová věc' })
    assert.notEqual(second.ticketId, first.ticketId)

    const keyed = await say({ text: 'Jinde', from: stranger, thread: { key: 'room-7' } })
    assert.equal((await say({ text: 'Dál', from: anna, thread: { key: 'room-7' } })).ticketId, keyed.ticketId)
    restore()
  })

  test('our own message that comes back is no new message', async ({ assert }) => {
    const { ticketId } = await came()
    const reply = await (await Ticket.findOrFail(ticketId)).reply({ text: 'Je na cestě.' }, { by })
    await drain()
    const copy = await came({ externalId: `<${referenceFor(ticketId!, reply.id)}@shop.test>`, from: { kind: 'email', value: 'info@shop.test' }, to: [anna] })
    assert.equal(copy.outcome, 'ignored')
    assert.equal(await db.from('messages').where('ticket_id', ticketId!).count('* as n').then(([{ n }]) => Number(n)), 2)
  })

  test('an answer sent from a phone is kept on its ticket as ours', async ({ assert }) => {
    const first = await came({ externalId: '<phone@posta.test>' })
    const echo = await came({ outgoing: true, from: { kind: 'email', value: 'info@shop.test' }, to: [anna], text: 'Z telefonu', thread: { answers: ['<phone@posta.test>'] } })
    assert.equal(echo.ticketId, first.ticketId)
    assert.equal((await db.from('messages').where('id', echo.messageId!).first()).kind, 'reply')
    assert.isNotNull((await ticketOf(first)).firstResponseAt)
  })

  test("our own form names the customer in Reply-To; our address alone is a machine's", async ({ assert }) => {
    const ours = { kind: 'email', value: 'info@shop.test' } as const
    const form = await came({ from: ours, replyTo: anna, text: 'Z formuláře' })
    const address = await db.from('addresses').where('customer_id', (await ticketOf(form)).customerId).first()
    assert.equal(address.value, 'anna@posta.test')
    const loop = await came({ from: ours, text: 'Smyčka' })
    assert.equal((await db.from('messages').where('id', loop.messageId!).first()).automatic, 1)
  })

  test('what a colleague forwards belongs to its first sender', async ({ assert }) => {
    const agent = await givenAgent()
    const forwarded = await came({ from: { kind: 'email', value: agent.email }, forwardedFrom: anna, text: 'Fwd' })
    const address = await db.from('addresses').where('customer_id', (await ticketOf(forwarded)).customerId).first()
    assert.equal(address.value, 'anna@posta.test')
  })

  test('a mail from nobody, without an id or a subject, is a ticket all the same', async ({ assert }) => {
    const nobody = await came({ from: { kind: 'email', value: '' }, subject: '', text: '\u0000Kdo jsem?' })
    assert.equal(nobody.outcome, 'created')
  })

  test('spam from a stranger is put aside; from a customer we know it is not', async ({ assert }) => {
    const spam = { verdict: 'spam', reasons: [] } as const
    assert.equal((await ticketOf(await came({ from: stranger, spam }))).status, 'spam')
    await came({ from: anna, text: 'Jsem tu' })
    assert.equal((await ticketOf(await came({ from: anna, spam, text: 'Výhra' }))).status, 'new')
  })
})
