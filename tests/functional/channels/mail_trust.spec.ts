import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { referenceFor, replyMark } from '#channels/outbound/reference'
import { moveClock, now, nowMs } from '#support/clock'
import Ticket from '#tickets/ticket'
import { eventCount } from '#tests/events'
import { FakeChannel, type Came } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenInbox } from '#tests/given'
import { drain } from '#tests/drain'

const by = null
const anna = { kind: 'email', value: 'anna@posta.test', name: 'Anna Dvořáková' } as const
const ours = { kind: 'email', value: 'info@shop.test' } as const
const from = (value: string) => ({ kind: 'email', value }) as const
const verified = { verdict: 'verified', checks: { dmarc: 'pass' } } as const

const recorded = async (name: string) => (await db.from('events').where('name', name)).length

/** Each test has a desk with one inbox, info@shop.test, and a channel that takes what it is told. */
function givenDesk(group: Parameters<Parameters<typeof test.group>[1]>[0]) {
  const world = { fake: null as unknown as FakeChannel, inbox: null as unknown as Inbox }
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    world.fake = new FakeChannel('fake')
    const restore = world.fake.install()
    world.inbox = await givenInbox({ channel: 'fake', address: ours.value })
    return restore
  })
  group.each.teardown(() => moveClock(null))

  return Object.assign(world, {
    came: (values: Came = {}, to: Inbox = world.inbox) => ingest(to, world.fake.raw(values), { via: 'api' }),
    bounce: (values: object) => ingest(world.inbox, world.fake.thing({ type: 'bounce', proven: true, action: 'failed', at: now().toISO(), ...values } as never), { via: 'poll' }),
    message: (id: number | null) => db.from('messages').where('id', id!).firstOrFail(),
    ticket: ({ ticketId }: { ticketId: number | null }) => Ticket.findOrFail(ticketId),
    autoReplies: () => db.from('messages').where({ kind: 'auto_reply' }).orderBy('id'),
  })
}

test.group('Gateway | mail that came back (R071, R073)', (group) => {
  const desk = givenDesk(group)

  async function givenAnswer(values: { to?: string; cc?: string; statusAfter?: 'resolved' } = {}) {
    const { ticketId } = await desk.came()
    const ticket = await Ticket.findOrFail(ticketId)
    const reply = await ticket.reply({ text: 'Je na cestě.', ...(values.to ? { to: [{ address: values.to }] } : {}), ...(values.cc ? { cc: [{ address: values.cc }] } : {}), statusAfter: values.statusAfter }, { by: await givenAgent() })
    await drain()
    return { ticket: await fresh(ticket), reply, answers: [`<${referenceFor(ticket.id, reply.id)}@shop.test>`] }
  }
  const delivery = (id: number) => db.from('deliveries').where('message_id', id).firstOrFail()
  const address = (value: string = anna.value) => db.from('addresses').where('value', value).firstOrFail()

  test('one hard failure makes an address invalid; three that may pass do so within a week', async ({ assert }) => {
    const soft = { recipient: anna.value, status: '4.2.2', reason: 'mailboxfull' }
    for (let time = 1; time <= 3; time++) {
      const { answers } = await givenAnswer()
      await desk.bounce({ externalId: `soft-${time}`, answers, ...soft })
      assert.equal((await address()).invalid_at !== null, time === 3)
    }
    assert.equal(await recorded('address:invalidated'), 1)
  })

  test('soft failures over more than a week do not add up', async ({ assert }) => {
    for (let time = 1; time <= 3; time++) {
      const { answers } = await givenAnswer()
      await desk.bounce({ externalId: `slow-${time}`, answers, recipient: anna.value, status: '4.2.2', reason: 'mailboxfull' })
      moveClock(now().plus({ days: 5 }))
    }
    assert.isNull((await address()).invalid_at)
  })

  test('a forged one, as exact as it may be, changes neither ticket nor delivery nor address', async ({ assert }) => {
    const { ticket, reply } = await givenAnswer({ statusAfter: 'resolved' })
    const forged = await desk.bounce({ externalId: 'forged', answers: [`<op.${ticket.id}.${reply.id}.aaaaaaaaaa@shop.test>`], recipient: anna.value, status: '5.1.1', reason: 'userunknown' })
    assert.equal(forged.outcome, 'bounce')
    assert.notEqual(forged.ticketId, ticket.id)
    assert.equal((await fresh(ticket)).status, 'resolved')
    assert.equal((await delivery(reply.id)).state, 'sent')
    assert.isNull((await address()).invalid_at)
    assert.isNull(JSON.parse((await desk.message(forged.messageId)).bounce).originalMessageId)
  })

  test('a delay is amber: the ticket stays as it is, the delivery too', async ({ assert }) => {
    const { ticket, reply, answers } = await givenAnswer({ statusAfter: 'resolved' })
    await desk.bounce({ externalId: 'later', answers, recipient: anna.value, action: 'delayed', status: '4.4.1', reason: 'expired' })
    assert.equal((await fresh(ticket)).status, 'resolved')
    assert.equal((await delivery(reply.id)).state, 'sent')
  })

  test('a copy that came back brings the ticket back and leaves the delivery sent', async ({ assert }) => {
    const { ticket, reply, answers } = await givenAnswer({ cc: 'petr@posta.test', statusAfter: 'resolved' })
    await desk.bounce({ externalId: 'copy', answers, recipient: 'petr@posta.test', status: '5.1.1', reason: 'userunknown' })
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal((await delivery(reply.id)).state, 'sent')
    assert.isNull((await address()).invalid_at)
  })

  test('somebody else’s address in a genuine report is left alone', async ({ assert }) => {
    const stranger = await desk.came({ from: from('cizi@posta.test'), text: 'Jiná věc' })
    const { answers } = await givenAnswer()
    await desk.bounce({ externalId: 'other', answers, recipient: 'cizi@posta.test', status: '5.1.1', reason: 'userunknown' })
    assert.isNull((await address('cizi@posta.test')).invalid_at)
    assert.isNotNull(stranger.ticketId)
  })
})

test.group('Gateway | machines (RFC 3834)', (group) => {
  const desk = givenDesk(group)
  const confirming = (text: string | null = 'Dobrý den, máme to jako {number}.') => desk.inbox.merge({ autoReply: 1, autoReplyText: text }).save()
  const written = { from: anna, to: [ours] }

  test('a confirmation leaves once, to the sender, with the number; the customer still waits', async ({ assert }) => {
    await confirming()
    const first = await desk.came(written)
    await drain()
    const [sent] = desk.fake.outbox
    assert.equal(sent.to.value, anna.value)
    assert.equal(sent.text.split('\n')[0], `Dobrý den, máme to jako #${first.ticketId}.`)
    assert.isFalse(sent.byPerson)
    assert.notInclude(sent.text, 'kávovar')
    assert.isNull((await desk.ticket(first)).lastAgentMessageAt)
    assert.isNotNull((await desk.ticket(first)).waitingSinceAt)

    await desk.came({ ...written, text: 'Ještě jedna věc', subject: 'Jiná' })
    await desk.came({ ...written, text: 'A k tomu', thread: { answers: [`<${sent.reference}@shop.test>`] } })
    await drain()
    assert.lengthOf(desk.fake.outbox, 1)
    moveClock(now().plus({ hours: 25 }))
    await desk.came({ ...written, text: 'Zítra', subject: 'Další' })
    await drain()
    assert.lengthOf(desk.fake.outbox, 2)
  })

  test('it is off unless switched on with words', async ({ assert }) => {
    await desk.came(written)
    await confirming('  ')
    await desk.came({ ...written, from: from('b@posta.test') })
    assert.lengthOf(await desk.autoReplies(), 0)
  })

  test('it never goes to machines, lists, reports, blind copies, forwards, our own addresses, spam or a sender in doubt', async ({ assert }) => {
    await confirming()
    const agent = await givenAgent()
    const cases: Came[] = [
      { automatic: true, automaticKind: 'reply' }, { automatic: true, automaticKind: 'bulk' }, { automatic: true, automaticKind: 'list' }, { automatic: true, automaticKind: 'notice' }, { automatic: true, automaticKind: 'loop' },
      { to: [from('undisclosed@posta.test')] },
      { forwardedFrom: from('obet@posta.test'), from: from(agent.email) },
      { from: ours },
      { spam: { verdict: 'spam', reasons: [] } },
      { spam: { verdict: 'unsure', reasons: [] } },
      { trust: { verdict: 'suspect', checks: { dmarc: 'fail' } } },
      { from: from('') },
      { outgoing: true, from: ours, to: [anna] },
    ]
    for (const [at, values] of cases.entries()) await desk.came({ ...written, from: from(`c${at}@posta.test`), text: `Případ ${at}`, ...values })
    await desk.bounce({ externalId: 'b', answers: [], recipient: 'x@posta.test', reason: 'userunknown', proven: false })
    assert.lengthOf(await desk.autoReplies(), 0)
  })

  test('a flood trips the breaker at 20 in ten minutes; a person starts it again', async ({ assert }) => {
    await confirming()
    for (let number = 1; number <= 22; number++) await desk.came({ ...written, from: from(`zakaznik${number}@posta.test`), text: `Dotaz ${number}` })
    assert.lengthOf(await desk.autoReplies(), 20)
    await desk.inbox.refresh()
    assert.isNotNull(desk.inbox.autoReplyStoppedAt)
    assert.equal(await recorded('inbox:auto_reply_stopped'), 1)
    moveClock(now().plus({ hours: 2 }))
    await desk.came({ ...written, from: from('pozdeji@posta.test') })
    assert.lengthOf(await desk.autoReplies(), 20)

    await desk.inbox.resumeAutoReply({ by })
    await desk.came({ ...written, from: from('nakonec@posta.test') })
    assert.lengthOf(await desk.autoReplies(), 21)
  })

  test('an out-of-office note wakes nobody and starts no clock; a marketplace’s bulk mail is a matter', async ({ assert }) => {
    const first = await desk.came({ externalId: '<q@posta.test>' })
    await (await desk.ticket(first)).resolve({ by })
    await desk.came({ automatic: true, automaticKind: 'reply', text: 'Jsem pryč', thread: { answers: ['<q@posta.test>'] } })
    assert.equal((await desk.ticket(first)).status, 'resolved')
    const alone = await desk.ticket(await desk.came({ automatic: true, automaticKind: 'reply', text: 'Jsem pryč znovu', subject: 'Automatická odpověď' }))
    assert.isNull(alone.waitingSinceAt)
    assert.equal(alone.category, 'notification')

    const order = await desk.came({ automatic: true, automaticKind: 'bulk', text: 'Zákazník se ptá na zásilku', from: from('dotazy@trziste.test'), externalId: '<t@trziste.test>' })
    assert.isNotNull((await desk.ticket(order)).waitingSinceAt)
    assert.equal((await desk.ticket(order)).category, 'customer')
    await (await desk.ticket(order)).resolve({ by })
    await desk.came({ automatic: true, automaticKind: 'bulk', text: 'Zákazník se ptá znovu', from: from('dotazy@trziste.test'), thread: { answers: ['<t@trziste.test>'] } })
    assert.equal((await desk.ticket(order)).status, 'open')
  })

  test('a machine that answers every mail of ours and shows no sign of being one gets one answer, and stops everything soon', async ({ assert }) => {
    await confirming()
    const first = await desk.came(written)
    for (let round = 0; round < 30; round++) {
      await drain()
      const ours = desk.fake.outbox.at(-1)!
      // Every other one has lost its references, as bad programs do.
      await desk.came({ ...written, subject: `Re: ${ours.subject}`, text: `Děkujeme za zprávu ${round}`, thread: round % 2 ? {} : { answers: [`<${ours.reference}@shop.test>`] } })
    }
    await drain()
    assert.lengthOf(desk.fake.outbox, 1)
    assert.isNotNull((await desk.ticket(first)).automationStoppedAt)
  })

  test('five of one sender within ten minutes stop all that is automatic in the ticket; a person may allow it again', async ({ assert }) => {
    const first = await desk.came({ externalId: '<l0@posta.test>' })
    for (let number = 1; number <= 3; number++) await desk.came({ text: `Smyčka ${number}`, thread: { answers: ['<l0@posta.test>'] } })
    assert.isNull((await desk.ticket(first)).automationStoppedAt)
    await desk.came({ text: 'Smyčka 4', thread: { answers: ['<l0@posta.test>'] } })
    const ticket = await desk.ticket(first)
    assert.isNotNull(ticket.automationStoppedAt)
    assert.equal(await eventCount('ticket:automation_stopped', ticket.id), 1)
    await assert.rejects(() => ticket.reply({ text: 'Automat', automatic: true }, { by }))
    await ticket.reply({ text: 'Člověk' }, { by: await givenAgent() })
    await (await fresh(ticket)).resumeAutomation({ by })
    await (await fresh(ticket)).reply({ text: 'Automat', automatic: true }, { by })
  })
})

test.group('Gateway | who writes into which ticket (contracts/channels/07c)', (group) => {
  const desk = givenDesk(group)

  test('an address of the ticket finds it without any reference; a wrong signature finds nothing and says so', async ({ assert }) => {
    const first = await desk.came()
    const answer = await desk.came({ text: 'Z jiného programu', subject: 'Úplně jiný předmět', thread: { marks: [replyMark('r', first.ticketId!)] } })
    assert.equal(answer.ticketId, first.ticketId)
    const forged = await desk.came({ from: from('cizi@posta.test'), text: 'Podvrh', thread: { marks: [`r.${first.ticketId}.aaaaaaaaaaaa`] } })
    assert.notEqual(forged.ticketId, first.ticketId)
    const { verdict, warnings } = JSON.parse((await desk.message(forged.messageId)).authentication)
    assert.equal(verdict, 'suspect')
    assert.include(warnings[0], 'warning.forged_mark')
  })

  test('a mark inside the body brings home an answer that lost its references', async ({ assert }) => {
    const first = await desk.came()
    const reply = await (await desk.ticket(first)).reply({ text: 'Je na cestě.' }, { by })
    const answer = await desk.came({ text: 'Z Outlooku', thread: { marks: [referenceFor(first.ticketId!, reply.id)] } })
    assert.equal(answer.ticketId, first.ticketId)
  })

  test('somebody new in a ticket is marked; whoever had a part in it is not', async ({ assert }) => {
    const first = await desk.came({ externalId: '<p@posta.test>', cc: [from('petr@posta.test')] })
    const known = await desk.came({ from: from('petr@posta.test'), text: 'Já byl v kopii', thread: { answers: ['<p@posta.test>'] } })
    const stranger = await desk.came({ from: from('cizi@posta.test'), text: 'A kdo jsem já?', thread: { answers: ['<p@posta.test>'] } })
    assert.equal(stranger.ticketId, first.ticketId)
    assert.equal((await desk.message(known.messageId)).new_participant, 0)
    assert.equal((await desk.message(stranger.messageId)).new_participant, 1)
  })

  test('a guessed number and a like subject are suggestions, never a way in', async ({ assert }) => {
    const first = await desk.came()
    const guess = await desk.ticket(await desk.came({ from: from('cizi@posta.test'), subject: `Dotaz [#${first.ticketId}]`, text: 'Co mi psal?' }))
    assert.notEqual(guess.id, first.ticketId)
    assert.equal(guess.possiblyOfId, first.ticketId)
    const again = await desk.ticket(await desk.came({ subject: 'RE: Kávovar', text: 'Píšu znovu' }))
    assert.notEqual(again.id, first.ticketId)
    assert.equal(again.possiblyOfId, first.ticketId)
  })

  test('who claims to be us and cannot show it stands alone, quietly, with a warning', async ({ assert }) => {
    const first = await desk.came({ externalId: '<own@posta.test>' })
    const spoof = await desk.came({ from: ours, text: 'Pošlete peníze jinam', thread: { answers: ['<own@posta.test>'] } })
    assert.notEqual(spoof.ticketId, first.ticketId)
    const ticket = await desk.ticket(spoof)
    assert.equal(ticket.category, 'notification')
    assert.include((await desk.message(spoof.messageId)).authentication, 'warning.own_address')
  })

  test('a form that is named in the settings writes for the customer in Reply-To', async ({ assert }) => {
    const form = await desk.came({ from: from('web@formular.test'), replyTo: anna, byForm: true, automatic: true, automaticKind: 'notice', text: 'Z formuláře' })
    const ticket = await desk.ticket(form)
    assert.equal((await db.from('addresses').where('customer_id', ticket.customerId).firstOrFail()).value, anna.value)
    assert.isNotNull(ticket.waitingSinceAt)
  })

  test('a colleague’s forward is answered to the customer, who is only proposed', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await desk.ticket(await desk.came({ from: from(agent.email), forwardedFrom: { ...anna, subject: 'Dotaz' }, text: 'Vyřiď' }))
    const reply = await ticket.reply({ text: 'Dobrý den' }, { by: agent })
    assert.equal(reply.to[0].address, anna.value)
    const doubtful = await desk.ticket(await desk.came({ from: from(agent.email), forwardedFrom: from('obet@posta.test'), trust: { verdict: 'suspect', checks: {} }, text: 'Podvrh' }))
    assert.equal((await db.from('addresses').where('customer_id', doubtful.customerId).firstOrFail()).value, agent.email)
  })

  test('the same mail to two of our addresses is one message with both noted; by the same inbox it is a duplicate', async ({ assert }) => {
    const other = await givenInbox({ channel: 'fake', address: 'sales@shop.test' })
    const mail = { externalId: '<two@posta.test>', identity: 'same', to: [ours, from('sales@shop.test')] }
    const first = await desk.came(mail)
    const second = await desk.came(mail, other)
    await desk.came(mail, other)
    const third = await desk.came(mail)
    assert.deepEqual([second.outcome, third.outcome], ['duplicate', 'duplicate'])
    assert.equal(second.messageId, first.messageId)
    assert.deepEqual(JSON.parse((await desk.message(first.messageId)).also_in), [other.id])
    assert.equal(await eventCount('message:also_received', first.ticketId!), 1)
    assert.notEqual((await desk.came({ ...mail, identity: 'another', text: 'Jiná' }, other)).ticketId, first.ticketId)
  })
})

test.group('Gateway | a colleague answers from his own mail program', (group) => {
  const desk = givenDesk(group)
  const givenMatter = async () => {
    const first = await desk.came({ externalId: '<k@posta.test>' })
    return { ticket: await desk.ticket(first), agent: await givenAgent({ name: 'Petr' }) }
  }
  const outgoing = (ticket: Ticket) => db.from('messages').where('ticket_id', ticket.id).where('kind', 'reply')
  const notes = (ticket: Ticket) => db.from('notes').where('ticket_id', ticket.id).orderBy('id')

  test('to the address for answers, and proven: it is sent to the customer, once', async ({ assert }) => {
    const { ticket, agent } = await givenMatter()
    const mail: Came = { from: from(agent.email), trust: verified, text: 'Posíláme dnes.', thread: { marks: [replyMark('r', ticket.id)] } }
    assert.equal((await desk.came(mail)).outcome, 'appended')
    await drain()
    assert.equal(desk.fake.outbox[0].to.value, anna.value)
    assert.lengthOf(await outgoing(ticket), 1)
    assert.equal((await outgoing(ticket))[0].author_id, String(agent.id))
  })

  test('not proven: a note says so, and nothing leaves', async ({ assert }) => {
    const { ticket, agent } = await givenMatter()
    for (const trust of [undefined, { verdict: 'unverified', checks: { spf: 'none' } }, { verdict: 'suspect', checks: { spf: 'fail' } }] as const) {
      await desk.came({ from: from(agent.email), trust, text: `Heslo k účtu ${trust?.verdict}`, thread: { marks: [replyMark('r', ticket.id)] } })
    }
    await drain()
    assert.lengthOf(desk.fake.outbox, 0)
    assert.lengthOf(await outgoing(ticket), 0)
    assert.lengthOf(await notes(ticket), 3)
    assert.include((await notes(ticket))[0].text, 'was not sent')
  })

  test('to the address for notes, or with a forged one for answers: a note, whoever wrote it', async ({ assert }) => {
    const { ticket, agent } = await givenMatter()
    await desk.came({ from: from(agent.email), trust: verified, text: 'Jen pro nás', thread: { marks: [replyMark('n', ticket.id)] } })
    await desk.came({ from: from(agent.email), trust: verified, text: 'S podvrženou značkou', thread: { marks: [`r.${ticket.id}.aaaaaaaaaaaa`], answers: ['<k@posta.test>'] } })
    await drain()
    assert.lengthOf(desk.fake.outbox, 0)
    assert.lengthOf(await notes(ticket), 2)
    assert.equal((await notes(ticket))[0].author_id, String(agent.id))
  })

  test('to the customer as well: the customer has it, it is kept as our answer and not sent again', async ({ assert }) => {
    const { ticket, agent } = await givenMatter()
    await desk.came({ from: from(agent.email), to: [anna], cc: [ours], trust: verified, text: 'Odpověděl jsem sám', thread: { answers: ['<k@posta.test>'] } })
    await drain()
    assert.lengthOf(desk.fake.outbox, 0)
    assert.lengthOf(await outgoing(ticket), 1)
    assert.isNotNull((await fresh(ticket)).firstResponseAt)
  })
})

test.group('Gateway | spam (R067, R068)', (group) => {
  const desk = givenDesk(group)
  const offer = (number: number) => ({ from: from(`akce${number}@levne-pilulky.test`), subject: `Zázračné hubnutí ${number}`, text: `Zaručené zázračné pilulky na hubnutí, sleva devadesát procent, objednejte ihned na https://levne-pilulky.test/${number}. Výhra čeká.` })
  const question = (number: number) => ({ from: from(`zakaznik${number}@posta.test`), subject: `Dotaz na objednávku ${number}`, text: `Dobrý den, kdy dorazí moje objednávka mlýnku na kávu? Potřeboval bych ho do pátku, děkuji. Číslo ${number}.` })

  async function givenLessons() {
    const agent = await givenAgent()
    for (let number = 1; number <= 6; number++) {
      await (await desk.ticket(await desk.came(offer(number)))).markSpam({ by: agent })
      await (await desk.ticket(await desk.came(question(number)))).reply({ text: 'Zítra.' }, { by: agent })
    }
    await drain()
    return agent
  }

  test('the filter learns from the team: like spam goes aside, like questions stay', async ({ assert }) => {
    const before = await desk.came(offer(0))
    assert.equal((await desk.ticket(before)).status, 'new')
    await givenLessons()
    const spam = await desk.came(offer(90))
    assert.equal((await desk.ticket(spam)).status, 'spam')
    assert.equal(JSON.parse((await desk.message(spam.messageId)).spam).verdict, 'spam')
    assert.equal((await desk.ticket(await desk.came(question(90)))).status, 'new')
  })

  test('whoever has a ticket is never put aside by the filter', async ({ assert }) => {
    await givenLessons()
    const customer = await desk.came({ ...question(50), from: from('verny@posta.test') })
    assert.equal((await desk.ticket(customer)).status, 'new')
    const odd = await desk.came({ ...offer(51), from: from('verny@posta.test') })
    assert.equal((await desk.ticket(odd)).status, 'new')
    assert.equal(JSON.parse((await desk.message(odd.messageId)).spam).verdict, 'unsure')
  })

  test('a changed mind is unlearned, lets the sender through, and brings the ticket back', async ({ assert }) => {
    const agent = await givenLessons()
    const wrong = await desk.ticket(await desk.came(offer(70)))
    assert.equal(wrong.status, 'spam')
    await wrong.unmarkSpam({ by: agent })
    await drain()
    assert.equal((await fresh(wrong)).status, 'open')
    const rule = await db.from('sender_rules').where('value', 'akce70@levne-pilulky.test').firstOrFail()
    assert.equal(rule.verdict, 'allow')
    const again = await desk.came({ ...offer(70), text: `${offer(70).text} Znovu.` })
    assert.equal((await desk.ticket(again)).status, 'new')
    for (const row of await db.from('spam_tokens').where((query) => query.where('spam', '<', 0).orWhere('ham', '<', 0))) assert.fail(row.token)
  })

  test('a blocked sender or domain goes to spam even when known, and wakes nothing; an address beats its domain', async ({ assert, client }) => {
    const agent = await givenAgent()
    const { ticketId } = await desk.came({ from: from('otrava@firma.test'), externalId: '<o@firma.test>' })
    await (await Ticket.findOrFail(ticketId)).resolve({ by: agent })
    const response = await client.post('/admin/senders').loginAs(agent).withCsrfToken().form({ value: 'firma.test', verdict: 'block' }).redirects(0)
    response.assertStatus(303)
    await client.post('/admin/senders').loginAs(agent).withCsrfToken().form({ value: 'dobry@firma.test', verdict: 'allow' }).redirects(0)

    assert.equal((await desk.ticket(await desk.came({ from: from('otrava@firma.test'), text: 'Nová nabídka', subject: 'Nabídka' }))).status, 'spam')
    await desk.came({ from: from('otrava@firma.test'), text: 'Ještě k tomu', thread: { answers: ['<o@firma.test>'] } })
    assert.equal((await Ticket.findOrFail(ticketId)).status, 'resolved')
    assert.equal((await desk.ticket(await desk.came({ from: from('Dobry@Firma.test'), text: 'Prosím', spam: { verdict: 'spam', reasons: [] } }))).status, 'new')

    const page = await client.get('/admin/senders').loginAs(agent)
    page.assertTextIncludes('@firma.test')
    const rule = await db.from('sender_rules').where('value', '@firma.test').firstOrFail()
    await client.delete(`/admin/senders/${rule.id}`).loginAs(agent).withCsrfToken().redirects(0)
    assert.equal((await desk.ticket(await desk.came({ from: from('jiny@firma.test'), text: 'Už smím' }))).status, 'new')
  })

  test('a viewer judges nobody, and our own address is nobody’s to block', async ({ assert, client }) => {
    const viewer = await givenAgent({ role: 'viewer' })
    ;(await client.post('/admin/senders').loginAs(viewer).withCsrfToken().form({ value: 'x@y.test', verdict: 'block' }).redirects(0)).assertStatus(403)
    for (const value of [ours.value, '@shop.test', 'nic', 'a b@c.test']) {
      await client.post('/admin/senders').loginAs(await givenAgent()).withCsrfToken().form({ value, verdict: 'block' }).redirects(0)
    }
    assert.lengthOf(await db.from('sender_rules'), 0)
  })

  test('the memory stays within bounds', async ({ assert }) => {
    const { forgetRareWords, MEMORY } = await import('#channels/spam/filter')
    const at = nowMs()
    for (let part = 0; part < 21; part++) {
      await db.table('spam_tokens').knexQuery.insert(Array.from({ length: 100 }, (_, index) => ({ token: `t${part}-${index}`, spam: 1, ham: 0, updated_at: at - part })))
    }
    await forgetRareWords()
    assert.isBelow(Number((await db.from('spam_tokens').count('* as total'))[0].total), MEMORY + 1)
  })
})
