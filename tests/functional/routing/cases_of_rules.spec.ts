import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { decline } from '#routing/absence/answers'
import { previewAbsence } from '#routing/absence/preview'
import { whoWorksOn } from '#routing/coverage/coverage'
import { reconcile } from '#routing/coverage/reconcile'
import { drain } from '#tests/drain'
import { fresh, givenAgent, givenInbox, givenTeam, givenTicket } from '#tests/given'
import { acting, asAgent, by, coverages, events, givenAbsence, givenLimited, itBecomes, MONDAY, onMonday, to, toNobody, toTeam, whatIsStoredIsResolved } from './given_absence.js'

const plan = (agentId: number, rules: Parameters<typeof previewAbsence>[0]['rules'], days = 5) =>
  previewAbsence({ agentId, startsAt: MONDAY.startOf('day'), endsAt: MONDAY.startOf('day').plus({ days }), timeZone: 'Europe/Prague', rules })

test.group('Substitution, cases of rules', (group) => {
  onMonday(group)

  test('5: the substitute is away in the middle and covered himself: B, C, B, and the way is kept', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 9 }) })
    await givenAbsence(b, [to(c)], { from: MONDAY.plus({ days: 2 }), until: MONDAY.plus({ days: 4 }) })
    for (const day of [2, 4]) await itBecomes(MONDAY.plus({ days: day }))
    const rows = await coverages(ticket)
    assert.deepEqual(rows.map((row) => row.acting_id), [b.id, c.id, b.id])
    assert.deepEqual(JSON.parse(rows[1].path), [a.id, b.id, c.id])
    assert.deepEqual(rows.map((row) => row.release_reason), ['cover_unavailable', 'rule_changed', null])
  })

  test('6: two who cover each other: said before it is saved, then the team and an alarm, and no loop', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    const ticket = await givenTicket({ ownerId: a.id, teamId })
    await givenAbsence(b, [to(a)], { until: MONDAY.plus({ days: 5 }) })
    assert.equal((await plan(a.id, [to(b)])).uncoveredDays, 5)
    const absence = await givenAbsence(a, [to(b)], { until: MONDAY.plus({ days: 5 }) })
    assert.deepEqual(await acting(ticket), { ownerId: a.id, actingId: null, actingTeamId: teamId })
    assert.deepInclude((await events('coverage:gap')).at(-1)!.payload, { absenceId: absence.id, tickets: 1 })
  })

  test('7: a chain of six ends with the team and an alarm', async ({ assert }) => {
    const people = []
    for (let count = 0; count < 8; count++) people.push(await givenAgent())
    const teamId = await givenTeam()
    const ticket = await givenTicket({ ownerId: people[0].id, teamId })
    const shorter = await givenTicket({ ownerId: people[2].id })
    for (let at = 6; at >= 0; at--) await givenAbsence(people[at], [to(people[at + 1])])
    assert.equal((await acting(ticket)).actingTeamId, teamId)
    assert.equal((await acting(shorter)).actingId, people[7].id)
    assert.isAbove((await events('coverage:gap')).length, 0)
  })

  test('8: the substitute leaves in the middle: the next rule, else the team and an alarm', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    const ticket = await givenTicket({ ownerId: a.id, teamId })
    await givenAbsence(a, [to(b), to(c)])
    await b.deactivate(by)
    await drain()
    assert.equal((await acting(ticket)).actingId, c.id)
    await c.deactivate(by)
    await drain()
    assert.equal((await acting(ticket)).actingTeamId, teamId)
    assert.lengthOf(await events('coverage:gap'), 1)
  })

  test('9: a substitute without right to an inbox: said before saving, lent if so wished, else the next rule for that inbox alone', async ({ assert }) => {
    const [info, returns] = [await givenInbox(), await givenInbox()]
    const [a, c] = [await givenAgent(), await givenAgent()]
    const { agent: b } = await givenLimited([info.id])
    const [one, two] = [await givenTicket({ inbox: info, ownerId: a.id }), await givenTicket({ inbox: returns, ownerId: a.id })]
    assert.deepEqual((await plan(a.id, [to(b), to(c)])).missing, [{ agentId: b.id, inboxId: returns.id, position: 0, lent: false, tickets: 1 }])
    await givenAbsence(a, [to(b), to(c)], { until: MONDAY.plus({ days: 1 }) })
    assert.deepEqual([(await acting(one)).actingId, (await acting(two)).actingId], [b.id, c.id])

    const { agent: d } = await givenLimited([info.id])
    const e = await givenAgent()
    const lent = await givenTicket({ inbox: returns, ownerId: e.id })
    assert.equal((await plan(e.id, [to(d, { access: 'inbox' })])).uncoveredDays, 0)
    await givenAbsence(e, [to(d, { access: 'inbox' })], { until: MONDAY.plus({ days: 1 }) })
    assert.equal((await acting(lent)).actingId, d.id)
    const { accessibleInboxIds } = await import('#people/access')
    const { default: Agent } = await import('#people/agent')
    assert.includeMembers([...((await accessibleInboxIds(await Agent.findOrFail(d.id))) as number[])], [returns.id])
    await itBecomes(MONDAY.plus({ days: 1 }))
    assert.notInclude((await accessibleInboxIds(await Agent.findOrFail(d.id))) as number[], returns.id)
  })

  test('10: a right that is taken away in the middle releases those tickets alone', async ({ assert }) => {
    const [info, returns] = [await givenInbox(), await givenInbox()]
    const [a, c] = [await givenAgent(), await givenAgent()]
    const { agent: b, teamId } = await givenLimited([info.id, returns.id])
    const [one, two] = [await givenTicket({ inbox: info, ownerId: a.id }), await givenTicket({ inbox: returns, ownerId: a.id })]
    await givenAbsence(a, [to(b), to(c)])
    const { default: Team } = await import('#people/team')
    await (await Team.findOrFail(teamId)).change({ inboxIds: [info.id] }, by)
    await drain()
    assert.deepEqual([(await acting(one)).actingId, (await acting(two)).actingId], [b.id, c.id])
    assert.equal((await coverages(two))[0].release_reason, 'cover_unavailable')
  })

  test('11: chat to C, e-mail to B, the rest to the team', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    const by = async (channel: string) => givenTicket({ inbox: await givenInbox({ channel }), ownerId: a.id })
    const [mail, chat, other] = [await by('email'), await by('chat'), await by('viber')]
    await givenAbsence(a, [toTeam(teamId), to(b, { scope: { channel: ['email'] } }), to(c, { scope: { channel: ['chat'] } })])
    assert.deepEqual([(await acting(mail)).actingId, (await acting(chat)).actingId, (await acting(other)).actingTeamId], [b.id, c.id, teamId])
  })

  test('12: a covered ticket gets a tag that another rule names: it goes over, and both are told', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const other = await givenTicket()
    await other.tag({ add: ['vip'] }, by)
    const { tag_id: tagId } = await db.from('ticket_tags').where('ticket_id', other.id).first()
    await givenAbsence(a, [to(b), to(c, { scope: { tag: [tagId] } })])
    await db.table('drafts').insert({ ticket_id: ticket.id, agent_id: b.id, kind: 'reply', text: 'Dobrý den,', updated_at: MONDAY.toMillis() })

    await (await fresh(ticket)).tag({ add: ['vip'] }, by)
    await drain()
    assert.equal((await acting(ticket)).actingId, c.id)
    assert.equal((await events('coverage:released', { ticketId: ticket.id })).at(-1)!.payload.actingId, b.id)
    assert.equal((await events('coverage:engaged', { ticketId: ticket.id })).at(-1)!.payload.actingId, c.id)
    assert.isNotNull(await db.from('drafts').where({ ticket_id: ticket.id, agent_id: b.id }).first())
  })

  test('13: a rule for the customer comes before one for the inbox', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await givenAbsence(a, [to(b, { scope: { inbox: [ticket.inboxId] } }), to(c, { scope: { customer: [ticket.customerId] } })])
    assert.equal((await acting(ticket)).actingId, c.id)
  })

  test('37: a substitute at his cap gets nothing new and keeps what he has', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    await db.from('agents').where('id', b.id).update({ cover_cap: 2 })
    const inbox = await givenInbox()
    const tickets: { id: number }[] = []
    for (let count = 0; count < 4; count++) tickets.push(await givenTicket({ inbox, ownerId: a.id }))
    await givenAbsence(a, [to(b), to(c)])
    const hands = async () => (await Promise.all(tickets.map(async (ticket) => (await acting(ticket)).actingId))).sort()
    assert.deepEqual(await hands(), [b.id, b.id, c.id, c.id])
    await (await fresh(tickets[0])).resolve(by)
    await drain()
    await reconcile()
    assert.deepEqual((await hands()).filter(Boolean), [b.id, c.id, c.id])
  })

  test('38: a substitute says no: the next rule, and supervisors and the absent one can see it', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    const absence = await givenAbsence(a, [to(b), to(c)], { needsAcceptance: true })
    const { accept } = await import('#routing/absence/answers')
    await accept(absence, b.id, asAgent(b))
    await accept(absence, c.id, asAgent(c))
    assert.equal((await acting(ticket)).actingId, b.id)
    await decline(absence, b.id, asAgent(b))
    assert.equal((await acting(ticket)).actingId, c.id)
    assert.deepInclude((await events('absence:declined'))[0].payload, { absenceId: absence.id, agentId: b.id })
    await assert.rejects(() => decline(absence, a.id, asAgent(a)), 'absences.errors.not_asked')
  })

  test('39: a substitute who is away on some of the days: the strip, and the days without anybody, before it is saved', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const inbox = await givenInbox()
    for (let count = 0; count < 3; count++) await givenTicket({ inbox, ownerId: a.id })
    const day = (iso: string) => DateTime.fromISO(iso, { zone: 'Europe/Prague' })
    await givenAbsence(b, [], { from: day('2026-12-14'), until: day('2026-12-17'), kind: 'training' })
    const preview = await previewAbsence({ agentId: a.id, startsAt: day('2026-12-07'), endsAt: day('2026-12-19'), timeZone: 'Europe/Prague', rules: [to(b)] })
    assert.deepEqual(preview.gaps, [{ from: '2026-12-14', to: '2026-12-16', workdays: 3, tickets: 3 }])
    assert.deepEqual([preview.uncoveredDays, preview.workdays], [3, 10])
    assert.deepEqual(preview.strips[0].away.map((away, index) => (away ? preview.days[index].date.slice(8) : '')).filter(Boolean), ['14', '15', '16'])
    assert.deepEqual(preview.byRule, [3])
  })

  test('40: everybody of a team is away: tickets with the team, one alarm, the next a day later', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    for (const agent of [a, b]) await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
    const ticket = await givenTicket({ ownerId: a.id, teamId })
    await givenAbsence(b, [])
    assert.isTrue((await plan(a.id, [to(b)])).everybodyAway)
    await givenAbsence(a, [to(b)])
    for (const hours of [1, 5, 20]) await itBecomes(MONDAY.plus({ hours }))
    assert.equal((await acting(ticket)).actingTeamId, teamId)
    assert.lengthOf((await events('coverage:gap')).filter(({ payload }) => payload.agentId === a.id), 1)
    await itBecomes(MONDAY.plus({ hours: 25 }))
    assert.lengthOf((await events('coverage:gap')).filter(({ payload }) => payload.agentId === a.id), 2)
  })

  test('45: what is confidential stays with its owner, unless a rule names it', async ({ assert }) => {
    const [a, b, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: a.id })
    await ticket.tag({ add: ['personální'] }, by)
    await db.from('tags').where('name', 'personální').update({ confidential: 1 })
    const { id: tagId } = await db.from('tags').where('name', 'personální').first()
    await givenAbsence(a, [to(b)])
    assert.deepEqual(await acting(ticket), { ownerId: a.id, actingId: null, actingTeamId: null })
    assert.equal((await whoWorksOn(ticket.id)).verdict.because, 'confidential')
    await givenAbsence(a, [to(c, { scope: { tag: [tagId] } })])
    assert.equal((await acting(ticket)).actingId, c.id)
  })

  test('48: somebody who stands in falls ill: the chain goes on, or an alarm is raised', async ({ assert }) => {
    const [d, a, c] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const teamId = await givenTeam()
    const ticket = await givenTicket({ ownerId: d.id, teamId })
    await givenAbsence(d, [to(a)])
    await givenAbsence(a, [to(c)], { kind: 'sick' })
    assert.equal((await acting(ticket)).actingId, c.id)
    await c.deactivate(by)
    await drain()
    assert.equal((await acting(ticket)).actingTeamId, teamId)
    assert.isTrue((await events('coverage:gap')).length > 0)
  })

  test('50: a personal inbox is covered only by a rule that names it', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const personal = await givenInbox({ name: 'a.novak@' })
    await db.from('inboxes').where('id', personal.id).update({ agent_id: a.id })
    const [own, shared] = [await givenTicket({ inbox: personal, ownerId: a.id }), await givenTicket({ ownerId: a.id })]
    await givenAbsence(a, [to(b)])
    assert.deepEqual([(await acting(own)).actingId, (await acting(shared)).actingId], [null, b.id])
    assert.equal((await whoWorksOn(own.id)).verdict.because, 'personal')
    assert.lengthOf(await events('coverage:gap'), 0)
    await givenAbsence(a, [to(b, { scope: { inbox: [personal.id] } })])
    assert.equal((await acting(own)).actingId, b.id)
  })

  test('50: a rule that names an inbox covers that inbox and no other', async ({ assert }) => {
    const [a, b] = [await givenAgent(), await givenAgent()]
    const personal = await givenInbox({ name: 'a.novak@' })
    const [own, shared] = [await givenTicket({ inbox: personal, ownerId: a.id }), await givenTicket({ ownerId: a.id })]
    await givenAbsence(a, [toNobody(), to(b, { scope: { inbox: [personal.id] } })])
    assert.equal((await acting(own)).actingId, b.id)
    assert.equal((await whoWorksOn(shared.id)).verdict.because, 'not_covered')
    assert.lengthOf(await events('coverage:gap'), 0)
  })

  test('55: somebody from an agency sees only the inboxes that are his, as a substitute too', async ({ assert }) => {
    const [info, returns] = [await givenInbox(), await givenInbox()]
    const a = await givenAgent()
    const teamId = await givenTeam()
    const { agent: external } = await givenLimited([info.id])
    const [one, two] = [await givenTicket({ inbox: info, ownerId: a.id }), await givenTicket({ inbox: returns, ownerId: a.id, teamId })]
    await givenAbsence(a, [to(external)])
    assert.equal((await acting(one)).actingId, external.id)
    assert.equal((await acting(two)).actingTeamId, teamId)
    assert.deepEqual(await whatIsStoredIsResolved(), [])
  })
})
