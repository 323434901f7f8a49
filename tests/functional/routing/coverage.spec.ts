import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { cancelAbsence, endAbsence } from '#routing/absence/planning'
import { assign } from '#routing/assignment'
import { whoWorksOn } from '#routing/coverage/coverage'
import { reconcile } from '#routing/coverage/reconcile'
import { drain } from '#tests/drain'
import { fresh, givenAgent, givenInbox, givenTeam, givenTicket } from '#tests/given'
import { acting, by, coverages, events, givenAbsence, itBecomes, MONDAY, onMonday, to, toTeam, whatIsStoredIsResolved } from './given_absence.js'

test.group('Coverage | reconciliation', (group) => {
  onMonday(group)

  test('tickets of an absent agent are worked on by the substitute and come back, and are no others in anything else', async ({ assert }) => {
    const [petr, jana] = [await givenAgent({ name: 'Petr' }), await givenAgent({ name: 'Jana' })]
    const ticket = await givenTicket({ ownerId: petr.id })
    const before = await db.from('tickets').where('id', ticket.id).first()
    await givenAbsence(petr, [to(jana)], { from: MONDAY.plus({ hours: 1 }), until: MONDAY.plus({ days: 4 }) })
    assert.isNull((await fresh(ticket)).actingId)

    await itBecomes(MONDAY.plus({ hours: 1 }))
    const covered = await db.from('tickets').where('id', ticket.id).first()
    assert.deepInclude(covered, { owner_id: petr.id, acting_id: jana.id, effective_agent_id: jana.id, updated_at: before.updated_at, version: before.version })
    assert.deepEqual((await whoWorksOn(ticket.id)).agentId, jana.id)

    await itBecomes(MONDAY.plus({ days: 4 }))
    const back = await db.from('tickets').where('id', ticket.id).first()
    assert.deepInclude(back, { owner_id: petr.id, acting_id: null, coverage_id: null, updated_at: before.updated_at, version: before.version })
    const [coverage] = await coverages(ticket)
    assert.deepInclude(coverage, { owner_id: petr.id, acting_id: jana.id, release_reason: 'returned' })
    assert.equal((await events('coverage:engaged', { ticketId: ticket.id })).length, 1)
    assert.equal((await events('coverage:released', { ticketId: ticket.id })).length, 1)
  })

  test('running it again changes nothing and tells nothing', async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: petr.id })
    await givenAbsence(petr, [to(jana)])
    const count = async () => (await db.from('events').count('* as total').first()).total
    const told = await count()
    await reconcile()
    await reconcile()
    assert.equal(await count(), told)
    assert.lengthOf(await coverages(ticket), 1)
    assert.equal((await events('coverage:switched')).at(-1).payload.engaged, 1)
  })

  test('of many tickets the substitute is told once', async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const inbox = await givenInbox()
    for (let count = 0; count < 30; count++) await givenTicket({ inbox, ownerId: petr.id })
    await givenAbsence(petr, [to(jana)])
    const heads = (await events('coverage:switched')).filter(({ payload }) => payload.ownerId === petr.id)
    assert.deepEqual(heads.map(({ payload }) => [payload.actingId, payload.engaged]), [[jana.id, 30]])
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })

  test('a member takes a ticket from a covering team and keeps it while the coverage lasts', async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    await db.table('team_members').insert({ team_id: teamId, agent_id: jana.id })
    const ticket = await givenTicket({ ownerId: petr.id })
    const absence = await givenAbsence(petr, [toTeam(teamId)])
    assert.deepEqual(await acting(ticket), { ownerId: petr.id, actingId: null, actingTeamId: teamId })

    const { claim } = await import('#routing/assignment')
    await claim(await fresh(ticket), jana.id, { by: { kind: 'agent', id: jana.id } })
    assert.deepEqual(await acting(ticket), { ownerId: petr.id, actingId: jana.id, actingTeamId: null })
    await assert.rejects(async () => claim(await fresh(ticket), (await givenAgent()).id, by))
    await reconcile()
    assert.deepEqual(await whatIsStoredIsResolved(), [])
    assert.deepEqual((await acting(ticket)).actingId, jana.id)

    await endAbsence(absence, by)
    assert.deepEqual(await acting(ticket), { ownerId: petr.id, actingId: null, actingTeamId: null })
  })

  test('what belongs to the overlay ends with a new owner', async ({ assert }) => {
    const [petr, jana, karel] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: petr.id })
    await givenAbsence(petr, [to(jana)])
    await assign(await fresh(ticket), { ownerId: karel.id }, by)
    assert.deepEqual(await acting(ticket), { ownerId: karel.id, actingId: null, actingTeamId: null })
    assert.equal((await coverages(ticket))[0].release_reason, 'handed_over')
    await drain()
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })

  test('an absence called off before its start leaves no trace on tickets', async ({ assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: petr.id })
    const absence = await givenAbsence(petr, [to(jana)], { from: MONDAY.plus({ days: 1 }), until: MONDAY.plus({ days: 2 }) })
    await cancelAbsence(absence, by)
    await itBecomes(MONDAY.plus({ days: 1, hours: 1 }))
    assert.lengthOf(await coverages(ticket), 0)
    assert.equal((await events('absence:cancelled')).length, 1)
  })
})
