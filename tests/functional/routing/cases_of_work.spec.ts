import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { catchUpOn } from '#routing/absence/catch_up'
import { checklistOf } from '#routing/absence/checklist'
import { startSickLeave } from '#routing/absence/planning'
import { missTheMissing } from '#routing/absence/missed'
import { assign } from '#routing/assignment'
import { accountableFor } from '#routing/coverage/accountability'
import { awayAgentIds, whoWorksOn } from '#routing/coverage/coverage'
import { dropHold, holdWhileLive } from '#routing/coverage/holds'
import { keepCovered, takeBack } from '#routing/coverage/keeping'
import { reconcile } from '#routing/coverage/reconcile'
import { nowMs } from '#support/clock'
import { wakeSnoozed } from '#tickets/time_rules'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import { fresh, givenAgent, givenTeam, givenTicket, words } from '#tests/given'
import { acting, asAgent, by, coverages, events, givenAbsence, itBecomes, MONDAY, onMonday, to, whatIsStoredIsResolved } from './given_absence.js'

test.group('Substitution, cases of work', (group) => {
  onMonday(group)

  test('21: any other supervisor, or an admin, starts the absence of a supervisor', async ({ assert }) => {
    const [boss, admin, b] = [await givenAgent({ role: 'supervisor' }), await givenAgent({ role: 'admin' }), await givenAgent()]
    const { default: AbsencePolicy } = await import('#routing/absence/absence_policy')
    const policy = new AbsencePolicy()
    assert.isTrue(policy.planFor(admin, boss))
    assert.isFalse(policy.planFor(b, boss))
    const ticket = await givenTicket({ ownerId: boss.id })
    await startSickLeave(boss.id, { timeZone: 'Europe/Prague', rules: [to(b)] }, asAgent(admin))
    assert.equal((await acting(ticket)).actingId, b.id)
  })

  test('22: somebody who did not come and told nobody is missed, once a day, and nothing starts by itself', async ({ assert }) => {
    const a = await givenAgent({ password: 'x' })
    await db.from('agents').where('id', a.id).update({ last_seen_at: MONDAY.minus({ days: 3 }).toMillis() })
    for (let count = 0; count < 2; count++) await givenTicket({ ownerId: a.id })
    await missTheMissing()
    assert.lengthOf(await events('agent:missed'), 0)
    await itBecomes(MONDAY.plus({ hours: 2, minutes: 1 }))
    await missTheMissing()
    await missTheMissing()
    assert.deepEqual((await events('agent:missed')).map(({ payload }) => payload), [{ agentId: a.id, tickets: 2 }])
    assert.lengthOf(await db.from('absences').where('agent_id', a.id), 0)
  })

  test('23: a customer answers a waiting ticket of an absent agent: the substitute has it at once', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await ticket.waitFor('customer', by)
    await givenAbsence(a, [to(b)])
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), by)
    const row = await db.from('tickets').where('id', ticket.id).first()
    assert.deepInclude(row, { status: 'open', stage: 'waiting', effective_agent_id: b.id })
    assert.isNotNull(row.waiting_since_at)
  })

  test('24: a snooze ends meanwhile: the substitute has it, and it is told why', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await ticket.snooze(MONDAY.plus({ hours: 3 }), by)
    await givenAbsence(a, [to(b)])
    await itBecomes(MONDAY.plus({ hours: 3 }))
    await wakeSnoozed()
    await drain()
    assert.deepInclude(await db.from('tickets').where('id', ticket.id).first(), { status: 'open', effective_agent_id: b.id })
    assert.equal((await events('ticket:woken', { ticketId: ticket.id }))[0].because, 'snooze')
  })

  test('25: a reply that leaves by itself meanwhile stands on the checklist, and the substitute may stop it', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const reply = await ticket.reply({ text: 'Ozvu se ve středu.', to: [{ address: 'anna@posta.test' }], sendAt: MONDAY.plus({ days: 2 }) }, asAgent(a))
    const absence = await givenAbsence(a, [to(b)], { from: MONDAY.plus({ days: 1 }), until: MONDAY.plus({ days: 4 }) })
    const { duties } = await checklistOf(absence)
    assert.deepInclude(duties[0], { ticketId: ticket.id, why: 'scheduled', messageId: reply.id, coverAgentId: b.id, at: MONDAY.plus({ days: 2 }).toMillis() })
    await itBecomes(MONDAY.plus({ days: 1, hours: 1 }))
    const { cancelDelivery } = await import('#tickets/message_delivery')
    await cancelDelivery(reply, asAgent(b))
    assert.equal((await db.from('deliveries').where('message_id', reply.id).first()).state, 'cancelled')
    assert.equal((await events('message:cancelled')).at(-1)!.on_behalf_of_id, a.id)
  })

  test('27: a live talk of the owner is ended by the owner, then it is covered', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const [chat, mail] = [await givenTicket({ ownerId: a.id }), await givenTicket({ ownerId: a.id })]
    holdWhileLive('test', async (pairs) => pairs.filter(({ ticketId, agentId }) => ticketId === chat.id && agentId === a.id).map(({ ticketId }) => ticketId))
    try {
      await givenAbsence(a, [to(b)])
      assert.deepEqual([(await acting(chat)).actingId, (await acting(mail)).actingId], [null, b.id])
    } finally {
      dropHold('test')
    }
    await reconcile()
    assert.equal((await acting(chat)).actingId, b.id)
  })

  test('28: a live talk of the substitute is ended by the substitute, four hours at most', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const chat = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { until: MONDAY.plus({ hours: 2 }) })
    holdWhileLive('test', async (pairs) => pairs.filter(({ agentId }) => agentId === b.id).map(({ ticketId }) => ticketId))
    try {
      await itBecomes(MONDAY.plus({ hours: 5, minutes: 59 }))
      assert.equal((await acting(chat)).actingId, b.id)
      await itBecomes(MONDAY.plus({ hours: 6 }))
      assert.isNull((await acting(chat)).actingId)
    } finally {
      dropHold('test')
    }
  })

  test('28: an answer that the substitute is writing holds it too', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { until: MONDAY.plus({ hours: 2 }) })
    await db.table('drafts').insert({ ticket_id: ticket.id, agent_id: b.id, kind: 'reply', text: 'Dobrý den', updated_at: MONDAY.plus({ hours: 2 }).toMillis() })
    await itBecomes(MONDAY.plus({ hours: 2, minutes: 1 }))
    assert.equal((await acting(ticket)).actingId, b.id)
    await itBecomes(MONDAY.plus({ hours: 2, minutes: 31 }))
    assert.isNull((await acting(ticket)).actingId)
  })

  test('29: the substitute keeps one: it is his, and the owner finds that when he is back', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const [kept, left] = [await givenTicket({ ownerId: a.id }), await givenTicket({ ownerId: a.id })]
    const absence = await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 1 }) })
    await keepCovered(await fresh(kept), b.id, asAgent(b))
    assert.deepEqual(await acting(kept), { ownerId: b.id, actingId: null, actingTeamId: null })
    assert.equal((await coverages(kept))[0].release_reason, 'kept')
    await assert.rejects(async () => keepCovered(await fresh(left), a.id, asAgent(a)), 'absences.errors.not_covering')
    await itBecomes(MONDAY.plus({ days: 1 }))
    const page = await catchUpOn(await absence.refresh())
    assert.deepEqual([page.kept.map(({ id }) => id), page.waiting.map(({ id }) => id)], [[kept.id], [left.id]])
  })

  test('29: an answer that waits for a broken mail server is an answer, not a promise; one for a chosen day is a promise', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const [tried, planned] = [await givenTicket({ ownerId: a.id }), await givenTicket({ ownerId: a.id })]
    const absence = await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 1 }) })
    await itBecomes(MONDAY.plus({ hours: 1 }))
    const answer = await (await fresh(tried)).reply({ text: 'Vyměníme.' }, asAgent(b))
    await (await fresh(planned)).reply({ text: 'Ve čtvrtek voláme.', sendAt: MONDAY.plus({ days: 3 }) }, asAgent(b))
    await db.from('deliveries').where('message_id', answer.id).update({ state: 'pending', attempts: 3, due_at: MONDAY.plus({ days: 1, hours: 1 }).toMillis(), error: '421 try later' })
    await itBecomes(MONDAY.plus({ days: 1 }))
    const page = await catchUpOn(await absence.refresh())
    assert.deepEqual([page.answered.map(({ id }) => id), page.promised.map(({ id }) => id)], [[tried.id], [planned.id]])
  })

  test('30 and 31: what the substitute has closed returns to the substitute meanwhile, and to the owner afterwards', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 2 }) })
    await (await fresh(ticket)).resolve(asAgent(b))
    await drain()
    assert.deepInclude((await coverages(ticket))[0], { release_reason: 'closed' })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), by)
    await drain()
    assert.equal((await whoWorksOn(ticket.id)).agentId, b.id)
    assert.equal((await acting(ticket)).actingId, b.id)

    await (await fresh(ticket)).resolve(asAgent(b))
    await drain()
    await itBecomes(MONDAY.plus({ days: 3 }))
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), by)
    await drain()
    assert.equal((await whoWorksOn(ticket.id)).agentId, a.id)
    assert.isNull((await acting(ticket)).actingId)
  })

  test('32: the owner works while away: what is taken back stays so, until the end of the absence', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)])
    await takeBack(await fresh(ticket), a.id, asAgent(a))
    await reconcile()
    assert.isNull((await acting(ticket)).actingId)
    const [released] = await events('coverage:released', { ticketId: ticket.id })
    assert.deepInclude(released, { actor_id: String(a.id), payload: { ...released.payload, reason: 'taken_back' } })
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })

  test('33: a rule that assigns to somebody away: the substitute owns it, and whom it was meant for is kept', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const absence = await givenAbsence(a, [to(b)])
    const ticket = await givenTicket()
    const outcome = await assign(ticket, { ownerId: a.id }, { by: { kind: 'rule', id: 12 } })
    assert.equal(outcome.intendedForId, a.id)
    assert.deepEqual(await acting(ticket), { ownerId: b.id, actingId: null, actingTeamId: null })
    const [told] = await events('ticket:assigned', { ticketId: ticket.id })
    assert.deepInclude(told.payload, { ownerId: b.id, intendedForId: a.id })
    assert.equal(told.because, `absence:${absence.id}`)
  })

  test('33: of a personal account manager new tickets stay, and the substitute acts', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    await givenAbsence(a, [to(b, { newTickets: 'return_to_absent' })])
    const ticket = await givenTicket()
    await assign(ticket, { ownerId: a.id }, by)
    assert.deepEqual(await acting(ticket), { ownerId: a.id, actingId: b.id, actingTeamId: null })
    const anyway = await givenTicket()
    await assign(anyway, { ownerId: a.id }, by, { thoughAway: true })
    assert.deepEqual(await acting(anyway), { ownerId: a.id, actingId: b.id, actingTeamId: null })
  })

  test('34: whoever is away is in no turn', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    await givenAbsence(a, [to(b)], { from: MONDAY.plus({ hours: 1 }), until: MONDAY.plus({ hours: 2 }) })
    for (const [hours, away] of [[0.5, false], [1, true], [2, false]] as const) {
      await itBecomes(MONDAY.plus({ hours }))
      assert.equal((await awayAgentIds()).has(a.id), away)
    }
  })

  test('42: a target that is missed within the first hour is the organisation’s, later the substitute’s, never the absent one’s', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { from: MONDAY.plus({ hours: 1 }) })
    await itBecomes(MONDAY.plus({ hours: 1 }))
    const answers = async (minutes: number) => accountableFor({ id: ticket.id, ownerId: a.id, teamId: null }, MONDAY.plus({ hours: 1, minutes }).toMillis())
    assert.deepEqual(await answers(-5), { kind: 'agent', id: a.id })
    assert.deepEqual(await answers(20), { kind: 'organisation' })
    assert.deepEqual(await answers(61), { kind: 'agent', id: b.id })
  })

  test('43: what the substitute writes is the substitute’s own, on behalf of the owner', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)])
    const message = await (await fresh(ticket)).reply({ text: 'Odpovídám za kolegu.', to: [{ address: 'anna@posta.test' }] }, asAgent(b))
    assert.deepInclude(await db.from('messages').where('id', message.id).first(), { author_kind: 'agent', author_id: String(b.id) })
    const [queued] = await events('message:queued', { ticketId: ticket.id })
    assert.deepInclude(queued, { actor_id: String(b.id), on_behalf_of_id: a.id, owner_id: a.id, acting_id: b.id })
  })

  test('52: somebody who is away leaves for good: the absence is over, and the team has the tickets', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    const ticket = await givenTicket({ ownerId: a.id, teamId })
    const absence = await givenAbsence(a, [to(b)])
    await a.deactivate(by)
    await drain()
    assert.deepInclude(await db.from('absences').where('id', absence.id).first(), { state: 'ended', end_reason: 'offboarded' })
    assert.equal((await acting(ticket)).actingTeamId, teamId)
    assert.equal((await coverages(ticket))[0].release_reason, 'offboarded')
  })

  test('an absent agent who wanted it lets each customer know once, and machines never (B10)', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await drain()
    await givenAbsence(a, [to(b)], { autoReply: 'Jsem na dovolené, Jana odpoví.' })
    const write = async (automatic: boolean) => {
      await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { automatic }), by)
      await drain()
    }
    await write(true)
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'auto_reply' }), 0)
    await write(false)
    await write(false)
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'auto_reply' }), 1)
    assert.isNotNull((await fresh(ticket)).waitingSinceAt)
    assert.equal(await eventCount('ticket:assigned', ticket.id), 1)
    assert.isAbove(nowMs(), DateTime.fromMillis(0).toMillis())
  })
})
