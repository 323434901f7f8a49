import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { ingest } from '#channels/inbound/gateway'
import { assign, assignAsBefore } from '#routing/assignment'
import { reconcile } from '#routing/coverage/reconcile'
import { moveClock, now } from '#support/clock'
import Draft from '#tickets/draft'
import { follow } from '#tickets/following'
import { link, linksOf } from '#tickets/linking'
import { mergeTickets, unmergeTicket } from '#tickets/merging'
import { splitTicket } from '#tickets/splitting'
import Task from '#tickets/task'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { at, givenAbsence, MONDAY, to } from '../routing/given_absence.js'
import { fresh, givenAgent, givenInbox, givenTicket, words } from '#tests/given'

const by = { by: null }

test.group('Tickets | merge (M021, R335)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('all of the source goes into the target, and the source shows the way', async ({ assert }) => {
    const [jana, petr, eva] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const [source, target] = [await givenTicket({ ownerId: jana.id }), await givenTicket({ ownerId: petr.id })]
    const note = await source.note({ text: 'Volala dvakrát' }, { by: { kind: 'agent', id: jana.id } })
    await source.tag({ add: ['vratka'] }, by)
    await target.tag({ add: ['spěchá'] }, by)
    await follow(source, eva.id, by)
    await Task.add(source, { text: 'Zavolat', ownerId: jana.id }, by)
    await Draft.keep({ ticketId: source.id, agentId: jana.id, kind: 'reply' }, { text: 'Rozepsáno tam' })
    await Draft.keep({ ticketId: target.id, agentId: jana.id, kind: 'reply' }, { text: 'Rozepsáno zde' })

    await mergeTickets(source.id, target.id, { by: { kind: 'agent', id: jana.id } })

    const [gone, whole] = [await fresh(source), await fresh(target)]
    assert.containsSubset(gone, { mergedIntoId: target.id, status: 'closed', messageCount: 0, noteCount: 0 })
    assert.containsSubset(whole, { messageCount: 2, noteCount: 1, ownerId: petr.id })
    assert.equal((await db.from('notes').where('id', note.id).firstOrFail()).ticket_id, target.id)
    assert.equal((await db.from('tasks').firstOrFail()).ticket_id, target.id)
    assert.lengthOf(await db.from('ticket_tags').where('ticket_id', target.id), 2)
    assert.sameMembers((await db.from('followers').where('ticket_id', target.id)).map((row) => row.agent_id), [eva.id, jana.id], 'who followed, and who owned the source')
    assert.equal((await Draft.of(target.id, jana.id)).reply!.text, 'Rozepsáno zde\n\nRozepsáno tam')
    assert.equal(await eventCount('ticket:merged', source.id), 1)
    assert.equal(await eventCount('ticket:merged_in', target.id), 1)
  })

  test('a customer who waited in the source waits in the target, since the same moment; a finished target comes back', async ({ assert }) => {
    const [source, target] = [await givenTicket(), await givenTicket()]
    await target.resolve(by)
    await mergeTickets(source.id, target.id, by)
    const whole = await fresh(target)
    assert.equal(whole.status, 'open')
    assert.equal(whole.waitingSinceAt!.toMillis(), source.waitingSinceAt!.toMillis())
  })

  test('of a finished source nothing is asked of a waiting target', async ({ assert }) => {
    const [source, target] = [await givenTicket(), await givenTicket()]
    await source.resolve(by)
    await target.waitFor('customer', by)
    await mergeTickets(source.id, target.id, by)
    assert.equal((await fresh(target)).status, 'pending')
  })

  test('answers to a message of the source arrive in the target, by reference and by our own mark', async ({ assert }) => {
    const fake = new FakeChannel('fake')
    const restore = fake.install()
    const inbox = await givenInbox({ channel: 'fake', address: 'info@shop.test' })
    const [first, second] = [await ingest(inbox, fake.raw({ externalId: '<1@posta.test>' }), { via: 'api' }), await ingest(inbox, fake.raw({ subject: 'Jiné' }), { via: 'api' })]
    const reply = await (await fresh({ id: first.ticketId! })).reply({ text: 'Hledáme.' }, by)
    await drain()
    await mergeTickets(first.ticketId!, second.ticketId!, by)

    const answers = [['<1@posta.test>'], [(await db.from('messages').where('id', reply.id).firstOrFail()).external_id]]
    for (const answered of answers) {
      const came = await ingest(inbox, fake.raw({ subject: 'Re', thread: { answers: answered } }), { via: 'api' })
      assert.equal(came.ticketId, second.ticketId)
    }
    restore()
  })

  test('it is undone for a day: what came goes back, what was written since stays', async ({ assert }) => {
    const jana = await givenAgent()
    const [source, target] = [await givenTicket({ ownerId: jana.id }), await givenTicket()]
    await source.snooze(now().plus({ days: 3 }), by)
    await source.tag({ add: ['vratka'] }, by)
    await target.resolve(by)
    await mergeTickets(source.id, target.id, by)
    const since = await (await fresh(target)).note({ text: 'Až potom' }, by)
    await unmergeTicket(source.id, by)

    const [apart, whole] = [await fresh(source), await fresh(target)]
    assert.containsSubset(apart, { mergedIntoId: null, status: 'snoozed', messageCount: 1, ownerId: jana.id })
    assert.containsSubset(whole, { status: 'resolved', messageCount: 1, noteCount: 1 })
    assert.equal((await db.from('notes').where('id', since.id).firstOrFail()).ticket_id, target.id)
    assert.lengthOf(await db.from('ticket_tags').where('ticket_id', target.id), 0)
    assert.lengthOf(await db.from('followers').where('ticket_id', target.id), 0)
    await assert.rejects(() => unmergeTicket(source.id, by), 'together.errors.not_merged')

    await mergeTickets(source.id, target.id, by)
    moveClock(now().plus({ hours: 25 }))
    await assert.rejects(() => unmergeTicket(source.id, by), 'together.errors.unmerge_late')
  })

  test('what somebody had not read stays unread in the target', async ({ assert }) => {
    const jana = await givenAgent()
    const source = await givenTicket()
    const target = await givenTicket()
    await db.table('reads').insert({ agent_id: jana.id, ticket_id: target.id, last_message_id: target.lastInboundId, read_at: 1 })
    await mergeTickets(source.id, target.id, by)
    assert.isBelow((await db.from('reads').where({ agent_id: jana.id, ticket_id: target.id }).firstOrFail()).last_message_id, source.lastInboundId!)
  })

  test('a merged ticket takes nothing more, and cannot be merged again or into itself', async ({ assert }) => {
    const [a, b, c] = [await givenTicket(), await givenTicket(), await givenTicket()]
    await mergeTickets(a.id, b.id, by)
    await assert.rejects(() => mergeTickets(a.id, c.id, by), 'tickets.errors.merged')
    await assert.rejects(() => mergeTickets(c.id, a.id, by), 'tickets.errors.merged')
    await assert.rejects(() => mergeTickets(c.id, c.id, by), 'together.errors.merge_self')
    await assert.rejects(async () => (await fresh(a)).reply({ text: 'x' }, by), 'tickets.errors.merged')
  })

  test('merged while covered, the target’s people stay; a split inherits them (substitution, case 46)', async ({ assert }) => {
    at(MONDAY)
    const [owner, substitute] = [await givenAgent(), await givenAgent()]
    const [source, target] = [await givenTicket(), await givenTicket({ ownerId: owner.id })]
    await target.receive(words(target.inboxId, target.customerId, { text: 'A ještě něco' }), by)
    await givenAbsence(owner, [to(substitute)])
    await reconcile()
    await mergeTickets(source.id, target.id, by)
    assert.containsSubset(await fresh(target), { ownerId: owner.id, actingId: substitute.id })

    const [message] = await db.from('messages').where('ticket_id', target.id).orderBy('id', 'desc')
    const child = await splitTicket(target.id, { messageIds: [message.id] }, assignAsBefore, by)
    assert.containsSubset(await fresh(child), { ownerId: owner.id, actingId: substitute.id })
  })
})

test.group('Tickets | split and link', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('the chosen messages and notes become a child of their own, and both count anew', async ({ assert }) => {
    const ticket = await givenTicket()
    const second = await ticket.receive(words(ticket.inboxId, ticket.customerId, { subject: 'Jiná věc', text: 'Chci fakturu' }), by)
    const note = await ticket.note({ text: 'K faktuře' }, by)
    const child = await splitTicket(ticket.id, { messageIds: [second], noteIds: [note.id] }, assign, by)

    assert.containsSubset(await fresh(child), { subject: 'Jiná věc', messageCount: 1, noteCount: 1, customerId: ticket.customerId, inboxId: ticket.inboxId, status: 'open' })
    assert.containsSubset(await fresh(ticket), { messageCount: 1, noteCount: 0 })
    assert.containsSubset(await linksOf(child.id), [{ id: ticket.id, kind: 'parent' }])
    assert.containsSubset(await linksOf(ticket.id), [{ id: child.id, kind: 'child' }])
    assert.equal(await eventCount('ticket:split', ticket.id), 1)
  })

  test('nothing, all, or something of another ticket is not split off', async ({ assert }) => {
    const [ticket, other] = [await givenTicket(), await givenTicket()]
    const ids = async (id: number) => (await db.from('messages').where('ticket_id', id)).map((row) => row.id)
    await assert.rejects(() => splitTicket(ticket.id, { messageIds: [] }, assign, by), 'together.errors.split_nothing')
    await assert.rejects(async () => splitTicket(ticket.id, { messageIds: await ids(ticket.id) }, assign, by), 'together.errors.split_all')
    await assert.rejects(async () => splitTicket(ticket.id, { messageIds: await ids(other.id) }, assign, by), 'together.errors.split_foreign')
  })

  test('a link is told from both ends, once, and never in a circle', async ({ assert }) => {
    const [a, b] = [await givenTicket(), await givenTicket()]
    await link(b, a.id, 'related', by)
    await link(a, b.id, 'related', by)
    assert.lengthOf(await linksOf(a.id), 1)
    assert.equal(await eventCount('ticket:linked', a.id), 1)
    await link(a, b.id, 'parent', by)
    await assert.rejects(() => link(b, a.id, 'parent', by), 'together.errors.link_circle')
    await assert.rejects(() => link(a, a.id, 'related', by), 'together.errors.link_self')
    await assert.rejects(() => link(a, 987_654, 'related', by), 'together.errors.no_ticket')
  })
})
