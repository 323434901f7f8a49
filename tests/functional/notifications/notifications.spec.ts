import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { choicesOf, choose, whenAwake } from '#notifications/choices'
import { KINDS } from '#notifications/kinds'
import { markSeen } from '#notifications/telling'
import { assign } from '#routing/assignment'
import { ask } from '#routing/handover/give'
import { moveClock, now } from '#support/clock'
import { as } from '#tests/signed_in'
import { drain } from '#tests/drain'
import { signedIn } from '#tests/visitor'
import { fresh, givenAgent, givenInbox, givenTeam, givenTicket, words } from '#tests/given'

const NO_QUIET = { quietFrom: null, quietUntil: null, showContent: true }
const PASSWORD = 'tajne heslo 1'
const told = (agentId: number) => db.from('notifications').where('agent_id', agentId).orderBy('id')
const customerWrites = async (ticket: { id: number; inboxId: number; customerId: number }) => (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: { kind: 'customer', id: ticket.customerId } })

test.group('Notifications | who is told what (R115, M047)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('whoever gets a ticket is told, and not who gave it', async ({ assert }) => {
    const [giver, receiver] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    await assign(ticket, { ownerId: receiver.id }, { by: { kind: 'agent', id: giver.id } })
    await drain()
    assert.deepEqual((await told(receiver.id)).map(({ kind, ticket_id: id }) => [kind, id]), [['assigned', ticket.id]])
    assert.lengthOf(await told(giver.id), 0)

    await assign(await fresh(ticket), { ownerId: giver.id }, { by: { kind: 'agent', id: giver.id } })
    await drain()
    assert.lengthOf(await told(giver.id), 0, 'nobody is told of what they did themselves')
  })

  test('ten messages of one customer are one line with a count, until it is seen', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id })
    await drain()
    await markSeen(agent.id, { ticketId: ticket.id })
    for (let count = 0; count < 10; count++) await customerWrites(ticket)
    await drain()
    const unseen = (await told(agent.id)).filter((row) => row.seen_at === null)
    assert.deepEqual(unseen.map(({ kind, count }) => [kind, count]), [['wrote', 10]])

    await markSeen(agent.id, { ticketId: ticket.id })
    await customerWrites(ticket)
    await drain()
    assert.deepEqual((await told(agent.id)).filter((row) => row.seen_at === null).map(({ count }) => count), [1])
  })

  test('while the owner is away it is the one who acts who is told, and that it is in place of whom (B7)', async ({ assert }) => {
    const [owner, substitute] = [await givenAgent({ name: 'Petr Novák' }), await givenAgent()]
    const ticket = await givenTicket({ ownerId: owner.id })
    await drain()
    await db.from('notifications').delete()
    await db.from('tickets').where('id', ticket.id).update({ acting_id: substitute.id })
    await customerWrites(ticket)
    await drain()
    assert.lengthOf(await told(owner.id), 0)
    const [line] = await told(substitute.id)
    assert.deepEqual([line.kind, line.for_id], ['wrote', owner.id])
  })

  test('what was imported tells nobody', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id })
    await drain()
    await db.from('notifications').delete()
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: { kind: 'customer', id: ticket.customerId }, via: 'import' })
    await drain()
    assert.lengthOf(await told(agent.id), 0)
  })

  test('a new ticket that nobody has is told to those alone who asked for it and may see it', async ({ assert }) => {
    const [curious, other, outside] = [await givenAgent(), await givenAgent(), await givenAgent({ restricted: 1 })]
    for (const agent of [curious, outside]) await choose(agent.id, { unassigned: { page: true, push: false, mail: false, sound: false } }, NO_QUIET)
    await givenTicket()
    await drain()
    assert.deepEqual((await told(curious.id)).map(({ kind }) => kind), ['unassigned'])
    assert.lengthOf(await told(other.id), 0)
    assert.lengthOf(await told(outside.id), 0)
  })

  test('whoever may not see the inbox hears nothing of its tickets, named in a note or as one of a team', async ({ assert }) => {
    const [writer, member, lent] = [await givenAgent(), await givenAgent({ name: 'Jan Omezený', restricted: 1 }), await givenAgent({ name: 'Ota Půjčený', restricted: 1 })]
    const other = await givenAgent({ name: 'Iva Volná' })
    const ticket = await givenTicket({ subject: 'Výpověď' })
    const teamId = await givenTeam('Personální')
    for (const agent of [member, lent, other]) await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
    await db.table('grants').insert({ agent_id: lent.id, inbox_id: ticket.inboxId, source: 'absence', source_id: 1, valid_from: 0, created_at: 0 })
    await (await fresh(ticket)).note({ text: '@Jan Omezený @Ota Půjčený @Iva Volná podívejte se' }, { by: { kind: 'agent', id: writer.id } })
    await ask(await fresh(ticket), { to: { teamId }, text: 'Kdo to ví?' }, { by: { kind: 'agent', id: writer.id } })
    await drain()
    assert.lengthOf(await told(member.id), 0)
    for (const agent of [lent, other]) assert.sameMembers((await told(agent.id)).map(({ kind }) => kind), ['mentioned', 'asked'], agent.name)
  })

  test('what comes after the mail that nobody looked at is mailed too', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id })
    await drain()
    await db.from('notifications').where('agent_id', agent.id).delete()
    await customerWrites(ticket)
    await drain()
    assert.isNotNull((await told(agent.id))[0].mail_at)
    // Gathered into a mail, which was not looked at.
    await db.from('notifications').where('agent_id', agent.id).update({ mail_at: null })
    await customerWrites(ticket)
    await drain()
    const [line, ...others] = await told(agent.id)
    assert.lengthOf(others, 0)
    assert.equal(line.count, 2)
    assert.isNotNull(line.mail_at)
    // One that waits for its mail does not wait longer because more comes.
    const due = Number(line.mail_at)
    moveClock(now().plus({ minutes: 5 }))
    await customerWrites(ticket)
    await drain()
    assert.equal(Number((await told(agent.id))[0].mail_at), due)
  })

  test('a kind that is switched off leaves nothing behind', async ({ assert }) => {
    const agent = await givenAgent()
    await choose(agent.id, { wrote: { page: false, push: false, mail: false, sound: false } }, NO_QUIET)
    const ticket = await givenTicket({ ownerId: agent.id })
    await customerWrites(ticket)
    await drain()
    assert.deepEqual((await told(agent.id)).map(({ kind }) => kind), ['assigned'])
  })
})

test.group('Notifications | quiet hours', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('over midnight, in the agent’s own zone, and not a minute longer', async ({ assert }) => {
    const agent = await givenAgent()
    await agent.merge({ timeZone: 'Europe/Athens' }).save()
    await choose(agent.id, {}, { quietFrom: 22 * 60, quietUntil: 7 * 60, showContent: true })
    const choices = (await choicesOf([agent.id])).get(agent.id)!
    const at = (clock: string) => DateTime.fromISO(`2026-11-24T${clock}`, { zone: 'Europe/Athens' }).toMillis()
    const awake = (clock: string) => DateTime.fromMillis(whenAwake(choices, at(clock)), { zone: 'Europe/Athens' }).toFormat('d HH:mm')
    assert.equal(awake('21:59'), '24 21:59')
    assert.equal(awake('22:00'), '25 07:00')
    assert.equal(awake('03:30'), '24 07:00')
    assert.equal(awake('07:00'), '24 07:00')
    assert.deepEqual(choices.ways, KINDS)
  })

  test('a ring over the night waits on the row and shows in the page at once', async ({ assert }) => {
    const agent = await givenAgent()
    await agent.merge({ timeZone: 'UTC' }).save()
    const minute = DateTime.utc().hour * 60 + DateTime.utc().minute
    await choose(agent.id, {}, { quietFrom: (minute + 1380) % 1440, quietUntil: (minute + 120) % 1440, showContent: true })
    await givenTicket({ ownerId: agent.id })
    await drain()
    const [line] = await told(agent.id)
    assert.equal(line.in_page, 1)
    assert.isAbove(Number(line.push_at), Date.now() + 60 * 60_000)
    assert.isAbove(Number(line.mail_at), Date.now() + 60 * 60_000)
  })
})

test.group('Notifications | the page', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('lists them, leads to the ticket, and counts as seen then', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id, inbox: await givenInbox(), subject: 'Kávovar teče' })
    await drain()
    const page = await as(agent, client.get('/notifications'))
    page.assertTextIncludes('Kávovar teče')
    page.assertTextIncludes('data-unseen="1"')

    const [line] = await told(agent.id)
    const opened = await as(agent, client.get(`/notifications/${line.id}`).redirects(0))
    opened.assertHeader('location', `/tickets/${ticket.id}`)
    assert.isNotNull((await told(agent.id))[0].seen_at)
  })

  test('opening the ticket is seeing it', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket({ ownerId: agent.id })
    await drain()
    ;(await as(agent, client.get(`/tickets/${ticket.id}`))).assertStatus(200)
    assert.isNotNull((await told(agent.id))[0].seen_at)
  })

  test('nobody opens or marks another’s', async ({ assert }) => {
    const [agent, other] = [await givenAgent(), await givenAgent({ password: await hash.make(PASSWORD) })]
    await givenTicket({ ownerId: agent.id })
    await drain()
    const [line] = await told(agent.id)
    const visitor = await signedIn(other, PASSWORD)
    await visitor.open(`/notifications/${line.id}`)
    await visitor.open('/profile/notifications')
    assert.equal((await visitor.send('/notifications/seen', { up_to: String(line.id) })).status, 303)
    assert.isNull((await told(agent.id))[0].seen_at)
  })

  test('choices are kept without JavaScript; half a quiet time is refused in words', async ({ assert }) => {
    const agent = await givenAgent({ password: await hash.make(PASSWORD) })
    const visitor = await signedIn(agent, PASSWORD)
    assert.include((await visitor.open('/profile/notifications')).text, 'wrote.page')
    const saved = await visitor.send('/profile/notifications', { 'ways[]': ['wrote.page', 'assigned.push'], 'quiet_from': '22:00', 'quiet_until': '06:30' }, 'PUT')
    assert.equal(saved.location, '/profile/notifications')
    const choices = (await choicesOf([agent.id])).get(agent.id)!
    assert.deepEqual(choices.ways.wrote, { page: true, push: false, mail: false, sound: false })
    assert.deepEqual(choices.ways.assigned, { page: false, push: true, mail: false, sound: false })
    assert.deepEqual([choices.quietFrom, choices.quietUntil, choices.showContent], [1320, 390, false])

    await visitor.open('/profile/notifications')
    const refused = await visitor.send('/profile/notifications', { quiet_from: '22:00' }, 'PUT')
    assert.include(refused.text, 'Quiet hours need both')
    assert.equal((await choicesOf([agent.id])).get(agent.id)!.quietUntil, 390)
  })
})
