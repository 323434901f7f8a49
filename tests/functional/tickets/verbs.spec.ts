import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { now } from '#support/clock'
import { TicketChanged } from '#tickets/ticket/base'
import { assign, claim, TicketTaken } from '#routing/assignment'
import { fresh, givenAgent, givenTeam, givenTicket, words } from '#tests/given'
import { assertEvent, eventCount } from '#tests/events'

const by = null

test.group('Ticket | status (M014, R225)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a new ticket waits for us, since the customer wrote', async ({ assert }) => {
    const ticket = await fresh(await givenTicket())
    assert.equal(ticket.status, 'new')
    assert.isNotNull(ticket.waitingSinceAt)
    const row = await db.from('tickets').where('id', ticket.id).select('stage', 'effective_agent_id').first()
    assert.deepEqual({ ...row }, { stage: 'waiting', effective_agent_id: null })
  })

  test('resolving names who did it, and does nothing the second time', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    await ticket.resolve({ by: { kind: 'agent', id: agent.id } })
    await ticket.resolve({ by: { kind: 'agent', id: agent.id } })

    assert.equal((await fresh(ticket)).status, 'resolved')
    await assertEvent('ticket:resolved', { ticketId: ticket.id }, { by: { kind: 'agent', id: agent.id } })
    assert.equal(await eventCount('ticket:resolved', ticket.id), 1)
  })

  test("a resolved ticket returns with the customer's answer, and an automatic one leaves it", async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.resolve({ by })

    await ticket.receive(words(ticket.inboxId, ticket.customerId, { automatic: true, text: 'Jsem na dovolené' }), { by })
    assert.equal((await fresh(ticket)).status, 'resolved')

    await ticket.receive(words(ticket.inboxId, ticket.customerId, { text: 'Ještě jedna věc' }), { by })
    const after = await fresh(ticket)
    assert.equal(after.status, 'open')
    assert.isNull(after.resolvedAt)
    assert.equal(await eventCount('ticket:reopened', ticket.id), 1)
  })

  test('a snoozed ticket returns by the clock or by an answer, never into the past', async ({ assert }) => {
    const ticket = await givenTicket()
    await assert.rejects(() => ticket.snooze(now().minus({ minutes: 1 }), { by }))

    await ticket.snooze(now().plus({ days: 1 }), { by })
    assert.isNull((await fresh(ticket)).waitingSinceAt)
    await ticket.wake({ by })
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal(await eventCount('ticket:woken', ticket.id), 1)
  })

  test('pending says on whom, and no other status may', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.waitFor('third_party', { by })
    assert.equal((await fresh(ticket)).pendingOn, 'third_party')
    await ticket.reopen({ by })
    assert.isNull((await fresh(ticket)).pendingOn)
  })

  test('of two who change the status at once, the second is told', async ({ assert }) => {
    const ticket = await givenTicket()
    const mine = await fresh(ticket)
    const theirs = await fresh(ticket)
    await mine.resolve({ by })
    await assert.rejects(() => theirs.markSpam({ by }), TicketChanged)
    assert.equal((await fresh(ticket)).status, 'resolved')
  })

  test('each change counts the version up', async ({ assert }) => {
    const ticket = await givenTicket()
    const { version } = await fresh(ticket)
    await (await fresh(ticket)).prioritise('urgent', { by })
    await (await fresh(ticket)).rename('Jinak', { by })
    assert.equal((await fresh(ticket)).version, version + 2)
  })
})

test.group('Ticket | responsible (R002)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('of two who take it at once, one gets it', async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    const forPetr = await fresh(ticket)
    const forJana = await fresh(ticket)

    await claim(forPetr, petr.id, { by: { kind: 'agent', id: petr.id } })
    await assert.rejects(() => claim(forJana, jana.id, { by: { kind: 'agent', id: jana.id } }), TicketTaken)

    const after = await fresh(ticket)
    assert.equal(after.ownerId, petr.id)
    assert.equal(after.status, 'open')
  })

  test('somebody who left, or may only read, cannot own', async ({ assert }) => {
    const viewer = await givenAgent({ role: 'viewer' })
    const gone = await givenAgent()
    await db.from('agents').where('id', gone.id).update({ deactivated_at: Date.now() })
    const ticket = await givenTicket()
    await assert.rejects(() => assign(ticket, { ownerId: viewer.id }, { by }))
    await assert.rejects(() => assign(ticket, { ownerId: gone.id }, { by }))
  })

  test('an acting agent without an owner is refused by the database', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    await assert.rejects(() => db.transaction((trx) => trx.from('tickets').where('id', ticket.id).update({ acting_id: agent.id })))
  })

  test('a ticket with a team waits with the team until somebody owns it', async ({ assert }) => {
    const [agent, teamId] = [await givenAgent(), await givenTeam()]
    const ticket = await givenTicket()
    await assign(ticket, { teamId }, { by })
    const waiting = await db.from('tickets').where('id', ticket.id).select('effective_team_id', 'effective_agent_id').first()
    assert.deepEqual({ ...waiting }, { effective_team_id: teamId, effective_agent_id: null })
    await assign(ticket, { ownerId: agent.id }, { by })
    const owned = await db.from('tickets').where('id', ticket.id).select('effective_team_id', 'effective_agent_id').first()
    assert.deepEqual({ ...owned }, { effective_team_id: null, effective_agent_id: agent.id })
  })
})

test.group('Ticket | tags', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('one tag whatever its case and marks; telling nothing when nothing changed', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.tag({ add: ['Vratka', 'vrátka', 'VIP'] }, { by })
    await ticket.tag({ add: ['vip'] }, { by })
    const names = await db.from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').where('ticket_id', ticket.id).select('folded').orderBy('folded')
    assert.deepEqual(names.map((row) => row.folded), ['vip', 'vratka'])
    assert.equal(await eventCount('ticket:tagged', ticket.id), 1)
  })
})
