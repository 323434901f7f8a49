import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import Absence from '#routing/absence/absence'
import Agent from '#people/agent'
import { createToken, findToken } from '#people/api_token'
import { whenLeaving } from '#people/leaving'
import Team from '#people/team'
import { ask } from '#routing/handover/give'
import Handover from '#routing/handover/handover'
import { preview, TO_THE_TEAM, type Heirs } from '#routing/offboarding/heirs'
import Offboarding, { beginDue, planOffboarding } from '#routing/offboarding/offboarding'
import { undoReassignment } from '#routing/offboarding/reassignment'
import { moveClock, now, nowMs } from '#support/clock'
import { forgetDirectory } from '#tickets/pages/directory'
import Task from '#tickets/task'
import { drain } from '#tests/drain'
import { fresh, givenAgent, givenInbox, givenTeam, givenTicket, words } from '#tests/given'
import { signedIn } from '#tests/visitor'
import { givenAbsence, to } from './given_absence.js'

const PASSWORD = 'tajne heslo 1'

/** Petr leaves; Marie, an admin, sees to it; Jana stays. */
async function givenLeaver() {
  const password = await hash.make(PASSWORD)
  const [marie, petr, jana] = [await givenAgent({ name: 'Marie Velká', role: 'admin', password }), await givenAgent({ name: 'Petr Novák', password }), await givenAgent({ name: 'Jana Bílá' })]
  return { marie, petr, jana, by: { by: { kind: 'agent' as const, id: marie.id } } }
}

const heirs = (values: Partial<Heirs>): Heirs => ({ ...TO_THE_TEAM, ...values })
const last = () => Offboarding.query().orderBy('id', 'desc').firstOrFail()

test.group('Offboarding | now', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))

  test('access goes at once: pages, tokens, password, whatever other domains keep; history stays under the name', async ({ assert }) => {
    const { petr, by } = await givenLeaver()
    const revoked: number[] = []
    whenLeaving('test', async (id) => void revoked.push(id))
    const browser = await signedIn(petr, PASSWORD)
    assert.equal((await browser.open('/views/waiting')).status, 200)
    const { plain } = await createToken(petr, { name: 'x', abilities: ['read'] })
    const ticket = await givenTicket({ ownerId: petr.id })
    await (await fresh(ticket)).note({ text: 'Volal jsem mu' }, { by: { kind: 'agent', id: petr.id } })

    await planOffboarding(petr.id, { dueAt: now(), heirs: TO_THE_TEAM }, by)
    assert.equal((await browser.open('/views/waiting')).location, '/sign-in')
    assert.isNull(await findToken(plain))
    assert.deepEqual(revoked, [petr.id])
    const left = await Agent.findOrFail(petr.id)
    assert.isNull(left.password)
    assert.include(left.$attributes, { name: 'Petr Novák', email: petr.email })
    assert.equal((await signedInStatus(petr)).location, '/sign-in')
    assert.equal((await db.from('notes').where('ticket_id', ticket.id).firstOrFail()).author_id, String(petr.id))
  })

  test('heirs by inbox, the rest by team; counts equal the preview, the author is the system, the report says it all', async ({ assert }) => {
    const { marie, petr, jana, by } = await givenLeaver()
    const [returns, sales] = [await givenTeam('Reklamace'), await givenTeam('Prodej')]
    const [info, shop, loose] = [await givenInbox({ teamId: returns }), await givenInbox({ teamId: sales }), await givenInbox()]
    const tickets = []
    for (const inbox of [info, info, shop, loose]) tickets.push(await givenTicket({ inbox, ownerId: petr.id }))
    const finished = await givenTicket({ inbox: info, ownerId: petr.id })
    await (await fresh(finished)).resolve({ by: null })

    const chosen = heirs({ inboxes: { [info.id]: `agent-${jana.id}` } })
    const foreseen = await preview(petr.id, chosen)
    await planOffboarding(petr.id, { dueAt: now(), heirs: chosen }, by)
    await drain()

    const owners = await Promise.all(tickets.map(async (one) => (({ ownerId, teamId }) => ({ ownerId, teamId }))(await fresh(one))))
    assert.deepEqual(owners, [{ ownerId: jana.id, teamId: null }, { ownerId: jana.id, teamId: null }, { ownerId: null, teamId: sales }, { ownerId: null, teamId: null }])
    assert.equal((await fresh(finished)).ownerId, petr.id, 'what is finished keeps its name')
    const event = await db.from('events').where({ name: 'ticket:assigned', ticket_id: tickets[0]!.id }).orderBy('id', 'desc').firstOrFail()
    const offboarding = await last()
    assert.include(event, { actor_kind: 'system', because: `offboarding:${offboarding.id}` })
    assert.equal(offboarding.state, 'done')
    assert.equal(offboarding.requestedById, marie.id)
    assert.sameDeepMembers([...offboarding.reportMade!.moved], foreseen)
    assert.equal(offboarding.reportMade!.total, 4)
    assert.equal(JSON.parse((await db.from('events').where('name', 'agent:offboarded').firstOrFail()).payload).moved, 4)
  })

  test('undo within a day: what is still with its heir returns to the team’s care; the access does not', async ({ assert }) => {
    const { petr, jana, by } = await givenLeaver()
    const team = await givenTeam()
    const inbox = await givenInbox({ teamId: team })
    const [kept, moved, done] = [await givenTicket({ inbox, ownerId: petr.id }), await givenTicket({ inbox, ownerId: petr.id }), await givenTicket({ inbox, ownerId: petr.id })]
    await planOffboarding(petr.id, { dueAt: now(), heirs: heirs({ everything: `agent-${jana.id}` }) }, by)
    await drain()
    const { assign } = await import('#routing/assignment')
    const marek = await givenAgent()
    await assign(await fresh(moved), { ownerId: marek.id }, { by: null })
    await (await fresh(done)).resolve({ by: null })

    assert.equal(await undoReassignment(await last(), by), 1)
    const back = await fresh(kept)
    assert.include(back.$attributes, { ownerId: petr.id, actingTeamId: team })
    assert.equal((await fresh(moved)).ownerId, marek.id)
    assert.equal((await fresh(done)).ownerId, jana.id)
    assert.isNotNull((await Agent.findOrFail(petr.id)).deactivatedAt)
    await assert.rejects(async () => undoReassignment(await last(), by), 'routing.errors.no_undo')

    await (await last()).passOn(heirs({ everything: `agent-${marek.id}` }), by)
    await drain()
    assert.equal((await fresh(kept)).ownerId, marek.id, 'and then to another heir')
  })

  test('after a day there is no undo', async ({ assert }) => {
    const { petr, by } = await givenLeaver()
    await planOffboarding(petr.id, { dueAt: now(), heirs: TO_THE_TEAM }, by)
    await drain()
    moveClock(now().plus({ hours: 24, minutes: 1 }))
    await assert.rejects(async () => undoReassignment(await last(), by), 'routing.errors.no_undo')
  })

  test('teams, personal inboxes, questions, deputies and absences: nothing stays with nobody', async ({ assert }) => {
    const { petr, jana, by } = await givenLeaver()
    const boss = await givenAgent({ role: 'supervisor' })
    const led = await Team.findOrFail(await givenTeam('Vedený'))
    await led.change({ supervisorId: petr.id, memberIds: [petr.id, jana.id] }, { by: null })
    const alone = await Team.findOrFail(await givenTeam('Sám'))
    await alone.change({ memberIds: [petr.id] }, { by: null })
    const personal = await givenInbox({ address: petr.email })
    await db.table('deputies').insert({ principal_id: petr.id, deputy_id: jana.id, rights: 'act', valid_from: 0, created_at: 0 })
    const ticket = await givenTicket({ ownerId: jana.id })
    const question = await ask(await fresh(ticket), { to: { agentId: petr.id }, text: 'Víš?' }, { by: { kind: 'agent', id: jana.id } })
    const task = await Task.add(await fresh(await givenTicket({ ownerId: petr.id })), { text: 'Zavolat', ownerId: petr.id }, { by: null })
    await db.table('saved_views').insert({ agent_id: petr.id, everybody: 1, name: 'Spěchá', filters: '{}', created_at: 0, updated_at: 0 })
    await db.table('push_subscriptions').insert({ agent_id: petr.id, endpoint_hash: 'x', subscription: 'x', created_at: 0 })
    const absence = await givenAbsence(petr, [to(jana)])
    const covered = await givenTicket({ ownerId: jana.id })

    const chosen = heirs({ everything: `team-${led.id}`, supervisorId: boss.id, members: { [alone.id]: jana.id } })
    await planOffboarding(petr.id, { dueAt: now(), heirs: chosen }, by)
    await drain()
    assert.equal((await Team.findOrFail(led.id)).supervisorId, boss.id)
    const members = async (id: number) => (await db.from('team_members').where('team_id', id).select('agent_id')).map((row) => row.agent_id)
    assert.deepEqual([await members(led.id), await members(alone.id)], [[jana.id], [jana.id]])
    assert.include(await db.from('inboxes').where('id', personal.id).firstOrFail(), { agent_id: null, team_id: led.id })
    assert.isNotNull((await db.from('deputies').where('principal_id', petr.id).firstOrFail()).revoked_at)
    assert.include((await Handover.findOrFail(question.id)).$attributes, { toKind: 'team', toId: led.id, state: 'open' })
    assert.include((await Absence.findOrFail(absence.id)).$attributes, { state: 'ended', endReason: 'offboarded' })
    assert.equal((await fresh(covered)).ownerId, jana.id)
    assert.equal((await Task.findOrFail(task.id)).ownerId, by.by.id, 'the team is the heir, so who saw to it has the task')
    assert.equal((await db.from('saved_views').where('name', 'Spěchá').firstOrFail()).agent_id, by.by.id)
    assert.isNull(await db.from('push_subscriptions').where('agent_id', petr.id).first())
    assert.include((await last()).reportMade, { questions: 1, tasks: 1, views: 1 })
  })

  test('a customer who writes on a finished ticket of theirs is the team’s', async ({ assert }) => {
    const { petr, by } = await givenLeaver()
    const team = await givenTeam()
    const inbox = await givenInbox({ teamId: team })
    const ticket = await givenTicket({ inbox, ownerId: petr.id })
    await (await fresh(ticket)).resolve({ by: null })
    await planOffboarding(petr.id, { dueAt: now(), heirs: TO_THE_TEAM }, by)
    await drain()
    await (await fresh(ticket)).receive(words(inbox.id, ticket.customerId), { by: { kind: 'customer', id: ticket.customerId } })
    await drain()
    assert.include((await fresh(ticket)).$attributes, { status: 'open', actingTeamId: team })
  })

  test('who comes back has an account and nothing else', async ({ assert }) => {
    const { petr, by } = await givenLeaver()
    const team = await Team.findOrFail(await givenTeam())
    await team.change({ memberIds: [petr.id] }, { by: null })
    await planOffboarding(petr.id, { dueAt: now(), heirs: TO_THE_TEAM }, by)
    await drain()
    const back = await Agent.findOrFail(petr.id)
    await back.reactivate(by)
    assert.include(back.$attributes, { role: 'viewer', password: null, deactivatedAt: null })
    assert.isTrue(back.isInvited, 'and comes in by a new link')
    assert.isNull(await db.from('team_members').where('agent_id', petr.id).first())
  })
})

test.group('Offboarding | planned, and who may not', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))

  test('nothing happens before the hour; it does at it, and when the server was off, after it', async ({ assert }) => {
    const { petr, jana, by } = await givenLeaver()
    const ticket = await givenTicket({ ownerId: petr.id })
    const dueAt = now().plus({ days: 2 })
    await planOffboarding(petr.id, { dueAt, heirs: heirs({ everything: `agent-${jana.id}` }) }, by)
    await beginDue()
    assert.isNull((await Agent.findOrFail(petr.id)).deactivatedAt)

    moveClock(dueAt.plus({ hours: 14 }))
    await beginDue()
    await beginDue()
    await drain()
    assert.isNotNull((await Agent.findOrFail(petr.id)).deactivatedAt)
    assert.equal((await fresh(ticket)).ownerId, jana.id)
    assert.lengthOf(await db.from('events').where('name', 'agent:deactivated'), 1)
  })

  test('it can be changed and called off until it begins', async ({ assert }) => {
    const { petr, by } = await givenLeaver()
    const planned = await planOffboarding(petr.id, { dueAt: now().plus({ days: 1 }), heirs: TO_THE_TEAM }, by)
    await assert.rejects(() => planOffboarding(petr.id, { dueAt: now(), heirs: TO_THE_TEAM }, by), 'routing.errors.leaves_already')
    await planned.cancel(by)
    moveClock(now().plus({ days: 2 }))
    await beginDue()
    assert.isNull((await Agent.findOrFail(petr.id)).deactivatedAt)
    await assert.rejects(() => planned.cancel(by), 'routing.errors.leaving_began')
  })

  test('the last admin cannot go, nobody goes by their own hand, and heirs must be able to take it', async ({ assert }) => {
    const { marie, petr, by } = await givenLeaver()
    await assert.rejects(() => planOffboarding(marie.id, { dueAt: now(), heirs: TO_THE_TEAM }, by), 'routing.errors.leaves_oneself')
    await assert.rejects(() => planOffboarding(marie.id, { dueAt: now(), heirs: TO_THE_TEAM }, { by: null }), 'people.errors.last_admin')
    await assert.rejects(() => planOffboarding(petr.id, { dueAt: now(), heirs: heirs({ everything: `agent-${petr.id}` }) }, by), 'routing.errors.inherits_oneself')
    const viewer = await givenAgent({ role: 'viewer' })
    await assert.rejects(() => planOffboarding(petr.id, { dueAt: now(), heirs: heirs({ everything: `agent-${viewer.id}` }) }, by), 'tickets.errors.no_agent')
    await assert.rejects(() => planOffboarding(petr.id, { dueAt: now(), heirs: heirs({ everything: 'team-987654' }) }, by), 'tickets.errors.no_team')
  })

  test('who has become the last admin by the hour stays, and the page says why', async ({ assert }) => {
    const { marie, by } = await givenLeaver()
    const other = await givenAgent({ role: 'admin', password: await hash.make(PASSWORD) })
    await planOffboarding(other.id, { dueAt: now().plus({ hours: 1 }), heirs: TO_THE_TEAM }, by)
    await db.from('agents').where('id', marie.id).update({ deactivated_at: nowMs() })
    moveClock(now().plus({ hours: 2 }))
    await beginDue()
    assert.include((await last()).$attributes, { state: 'failed', error: 'people.errors.last_admin' })
    assert.isNull((await Agent.findOrFail(other.id)).deactivatedAt)
  })

  test('the wizard: inventory, preview, done and report, all without JavaScript', async ({ assert }) => {
    const { petr, jana } = await givenLeaver()
    const inbox = await givenInbox({ name: 'info@' })
    await givenTicket({ inbox, ownerId: petr.id })
    await givenTicket({ inbox, ownerId: petr.id })
    const marie = await signedIn(await Agent.findByOrFail('name', 'Marie Velká'), PASSWORD)
    const path = `/admin/agents/${petr.id}/offboarding`
    const wizard = (await marie.open(path)).text
    assert.match(wizard, /Unfinished tickets<\/th><td class="end">2</)
    assert.include(wizard, '2 tickets of info@ → unassigned')
    assert.include((await marie.open(`${path}?everything=agent-${jana.id}&inboxes[i${inbox.id}]=&when=now`)).text, '2 tickets of info@ → Jana Bílá')
    assert.equal((await marie.send(path, { everything: `agent-${jana.id}`, [`inboxes[i${inbox.id}]`]: '', when: 'now', at: '' })).location, path)
    await drain()
    const report = (await marie.open(path)).text
    assert.include(report, 'Petr Novák was off-boarded by Marie Velká')
    assert.include(report, '2 tickets of info@ → Jana Bílá')
    assert.include(report, 'Undo the reassignment')
    assert.equal((await marie.send(`${path}/reassignment`, {}, 'DELETE')).status, 303)
    assert.include((await marie.open(path)).text, 'The reassignment was undone')
  })
})

async function signedInStatus(agent: Agent) {
  const { Visitor } = await import('#tests/visitor')
  return new Visitor().signIn(agent.email, PASSWORD)
}
