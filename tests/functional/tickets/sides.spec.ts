import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { refused } from '#plugin'
import { listTickets } from '#tickets/ticket_list'
import { mergeTickets } from '#tickets/merging'
import { startSide } from '#tickets/side'
import { viewCounts } from '#tickets/views'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import type { Came, FakeChannel } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenFakeChannel } from '#tests/given'

const anna = { kind: 'email', value: 'anna@posta.test', name: 'Anna Dvořáková' } as const
const carrier = { kind: 'email', value: 'reklamace@dopravce.test', name: 'Dopravce' } as const
const SECRET_OF_CUSTOMER = 'Bydlím v Dlouhé 5, zvoňte u Nováků'
const SECRET_OF_SIDE = 'Zákazník je problémový, zaplaťte mu jen polovinu'

test.group('Side conversations (M019)', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const given = await givenFakeChannel()
    ;({ fake, inbox } = given)
    return given.restore
  })

  const came = (values: Came = {}) => ingest(inbox, fake.raw(values), { via: 'api' })
  const lastSent = () => fake.outbox.at(-1)!
  const markOf = (message: { reference: string }) => `<${message.reference}@shop.test>`

  /** Anna wrote; the carrier was asked about it, and Anna was answered. */
  async function givenBoth() {
    const jana = await givenAgent({ name: 'Jana Malá' })
    const by = { by: { kind: 'agent' as const, id: jana.id } }
    const first = await came({ from: anna, externalId: '<anna1@posta.test>', text: SECRET_OF_CUSTOMER })
    const ticket = await fresh({ id: first.ticketId! })
    const side = await startSide(ticket, { inbox, to: [{ address: carrier.value, name: carrier.name }], subject: 'Zásilka 123', text: SECRET_OF_SIDE }, by)
    await drain()
    const toCarrier = lastSent()
    await (await fresh(ticket)).reply({ text: 'Zjišťujeme u dopravce.' }, by)
    await drain()
    return { jana, by, ticket, side, toCarrier, toAnna: lastSent() }
  }

  const textsOf = async (ticketId: number) => (await db.from('messages').where('ticket_id', ticketId).orderBy('id')).map((row) => row.text).join('\n')

  test('nothing of the one is ever sent to the other, over many turns', async ({ assert }) => {
    const { by, ticket, side, toCarrier, toAnna } = await givenBoth()
    let [annaAnswers, carrierAnswers] = [markOf(toAnna), markOf(toCarrier)]
    for (let turn = 0; turn < 4; turn++) {
      await came({ from: carrier, subject: 'Re: Zásilka 123', text: `${SECRET_OF_SIDE} (${turn})`, thread: { answers: [carrierAnswers] } })
      await came({ from: anna, subject: 'Re: Kávovar', text: `${SECRET_OF_CUSTOMER} (${turn})`, thread: { answers: [annaAnswers] } })
      await (await fresh(side)).reply({ text: 'Děkujeme, a kdy?' }, by)
      await drain()
      carrierAnswers = markOf(lastSent())
      await (await fresh(ticket)).reply({ text: 'Brzy dáme vědět.' }, by)
      await drain()
      annaAnswers = markOf(lastSent())
    }

    assert.lengthOf(fake.outbox, 10)
    for (const { to, cc, bcc, alsoTo, text, html, subject } of fake.outbox) {
      const everybody = [to, ...(alsoTo ?? []), ...(cc ?? []), ...(bcc ?? [])].map(({ value }) => value)
      const whole = [text, html, subject].join('\n')
      if (everybody.includes(anna.value)) {
        assert.deepEqual(everybody, [anna.value])
        assert.notInclude(whole, 'polovinu')
        assert.notInclude(whole, 'Zásilka 123')
      } else {
        assert.deepEqual(everybody, [carrier.value])
        assert.notInclude(whole, 'Dlouhé 5')
        assert.notInclude(whole, 'Kávovar')
      }
    }
    assert.notInclude(await textsOf(ticket.id), 'polovinu')
    assert.notInclude(await textsOf(side.id), 'Dlouhé 5')
  })

  test('an answer comes back by our mark, by a reference, and by the number alone', async ({ assert }) => {
    const { side, toCarrier } = await givenBoth()
    assert.include(toCarrier.subject, `[#${side.id}]`)
    for (const [at, values] of ([{ thread: { answers: [markOf(toCarrier)] } }, { subject: `Re: Zásilka [#${side.id}]` }] as Came[]).entries()) {
      const answer = await came({ from: carrier, text: `Odpověď ${at}`, ...values })
      assert.equal(answer.ticketId, side.id, `${at}`)
    }
    const colleague = { kind: 'email', value: 'vedouci@dopravce.test' } as const
    assert.equal((await came({ from: colleague, text: 'Za kolegu', thread: { answers: [markOf(toCarrier)] } })).ticketId, side.id)
  })

  test('the customer who is put in copy and answers the side conversation writes in the ticket', async ({ assert }) => {
    const { ticket, side, toCarrier } = await givenBoth()
    await came({ from: carrier, cc: [anna], text: 'V kopii zákaznice', thread: { answers: [markOf(toCarrier)] } })
    const hers = await came({ from: anna, text: 'To není pravda!', subject: `Re: Zásilka [#${side.id}]`, thread: { answers: [markOf(toCarrier)] } })
    assert.equal(hers.ticketId, ticket.id)
    assert.notInclude(await textsOf(side.id), 'To není pravda!')
    const { by } = { by: { by: null } }
    await (await fresh(side)).reply({ text: 'Prosíme jen nám.' }, by)
    await drain()
    assert.deepEqual([lastSent().to, ...(lastSent().cc ?? [])].map(({ value }) => value), [carrier.value], 'nobody is in copy who was not named')
  })

  test('a supplier who answers the customer’s mail writes in the side conversation', async ({ assert }) => {
    const { ticket, side, toAnna } = await givenBoth()
    for (const answers of [['<anna1@posta.test>'], [markOf(toAnna)]]) {
      const his = await came({ from: carrier, cc: [anna], text: `Interní ${answers}`, thread: { answers } })
      assert.equal(his.ticketId, side.id)
    }
    assert.notInclude(await textsOf(ticket.id), 'Interní')
  })

  test('it never goes to the customer: not by name, not in copy, not by a Reply-To', async ({ assert }) => {
    const { by, ticket, side, toCarrier } = await givenBoth()
    const to = [{ address: 'ANNA@posta.test' }]
    await assert.rejects(async () => startSide(await fresh(ticket), { inbox, to, subject: 'x', text: 'x' }, by), 'together.errors.side_to_customer')
    await assert.rejects(async () => startSide(await fresh(ticket), { inbox, to: [{ address: carrier.value }], cc: to, subject: 'x', text: 'x' }, by), 'together.errors.side_to_customer')
    await assert.rejects(async () => (await fresh(side)).reply({ text: 'x', cc: to }, by), 'together.errors.side_to_customer')
    await came({ from: carrier, replyTo: anna, text: 'Odpovězte jí', thread: { answers: [markOf(toCarrier)] } })
    await assert.rejects(async () => (await fresh(side)).reply({ text: 'x' }, by), 'together.errors.side_to_customer')
  })

  test('an answer brings a waiting or finished ticket back; a machine’s does not', async ({ assert }) => {
    const { ticket, toCarrier } = await givenBoth()
    const answer = (values: Came) => came({ from: carrier, thread: { answers: [markOf(toCarrier)] }, ...values })
    await (await fresh(ticket)).waitFor('third_party', { by: null })
    await answer({ text: 'Jsem na dovolené', automatic: true })
    assert.equal((await fresh(ticket)).status, 'pending')
    await answer({ text: 'Máme ji' })
    assert.equal((await fresh(ticket)).status, 'open')
    await (await fresh(ticket)).resolve({ by: null })
    await answer({ text: 'A ještě něco' })
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal(await eventCount('side:answered', ticket.id), 3)
  })

  test('it is in no list and no count, and its status is nobody’s to change', async ({ assert }) => {
    const { jana, ticket, side, toCarrier } = await givenBoth()
    await came({ from: carrier, text: 'Máme ji', thread: { answers: [markOf(toCarrier)] } })
    for (const view of ['waiting', 'all', 'closed', 'aside', `inbox-${inbox.id}`]) {
      const { rows } = await listTickets({ reader: jana, access: 'all', view })
      assert.notInclude(rows.map(({ id }) => id), side.id, view)
    }
    const counts = await viewCounts(jana, 'all')
    assert.equal(counts.find(({ key }) => key === 'waiting')!.count, 1)
    for (const act of ['resolve', 'markSpam'] as const) await assert.rejects(async () => (await fresh(side))[act]({ by: null }), 'together.errors.is_side')
    assert.equal((await fresh(ticket)).status, 'open')
    // Last: PostgreSQL gives a transaction up at its first error.
    await assert.rejects(() => db.from('tickets').where('id', side.id).update({ status: 'open' }), /CHECK|check/)
  })

  test('a message that the supplier’s server refuses brings the ticket back', async ({ assert }) => {
    const { by, ticket, side } = await givenBoth()
    await (await fresh(ticket)).resolve({ by: null })
    fake.answers.push(refused('No such user'))
    await (await fresh(side)).reply({ text: 'Haló?' }, by)
    await drain()
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal((await fresh(side)).status, 'closed')
  })

  test('files of the customer go along if chosen; those of notes never', async ({ assert }) => {
    const { by, ticket } = await givenBoth()
    const note = await ticket.note({ text: 'x' }, by)
    const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
    const file = async (about: object) => {
      const [row] = await db.knexQuery().table('attachments').insert({ name: 'foto.jpg', type: 'image/jpeg', bytes: 3, sha256: 'ab', inline: 0, created_at: 1, ...about }).returning('id')
      return Number(row.id ?? row)
    }
    const [theirs, ours] = [await file({ message_id: message.id }), await file({ note_id: note.id })]
    const start = async (attachmentIds: number[]) => startSide(await fresh(ticket), { inbox, to: [{ address: carrier.value }], subject: 'x', text: 'x', attachmentIds }, by)
    const side = await start([theirs])
    assert.lengthOf(await db.from('attachments').join('messages', 'messages.id', 'attachments.message_id').where('messages.ticket_id', side.id), 1)
    await assert.rejects(() => start([ours]), 'tickets.errors.upload_gone')
  })

  test('it goes along with its ticket when that is merged', async ({ assert }) => {
    const { side, ticket, toCarrier } = await givenBoth()
    const other = await came({ from: { kind: 'email', value: 'jiny@posta.test' }, subject: 'Jiné' })
    await mergeTickets(ticket.id, other.ticketId!, { by: null })
    assert.equal((await fresh(side)).sideOfId, other.ticketId)
    await came({ from: carrier, text: 'Máme ji', thread: { answers: [markOf(toCarrier)] } })
    assert.equal(await eventCount('side:answered', other.ticketId!), 1)
  })
})
