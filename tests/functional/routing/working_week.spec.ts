import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { workingWeeks, workOn, worksOn } from '#people/working_week'
import { previewAbsence } from '#routing/absence/preview'
import { missTheMissing } from '#routing/absence/missed'
import { passBoundaries } from '#routing/absence/boundaries'
import { givenAgent, givenInbox, givenTeam, givenTicket } from '#tests/given'
import { at, events, givenAbsence, onMonday, to } from './given_absence.js'

/** Absence, its gaps and its notices go by when people work, not by Monday to Friday (substitution.md §4, B7, cases 22 and 39). */
test.group('Working week', (group) => {
  onMonday(group)

  const day = (iso: string) => DateTime.fromISO(iso, { zone: 'Europe/Prague' })
  const works = (id: number, hours: object | null, zone = 'Europe/Prague') => db.from('agents').where('id', id).update({ hours: hours && JSON.stringify(hours), time_zone: zone })
  const clock = (stretches: readonly { from: number; until: number }[] | null) => stretches?.map(({ from, until }) => [from, until].map((ms) => DateTime.fromMillis(ms, { zone: 'Europe/Prague' }).toFormat('HH:mm')).join('–'))
  const WEEKEND = { sat: [['09:00', '13:00']], sun: [['09:00', '13:00']] }

  test('own hours; else those of the teams together; else Monday to Friday', async ({ assert }) => {
    const [own, team, both, none] = [await givenAgent(), await givenAgent(), await givenAgent(), await givenAgent()]
    await works(own.id, WEEKEND)
    const [one, two, open] = [await givenTeam(), await givenTeam(), await givenTeam()]
    await db.from('teams').where('id', one).update({ hours: JSON.stringify({ mon: [['08:00', '12:00']] }) })
    await db.from('teams').where('id', two).update({ hours: JSON.stringify({ mon: [['11:00', '16:00']], sat: [['08:00', '24:00']] }) })
    for (const [teamId, agentId] of [[one, own.id], [one, team.id], [one, both.id], [two, both.id], [open, none.id]]) await db.table('team_members').insert({ team_id: teamId, agent_id: agentId })

    const weeks = await workingWeeks([own.id, team.id, both.id, none.id])
    assert.deepEqual(['2026-11-30', '2026-12-05'].map((date) => worksOn(weeks.get(own.id)!, date)), [false, true])
    assert.deepEqual(clock(workOn(weeks.get(team.id)!, '2026-11-30')), ['08:00–12:00'])
    assert.deepEqual(clock(workOn(weeks.get(both.id)!, '2026-11-30')), ['08:00–16:00'])
    assert.deepEqual(clock(workOn(weeks.get(both.id)!, '2026-12-05')), ['08:00–00:00'])
    assert.deepEqual(['2026-11-30', '2026-12-05'].map((date) => workOn(weeks.get(none.id)!, date)), [null, []])
    // Summer time ends on this day: the wall clock counts.
    assert.deepEqual(clock(workOn(weeks.get(own.id)!, '2026-10-25')), ['09:00–13:00'])
  })

  test('39: whoever works at weekends has the gap there, and none on the days off', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    await works(a.id, WEEKEND)
    const inbox = await givenInbox()
    await givenTicket({ inbox, ownerId: a.id })
    await givenAbsence(b, [], { from: day('2026-12-12'), until: day('2026-12-16'), kind: 'training' })
    const preview = await previewAbsence({ agentId: a.id, startsAt: day('2026-12-07'), endsAt: day('2026-12-21'), timeZone: 'Europe/Prague', rules: [to(b)] })
    assert.deepEqual(preview.gaps, [{ from: '2026-12-12', to: '2026-12-13', workdays: 2, tickets: 1 }])
    assert.deepEqual([preview.uncoveredDays, preview.workdays], [2, 4])
    assert.deepEqual(preview.strips[0]!.works.slice(0, 7), [true, true, true, true, true, false, false], 'the substitute works from Monday to Friday')
    assert.deepEqual(preview.days.slice(4, 7).map(({ works: on }) => on), [false, true, true])
  })

  test('a substitute who is away outside of the hours leaves no gap; within them one', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    await works(a.id, { mon: [['08:00', '11:30']] })
    await givenTicket({ ownerId: a.id })
    const plan = { agentId: a.id, startsAt: day('2026-12-07'), endsAt: day('2026-12-08'), timeZone: 'Europe/Prague', rules: [to(b)] }
    await givenAbsence(b, [], { from: day('2026-12-07T12:00'), until: day('2026-12-07T17:00') })
    assert.equal((await previewAbsence(plan)).uncoveredDays, 0)
    await givenAbsence(b, [], { from: day('2026-12-07T11:00'), until: day('2026-12-07T12:00') })
    assert.equal((await previewAbsence(plan)).uncoveredDays, 1)
    // A half day after the work is no working day that is missed.
    assert.equal((await previewAbsence({ ...plan, startsAt: day('2026-12-07T13:00') })).workdays, 0)
  })

  test('22: missed two hours into one’s own day, not on a day off', async ({ assert }) => {
    const [late, weekend] = [await givenAgent({ password: 'x' }), await givenAgent({ password: 'x' })]
    await works(late.id, { mon: [['12:00', '20:00']] })
    await works(weekend.id, WEEKEND)
    for (const { id } of [late, weekend]) await givenTicket({ ownerId: id })
    at('2026-11-30T13:30')
    await missTheMissing()
    assert.lengthOf(await events('agent:missed'), 0)
    at('2026-11-30T14:30')
    await missTheMissing()
    await missTheMissing()
    assert.deepEqual((await events('agent:missed')).map(({ payload }) => payload.agentId), [late.id])
    at('2026-12-05T11:30')
    await missTheMissing()
    assert.deepEqual((await events('agent:missed')).map(({ payload }) => payload.agentId), [late.id, weekend.id])
  })

  test('B7: the substitute hears of it on the last day of their own work before', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    await works(b.id, { mon: [['08:00', '16:00']], tue: [['08:00', '16:00']] })
    await givenAbsence(a, [to(b)], { from: day('2026-12-07T08:00'), until: day('2026-12-12') })
    at('2026-12-01T07:30')
    await passBoundaries()
    assert.lengthOf(await events('absence:near'), 0)
    at('2026-12-01T08:30')
    await passBoundaries()
    assert.lengthOf(await events('absence:near'), 1)
  })
})
