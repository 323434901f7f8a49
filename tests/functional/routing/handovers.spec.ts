import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import Team from '#people/team'
import { assign, claim } from '#routing/assignment'
import Handover from '#routing/handover/handover'
import { ask, escalate, handOver } from '#routing/handover/give'
import { moveClock, now } from '#support/clock'
import { forgetDirectory } from '#tickets/pages/directory'
import { drain } from '#tests/drain'
import { assertEvent, eventCount } from '#tests/events'
import { fresh, givenAgent, givenTeam, givenTicket } from '#tests/given'
import { signedIn } from '#tests/visitor'
import { givenAbsence, MONDAY, to } from './given_absence.js'

/** Two colleagues and a ticket of the first. */
async function givenDesk() {
  const [petr, jana] = [await givenAgent({ name: 'Petr Novák' }), await givenAgent({ name: 'Jana Bílá' })]
  const ticket = await givenTicket({ ownerId: petr.id })
  return { petr, jana, ticket: await fresh(ticket), by: { by: { kind: 'agent' as const, id: petr.id } }, hers: { by: { kind: 'agent' as const, id: jana.id } } }
}

const notes = async (ticketId: number) => (await db.from('notes').where('ticket_id', ticketId).whereNull('deleted_at').orderBy('id').select('text')).map(({ text }) => text)

test.group('Hand over (R007)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('the ticket is the colleague’s, the note is on it, and the event says all that a notice needs', async ({ assert }) => {
    const { petr, jana, ticket, by } = await givenDesk()
    const handover = await handOver(ticket, { to: { agentId: jana.id }, note: 'Chce fakturu na firmu.' }, by)

    assert.equal((await fresh(ticket)).ownerId, jana.id)
    assert.deepEqual(await notes(ticket.id), ['Chce fakturu na firmu.'])
    await assertEvent('handover:given', { ticketId: ticket.id, handoverId: handover.id, toKind: 'agent', toId: jana.id, fromKind: 'agent', fromId: petr.id }, { by: petr })
    assert.equal((await db.from('events').where({ name: 'ticket:assigned', ticket_id: ticket.id }).orderBy('id', 'desc').firstOrFail()).because, `handover:${handover.id}`)
  })

  test('to a team: nobody owns it, the team has it', async ({ assert }) => {
    const { ticket, by } = await givenDesk()
    const teamId = await givenTeam()
    await handOver(ticket, { to: { teamId } }, by)
    assert.include((await fresh(ticket)).$attributes, { ownerId: null, teamId })
  })

  test('taken back: it is where it was and the note is out of sight; not once she has it, nor once it has gone on', async ({ assert }) => {
    const { petr, jana, ticket, by, hers } = await givenDesk()
    const first = await handOver(ticket, { to: { agentId: jana.id }, note: 'Omyl' }, by)
    await first.withdraw(by)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    assert.deepEqual(await notes(ticket.id), [])

    const second = await handOver(await fresh(ticket), { to: { agentId: jana.id } }, by)
    await second.accept(hers)
    await assert.rejects(async () => (await Handover.findOrFail(second.id)).withdraw(by), 'routing.errors.settled')

    const karel = await givenAgent()
    const third = await handOver(await fresh(ticket), { to: { agentId: karel.id } }, hers)
    await handOver(await fresh(ticket), { to: { agentId: petr.id } }, { by: { kind: 'agent', id: karel.id } })
    await assert.rejects(async () => (await Handover.findOrFail(third.id)).withdraw(hers), 'routing.errors.moved_on')
  })

  test('given back: it returns to who had it, with the reason, as a hand-over of its own', async ({ assert }) => {
    const { petr, jana, ticket, by, hers } = await givenDesk()
    const given = await handOver(ticket, { to: { agentId: jana.id } }, by)
    await given.decline('To je pro sklad', hers)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    assert.deepEqual(await notes(ticket.id), ['To je pro sklad'])
    const back = await Handover.query().where({ ticket_id: ticket.id, kind: 'return' }).firstOrFail()
    assert.include(back.$attributes, { toKind: 'agent', toId: petr.id, state: 'open' })
    assert.equal(await eventCount('handover:returned', ticket.id), 1)
  })

  test('who works on it has it, without saying so; what has gone on waits for nobody', async ({ assert }) => {
    const { petr, jana, ticket, by, hers } = await givenDesk()
    const given = await handOver(ticket, { to: { agentId: jana.id } }, by)
    await drain()
    const state = async (id: number) => (await Handover.findOrFail(id)).state
    assert.equal(await state(given.id), 'open')
    await (await fresh(ticket)).reply({ text: 'Dobrý den', to: [{ address: 'anna@posta.test' }] }, hers)
    await drain()
    assert.equal(await state(given.id), 'accepted')
    await assertEvent('handover:accepted', { handoverId: given.id, createdById: petr.id }, { by: jana })

    const other = await fresh(await givenTicket({ ownerId: petr.id }))
    const second = await handOver(other, { to: { agentId: jana.id } }, by)
    const karel = await givenAgent()
    await assign(await fresh(other), { ownerId: karel.id }, by)
    await drain()
    assert.equal(await state(second.id), 'accepted')

    const teamId = await givenTeam()
    const third = await handOver(await fresh(other), { to: { teamId } }, { by: { kind: 'agent', id: karel.id } })
    await claim(await fresh(other), jana.id, hers)
    await drain()
    assert.equal(await state(third.id), 'accepted')
  })

  test('goes to nobody who could not open it, has left, only reads, or has it already', async ({ assert }) => {
    const { petr, ticket, by } = await givenDesk()
    const limited = await givenAgent({ restricted: 1 })
    await assert.rejects(() => handOver(ticket, { to: { agentId: limited.id } }, by), 'routing.errors.may_not_see')
    const viewer = await givenAgent({ role: 'viewer' })
    await assert.rejects(() => handOver(ticket, { to: { agentId: viewer.id } }, by), 'tickets.errors.no_agent')
    await assert.rejects(() => handOver(ticket, { to: { agentId: petr.id } }, by), 'routing.errors.theirs_already')
    await assert.rejects(() => handOver(ticket, { to: {} }, by), 'routing.errors.name_one')
    assert.equal(await eventCount('handover:given', ticket.id), 0)
  })
})

test.group('Ask a colleague (R282)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('the ticket stays; the question is a note, and so is the answer', async ({ assert }) => {
    const { petr, jana, ticket, by, hers } = await givenDesk()
    const dueAt = now().plus({ hours: 2 })
    const question = await ask(ticket, { to: { agentId: jana.id }, text: 'Je to skladem?', dueAt }, by)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    await assertEvent('handover:asked', { toKind: 'agent', toId: jana.id, dueAt: dueAt.toMillis() }, { by: petr })

    await question.accept(hers)
    await question.answer('Ano, tři kusy.', hers)
    assert.deepEqual(await notes(ticket.id), ['Je to skladem?', 'Ano, tři kusy.'])
    assert.equal((await Handover.findOrFail(question.id)).state, 'answered')
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    await assertEvent('handover:answered', { handoverId: question.id, createdById: petr.id }, { by: jana })
    await assert.rejects(async () => (await Handover.findOrFail(question.id)).answer('Ještě jednou', hers), 'routing.errors.settled')
  })

  test('of two of a team who answer at once, one does', async ({ assert }) => {
    const { petr, jana, ticket, by, hers } = await givenDesk()
    const teamId = await givenTeam()
    const question = await ask(ticket, { to: { teamId }, text: 'Kdo to ví?' }, by)
    const [one, other] = [await Handover.findOrFail(question.id), await Handover.findOrFail(question.id)]
    await one.answer('Já', hers)
    await assert.rejects(() => other.accept({ by: { kind: 'agent', id: jana.id } }), 'routing.errors.settled')
    assert.equal((await fresh(ticket)).ownerId, petr.id)
  })

  test('no question, the past, and oneself are refused', async ({ assert }) => {
    const { petr, jana, ticket, by } = await givenDesk()
    await assert.rejects(() => ask(ticket, { to: { agentId: jana.id }, text: '  ' }, by), 'routing.errors.no_question')
    await assert.rejects(() => ask(ticket, { to: { agentId: jana.id }, text: 'x', dueAt: now().minus({ minutes: 1 }) }, by), 'routing.errors.due_past')
    await assert.rejects(() => ask(ticket, { to: { agentId: petr.id }, text: 'x' }, by), 'routing.errors.asks_oneself')
  })
})

test.group('Hand-overs | somebody is away', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.setup(() => moveClock(MONDAY))
  group.each.teardown(() => moveClock(null))

  test('47: a question goes to who stands in, with its date, whether asked before or meanwhile', async ({ assert }) => {
    const { petr, jana, ticket, by } = await givenDesk()
    const karel = await givenAgent({ name: 'Karel Malý' })
    const dueAt = now().plus({ days: 1 })
    const before = await ask(ticket, { to: { agentId: jana.id }, text: 'Je to skladem?', dueAt }, by)
    await givenAbsence(jana, [to(karel)])
    await drain()
    const passed = await Handover.findOrFail(before.id)
    assert.include(passed.$attributes, { toKind: 'agent', toId: karel.id, state: 'open' })
    assert.equal(passed.dueAt?.toMillis(), dueAt.toMillis())
    assert.equal(await eventCount('handover:asked', ticket.id), 2, 'the asker and who stands in are told')

    const meanwhile = await ask(await fresh(ticket), { to: { agentId: jana.id }, text: 'A kolik?' }, by)
    assert.equal(meanwhile.toId, karel.id)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
  })

  test('33: a ticket handed to somebody away is the substitute’s, who may give it back', async ({ assert }) => {
    const { petr, jana, ticket, by } = await givenDesk()
    const karel = await givenAgent()
    await givenAbsence(jana, [to(karel)])
    const given = await handOver(ticket, { to: { agentId: jana.id } }, by)
    assert.equal((await fresh(ticket)).ownerId, karel.id)
    assert.equal((await Handover.findOrFail(given.id)).toId, karel.id)
    await (await Handover.findOrFail(given.id)).decline(null, { by: { kind: 'agent', id: karel.id } })
    assert.equal((await fresh(ticket)).ownerId, petr.id)
  })
})

test.group('Escalate (R008)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('finds the supervisor of the ticket’s team, and needs a reason', async ({ assert }) => {
    const { ticket, by } = await givenDesk()
    const [other, boss] = [await givenAgent({ role: 'supervisor', password: 'x' }), await givenAgent({ role: 'supervisor' })]
    const team = await Team.findOrFail(await givenTeam())
    await team.change({ supervisorId: boss.id }, { by: null })
    ticket.teamId = team.id
    await ticket.save()
    await assert.rejects(async () => escalate(await fresh(ticket), { reason: '' }, by), 'routing.errors.no_reason')
    const escalation = await escalate(await fresh(ticket), { reason: 'Sprostý zákazník' }, by)
    assert.include(escalation.$attributes, { toId: boss.id, moved: 1 })
    assert.equal((await fresh(ticket)).ownerId, boss.id)
    assert.notEqual(escalation.toId, other.id)
  })

  test('21: the supervisor has left or escalates himself: the deputy, then another supervisor, then an admin', async ({ assert }) => {
    const { petr, ticket, by } = await givenDesk()
    const [admin, other, boss, deputy] = [await givenAgent({ role: 'admin', password: 'x' }), await givenAgent({ role: 'supervisor', password: 'x' }), await givenAgent({ role: 'supervisor' }), await givenAgent()]
    await (await Team.findOrFail(await givenTeam())).change({ supervisorId: boss.id, memberIds: [petr.id] }, { by: null })
    await db.table('deputies').insert({ principal_id: boss.id, deputy_id: deputy.id, rights: 'act', valid_from: 0, created_at: 0 })

    const gone = async (agent: { id: number }) => db.from('agents').where('id', agent.id).update({ deactivated_at: 1 })
    const to = async () => {
      const escalation = await escalate(await fresh(ticket), { reason: 'Nad limit' }, by)
      await escalation.withdraw(by)
      return escalation.toId
    }
    assert.equal(await to(), boss.id)
    await gone(boss)
    assert.equal(await to(), deputy.id)
    await gone(deputy)
    assert.equal(await to(), other.id)
    await gone(other)
    assert.equal(await to(), admin.id)
    await gone(admin)
    await assert.rejects(to, 'routing.errors.no_supervisor')
  })

  test('where the team wants it so, the ticket stays and the supervisor is asked', async ({ assert }) => {
    const { petr, ticket, by } = await givenDesk()
    const boss = await givenAgent({ role: 'supervisor' })
    const teamId = await givenTeam()
    await db.from('teams').where('id', teamId).update({ supervisor_id: boss.id, escalation: 'stays' })
    ticket.teamId = teamId
    await ticket.save()
    const escalation = await escalate(await fresh(ticket), { reason: 'Co s tím?' }, by)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    await escalation.answer('Vraťte peníze.', { by: { kind: 'agent', id: boss.id } })
    assert.deepEqual(await notes(ticket.id), ['Co s tím?', 'Vraťte peníze.'])
  })
})

test.group('Hand-overs | pages', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('without JavaScript: a form asks, the colleague finds it and answers, who asked reads it', async ({ assert }) => {
    const password = await hash.make('tajne heslo 1')
    const [petr, jana] = [await givenAgent({ name: 'Petr Novák', password }), await givenAgent({ name: 'Jana Bílá', password })]
    const ticket = await givenTicket({ ownerId: petr.id })
    const his = await signedIn(petr, 'tajne heslo 1')
    assert.include((await his.open(`/tickets/${ticket.id}`)).text, `/tickets/${ticket.id}/handover/create?kind=ask`)
    assert.include((await his.open(`/tickets/${ticket.id}/handover/create?kind=ask`)).text, 'Jana Bílá')
    const sent = await his.send(`/tickets/${ticket.id}/handover`, { kind: 'ask', to: `agent-${jana.id}`, note: 'Je to skladem?', due_at: '', page: '1' })
    assert.equal(sent.location, `/tickets/${ticket.id}`)
    const seen = (await his.open(`/tickets/${ticket.id}`)).text
    assert.include(seen, 'Asked Jana Bílá. The ticket stays with you.')
    assert.include(seen, 'Petr Novák asked Jana Bílá')

    const hers = await signedIn(jana, 'tajne heslo 1')
    const list = (await hers.open('/handovers')).text
    assert.include(list, 'Petr Novák asks you')
    assert.match(list, /data-count="asked">1</)
    const { id } = await Handover.query().where('ticket_id', ticket.id).firstOrFail()
    assert.include((await hers.open(`/tickets/${ticket.id}`)).text, 'Petr Novák asks you')
    await hers.open(`/handovers/${id}`)
    assert.equal((await hers.send(`/handovers/${id}/answer`, { text: 'Ano, tři kusy.' })).status, 303)
    assert.match((await hers.open('/handovers')).text, /data-count="asked">0</)
    assert.include((await his.open('/handovers?of=mine')).text, 'Ano, tři kusy.')
  })

  test('a stranger to the matter cannot settle it or take it back; a supervisor can', async ({ assert }) => {
    const { jana, ticket, by } = await givenDesk()
    const question = await ask(ticket, { to: { agentId: jana.id }, text: 'Víš?' }, by)
    const password = await hash.make('tajne heslo 1')
    const stranger = await signedIn(await givenAgent({ password }), 'tajne heslo 1')
    await stranger.open('/handovers')
    for (const [path, method] of [['/answer', 'POST'], ['/refusal', 'POST'], ['', 'DELETE']] as const) {
      assert.equal((await stranger.send(`/handovers/${question.id}${path}`, { text: 'x' }, method)).status, 403)
    }
    const boss = await signedIn(await givenAgent({ role: 'supervisor', password }), 'tajne heslo 1')
    await boss.open('/handovers')
    await boss.send(`/handovers/${question.id}/refusal`)
    assert.equal((await Handover.findOrFail(question.id)).state, 'declined')
  })

  test('htmx gets the ticket as it is now, with the way back', async ({ assert }) => {
    const petr = await givenAgent({ name: 'Petr Novák', password: await hash.make('tajne heslo 1') })
    const jana = await givenAgent({ name: 'Jana Bílá' })
    const ticket = await givenTicket({ ownerId: petr.id })
    const his = await signedIn(petr, 'tajne heslo 1')
    await his.open(`/tickets/${ticket.id}`)
    const { text } = await his.send(`/tickets/${ticket.id}/handover`, { kind: 'transfer', to: `agent-${jana.id}`, note: '' }, 'POST', { 'hx-request': 'true' })
    const { id } = await Handover.query().where('ticket_id', ticket.id).firstOrFail()
    assert.include(text, 'Handed over to Jana Bílá.')
    assert.include(text, `action="/handovers/${id}?_method=DELETE"`)
    assert.include(text, 'You handed this over to Jana Bílá')
  })
})
