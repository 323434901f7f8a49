import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import Absence from '#routing/absence/absence'
import { days } from '#routing/absence/days'
import { cancelAbsence, changeAbsence, endAbsence, startSickLeave, type AbsenceValues } from '#routing/absence/planning'
import { changePlan } from '#routing/absence/default_plan'
import { previewAbsence } from '#routing/absence/preview'
import { whoWorksOn } from '#routing/coverage/coverage'
import { reconcile } from '#routing/coverage/reconcile'
import { drain } from '#tests/drain'
import { fresh, givenAgent, givenTeam, givenTicket } from '#tests/given'
import { acting, asAgent, at, by, coverages, events, givenAbsence, itBecomes, MONDAY, onMonday, to, toTeam, whatIsStoredIsResolved } from './given_absence.js'

const prague = (iso: string) => DateTime.fromISO(iso, { zone: 'Europe/Prague' })

const valuesOf = (absence: Absence, rules: AbsenceValues['rules'], changes: Partial<AbsenceValues> = {}): AbsenceValues => ({
  kind: absence.kind as AbsenceValues['kind'],
  startsAt: absence.startsAt,
  endsAt: absence.endsAt,
  timeZone: absence.timeZone,
  allDay: absence.allDay === 1,
  rules,
  ...changes,
})

test.group('Substitution, cases of time', (group) => {
  onMonday(group)

  test('1: the desk was off over the start; the next reconciliation engages, and nothing is doubled', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await givenAbsence(a, [to(b)], { from: MONDAY.plus({ hours: 1 }), until: MONDAY.plus({ days: 1 }) })
    at(MONDAY.plus({ hours: 2, minutes: 10 }))
    await reconcile()
    await reconcile()
    const [coverage, ...rest] = await coverages(ticket)
    assert.lengthOf(rest, 0)
    assert.isAtLeast(Number(coverage.engaged_at), MONDAY.plus({ hours: 2, minutes: 10 }).toMillis())
    assert.equal((await Absence.findOrFail(absence.id)).startsAt.toMillis(), MONDAY.plus({ hours: 1 }).toMillis())
    assert.lengthOf(await events('absence:started'), 1)
  })

  test('2: the end is the owner’s already', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { from: MONDAY, until: prague('2026-11-30T17:00:00') })
    await itBecomes('2026-11-30T16:59:50')
    assert.equal((await whoWorksOn(ticket.id)).agentId, b.id)
    await itBecomes('2026-11-30T17:00:00')
    assert.equal((await whoWorksOn(ticket.id)).agentId, a.id)
    assert.isNull((await fresh(ticket)).actingId)
  })

  test('3: a day with a change of clocks has its 23 or 25 hours, in the zone in which it was entered', async ({ assert }) => {
    const [start, end] = [prague('2026-10-25T00:00'), prague('2026-10-26T00:00')]
    assert.equal(end.diff(start, 'hours').hours, 25)
    assert.deepEqual(days(start, end, 'Europe/Prague').map(({ date }) => date), ['2026-10-25'])
    assert.deepEqual(days(prague('2027-03-27T00:00'), prague('2027-03-30T00:00'), 'Europe/Prague').map(({ date }) => date), ['2027-03-27', '2027-03-28', '2027-03-29'])
    const [a, b] = [await givenAgent(), await givenAgent()]
    at('2026-10-20T08:00')
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await givenAbsence(a, [to(b)], { from: prague('2026-10-24T00:00'), until: prague('2026-10-27T00:00') })
    assert.equal(absence.endsAt!.toMillis() - absence.startsAt.toMillis(), (3 * 24 + 1) * 3_600_000)
    await itBecomes('2026-10-26T23:59:00')
    assert.equal((await fresh(ticket)).actingId, b.id)
    await itBecomes('2026-10-27T00:00:00')
    assert.isNull((await fresh(ticket)).actingId)
  })

  test('4: whole days end at the midnight after the last one, and the agent is back on the next', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const absence = await givenAbsence(a, [to(b)], { from: prague('2026-12-12T00:00'), until: prague('2026-12-15T00:00'), allDay: true })
    assert.equal(absence.backOn!.toISODate(), '2026-12-15')
    assert.deepEqual(days(absence.startsAt, absence.endsAt!, absence.timeZone).map(({ date }) => date), ['2026-12-12', '2026-12-13', '2026-12-14'])
  })

  test('14: of two absences at once the rules are one list, and the end of one leaves the other', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { until: MONDAY.plus({ weeks: 8 }) })
    const training = await givenAbsence(a, [to(c, { scope: { customer: [ticket.customerId] } })], { kind: 'training', until: MONDAY.plus({ days: 3 }) })
    assert.equal((await acting(ticket)).actingId, c.id)
    await endAbsence(training, by)
    assert.equal((await acting(ticket)).actingId, b.id)
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })

  test('15: an absence that is made longer does not flicker, and the substitute is told', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 1 }) })
    const rules = [{ ...to(b), id: (await absence.related('rules').query())[0].id }]
    await changeAbsence(absence, valuesOf(absence, rules, { endsAt: MONDAY.plus({ days: 3 }) }), absence.version, by)
    await itBecomes(MONDAY.plus({ days: 2 }))
    assert.lengthOf(await coverages(ticket), 1)
    assert.lengthOf(await events('coverage:released', { ticketId: ticket.id }), 0)
    const [changed] = await events('absence:changed')
    assert.deepEqual([changed.payload.coverAgentIds, changed.payload.endsAt], [[b.id], MONDAY.plus({ days: 3 }).toMillis()])
  })

  test('16: "I am back" gives everything back at once, and says so', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 3 }) })
    assert.equal((await db.from('agents').where('id', a.id).first()).availability, 'away')
    await endAbsence(absence, asAgent(a))
    assert.isNull((await fresh(ticket)).actingId)
    assert.equal((await coverages(ticket))[0].release_reason, 'returned')
    assert.deepInclude(await db.from('absences').where('id', absence.id).first(), { state: 'ended', end_reason: 'back', ended_by_id: a.id })
    assert.equal((await db.from('agents').where('id', a.id).first()).availability, 'available')
  })

  test('17: called off before it begins: nothing happened, and the substitute hears of it', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await cancelAbsence(await givenAbsence(a, [to(b)], { from: MONDAY.plus({ days: 2 }), until: MONDAY.plus({ days: 3 }) }), by)
    await itBecomes(MONDAY.plus({ days: 2, hours: 1 }))
    assert.lengthOf(await coverages(ticket), 0)
    assert.deepEqual((await events('absence:cancelled'))[0].payload.coverAgentIds, [b.id])
  })

  test('18: ill since yesterday: covered from now on, away since the start that was said', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const yesterday = MONDAY.minus({ days: 1 })
    const absence = await givenAbsence(a, [to(b)], { from: yesterday, kind: 'sick' })
    const [coverage] = await coverages(ticket)
    assert.isAtLeast(Number(coverage.engaged_at), MONDAY.toMillis())
    assert.equal(absence.startsAt.toMillis(), yesterday.toMillis())
  })

  test('19: a supervisor starts an illness by the plan that stands ready, with an open end', async ({ assert }) => {
    const [a, b, boss] = [await givenAgent(), await givenAgent(), await givenAgent({ role: 'supervisor' })]
    await changePlan(a.id, { rules: [to(b)] }, asAgent(a))
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await startSickLeave(a.id, { timeZone: 'Europe/Prague' }, asAgent(boss))
    assert.deepInclude(absence.$attributes, { kind: 'sick', state: 'active', endsAt: null, createdById: boss.id })
    assert.equal((await acting(ticket)).actingId, b.id)
    // What the e-mail to the agent is made of.
    assert.deepInclude((await events('absence:planned'))[0].payload, { absenceId: absence.id, agentId: a.id })
  })

  test('20: without a plan the team covers, and a supervisor is told to choose', async ({ assert }) => {
    const a = await givenAgent()
    const teamId = await givenTeam()
    await db.table('team_members').insert({ team_id: teamId, agent_id: a.id })
    const ticket = await givenTicket({ ownerId: a.id })
    await startSickLeave(a.id, { timeZone: 'Europe/Prague' }, by)
    assert.deepEqual(await acting(ticket), { ownerId: a.id, actingId: null, actingTeamId: teamId })
    assert.equal((await events('coverage:gap'))[0].payload.tickets, 1)
  })

  test('41: half a day is a half day, to the minute', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { from: prague('2026-11-30T13:00'), until: prague('2026-11-30T17:00') })
    for (const [time, who] of [['12:59:30', null], ['13:00:00', b.id], ['16:59:30', b.id], ['17:00:00', null]] as const) {
      await itBecomes(`2026-11-30T${time}`)
      assert.equal((await fresh(ticket)).actingId, who, time)
    }
    const preview = await previewAbsence({ agentId: a.id, startsAt: prague('2026-12-01T13:00'), endsAt: prague('2026-12-01T17:00'), timeZone: 'Europe/Prague', rules: [to(b)] })
    assert.deepEqual(preview.days.map(({ date, coverAgentId, gap }) => [date, coverAgentId, gap]), [['2026-12-01', b.id, false]])
  })

  test('51: two supervisors who hear of one illness start it once; the second is told by whom', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const first = await givenAgent({ role: 'supervisor', name: 'Marta Nová' })
    await startSickLeave(a.id, { timeZone: 'Europe/Prague', rules: [to(b)] }, asAgent(first))
    await assert.rejects(() => startSickLeave(a.id, { timeZone: 'Europe/Prague', rules: [to(b)] }, by), 'absences.errors.sick_already')
    assert.lengthOf(await db.from('absences').where('agent_id', a.id), 1)
  })

  test('53: a clock that is set back doubles nothing', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { from: MONDAY.plus({ hours: 1 }), until: MONDAY.plus({ days: 1 }) })
    await itBecomes(MONDAY.plus({ hours: 1 }))
    await itBecomes(MONDAY.plus({ minutes: 30 }))
    await itBecomes(MONDAY.plus({ hours: 1, minutes: 1 }))
    assert.lengthOf(await events('absence:started'), 1)
    assert.equal((await acting(ticket)).actingId, b.id)
    assert.lengthOf((await coverages(ticket)).filter((one) => one.released_at === null), 1)
    await drain()
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })

  test('54: of two who edit at once the second is stopped, and nothing is lost', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const absence = await givenAbsence(a, [to(b)], { from: MONDAY.plus({ days: 1 }), until: MONDAY.plus({ days: 3 }) })
    const seen = absence.version
    await changeAbsence(await Absence.findOrFail(absence.id), valuesOf(absence, [to(c)]), seen, asAgent(a))
    await assert.rejects(async () => changeAbsence(await Absence.findOrFail(absence.id), valuesOf(absence, [toTeam(await givenTeam())]), seen, by), 'absences.errors.changed')
    assert.equal((await absence.related('rules').query())[0].coverAgentId, c.id)
  })
})
