import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import Agent from '#people/agent'
import { assign, claim } from '#routing/assignment'
import { giveWaiting } from '#routing/distribution/turns'
import { giveAllWaiting } from '#routing/distribution/waiting'
import { moveClock, now, nowMs } from '#support/clock'
import { forgetSettings } from '#support/settings'
import { processNow } from '#channels/inbound/processing'
import { accept } from '#channels/inbound/gateway'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { drain } from '#tests/drain'
import { endAbsence } from '#routing/absence/planning'
import { givenAbsence, MONDAY, to } from './given_absence.js'
import { fresh, givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket } from '#tests/given'

/** A member who is signed in and was at the desk just now. */
async function givenMember(teamId: number, values: Parameters<typeof givenAgent>[0] = {}) {
  const agent = await givenAgent(values)
  await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
  await db.table('sessions').insert({ id: `s${agent.id}`, data: '{}', agent_id: agent.id, created_at: nowMs(), seen_at: nowMs(), expires_at: nowMs() + 86_400_000 })
  return agent
}

const givenAutomaticTeam = async (values: Record<string, unknown> = {}) => {
  const teamId = await givenTeam()
  await db.from('teams').where('id', teamId).update({ distribution: 'round_robin', ...values })
  return teamId
}

/** A new ticket comes to the team; tells who has it. */
async function comes(teamId: number, values: Parameters<typeof givenTicket>[0] = {}) {
  const ticket = await givenTicket(values)
  await assign(ticket, { teamId }, { by: null })
  return (await fresh(ticket)).ownerId
}

test.group('Distribution | who gets a ticket (R032)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetSettings())
  group.each.teardown(() => moveClock(null))

  test('round robin is fair within one, whoever had fewer before', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const team = [await givenMember(teamId), await givenMember(teamId), await givenMember(teamId)]
    const owners: (number | null)[] = []
    for (let n = 0; n < 10; n++) owners.push(await comes(teamId))
    const counts = team.map(({ id }) => owners.filter((owner) => owner === id).length).sort()
    assert.deepEqual(counts, [3, 3, 4])
  })

  test('a team by hand keeps it until somebody takes it; its why is on the event', async ({ assert }) => {
    const teamId = await givenTeam()
    const agent = await givenMember(teamId)
    const ticket = await givenTicket()
    await assign(ticket, { teamId }, { by: null })
    assert.isNull((await fresh(ticket)).ownerId)
    await claim(await fresh(ticket), agent.id, { by: { kind: 'agent', id: agent.id } })
    assert.equal((await fresh(ticket)).ownerId, agent.id)

    const other = await givenAutomaticTeam()
    const member = await givenMember(other)
    assert.equal(await comes(other), member.id)
    const event = await db.from('events').where('name', 'ticket:assigned').orderBy('id', 'desc').firstOrFail()
    assert.include(event, { actor_kind: 'system', because: `turn:${other}` })
  })

  test('least loaded goes by what each has open, covered tickets too', async ({ assert }) => {
    const teamId = await givenAutomaticTeam({ distribution: 'least_loaded' })
    const [busy, free] = [await givenMember(teamId), await givenMember(teamId)]
    await givenTicket({ ownerId: busy.id })
    await givenTicket({ ownerId: busy.id })
    assert.deepEqual([await comes(teamId), await comes(teamId)], [free.id, free.id])
  })

  test('sticky: the customer comes back to whom they know, in a team by hand too', async ({ assert }) => {
    const teamId = await givenAutomaticTeam({ distribution: 'manual', sticky: 1 })
    const [known, other] = [await givenMember(teamId), await givenMember(teamId)]
    const customerId = await givenCustomer()
    const before = await givenTicket({ customerId, ownerId: known.id })
    await before.resolve({ by: null })
    assert.equal(await comes(teamId, { customerId }), known.id)
    assert.isNull(await comes(teamId))
    await db.from('agents').where('id', known.id).update({ availability: 'away' })
    assert.isNull(await comes(teamId, { customerId }))
    assert.notEqual(known.id, other.id)
  })

  test('nothing for who is away, has left, only reads, or has not been seen for half an hour', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const [away, gone, viewer, unseen] = [await givenMember(teamId), await givenMember(teamId), await givenMember(teamId, { role: 'viewer' }), await givenMember(teamId)]
    await db.from('agents').where('id', away.id).update({ availability: 'away' })
    await db.from('agents').where('id', gone.id).update({ deactivated_at: 1 })
    await db.from('sessions').where('agent_id', unseen.id).update({ seen_at: nowMs() - 31 * 60_000 })
    assert.isNull(await comes(teamId))
    assert.isNotNull(viewer.id)
    await db.from('teams').where('id', teamId).update({ only_present: 0 })
    assert.equal(await comes(teamId), unseen.id)
  })

  test('34: nothing for who is absent, and the turn is not saved up', async ({ assert }) => {
    moveClock(MONDAY)
    const teamId = await givenAutomaticTeam()
    const [here, other] = [await givenMember(teamId), await givenMember(teamId)]
    const absence = await givenAbsence(other, [to(here)])
    assert.deepEqual([await comes(teamId), await comes(teamId), await comes(teamId)], [here.id, here.id, here.id])
    await endAbsence(absence, { by: null })
    assert.deepEqual([await comes(teamId), await comes(teamId), await comes(teamId)], [other.id, here.id, other.id])
  })

  test('within hours only: an agent’s own, else the team’s, each in its zone', async ({ assert }) => {
    moveClock(DateTime.fromISO('2026-11-23T06:30:00Z')) // Monday: 7:30 in Prague, 8:30 in Athens
    const week = (from: string, until: string) => JSON.stringify({ mon: [[from, until]] })
    const teamId = await givenAutomaticTeam({ hours: week('08:00', '16:00'), time_zone: 'Europe/Athens' })
    const [ofTeam, early] = [await givenMember(teamId), await givenMember(teamId)]
    await db.from('agents').where('id', early.id).update({ hours: week('06:00', '07:30'), time_zone: 'Europe/Prague' })
    assert.deepEqual([await comes(teamId), await comes(teamId)], [ofTeam.id, ofTeam.id])
    await db.from('teams').where('id', teamId).update({ time_zone: 'Europe/Prague' })
    assert.isNull(await comes(teamId))
  })

  test('caps by agent and channel hold, the team’s too', async ({ assert }) => {
    const teamId = await givenAutomaticTeam({ most_open: 2 })
    const [one, other] = [await givenMember(teamId), await givenMember(teamId)]
    await db.table('agent_caps').multiInsert([{ agent_id: one.id, channel: '*', most: 1 }, { agent_id: other.id, channel: 'email', most: 1 }])
    const chat = await givenInbox({ channel: 'chat' })
    assert.sameMembers([await comes(teamId), await comes(teamId)], [one.id, other.id])
    assert.isNull(await comes(teamId), 'both have their mail')
    assert.equal(await comes(teamId, { inbox: chat }), other.id, 'a chat fits beside the mail')
    assert.isNull(await comes(teamId, { inbox: chat }), 'two of any kind: the team’s limit')
  })

  test('languages and topics choose; who may not see the inbox is passed over', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const [polish, expert, limited] = [await givenMember(teamId), await givenMember(teamId), await givenMember(teamId, { restricted: 1 })]
    await db.table('agent_skills').multiInsert([
      { agent_id: polish.id, kind: 'language', value: 'pl' },
      { agent_id: expert.id, kind: 'language', value: 'cs' },
      { agent_id: expert.id, kind: 'topic', value: 'complaint' },
    ])
    const inLanguage = async (language: string, category: string) => {
      const ticket = await givenTicket({ category })
      await db.from('tickets').where('id', ticket.id).update({ language })
      await assign(await fresh(ticket), { teamId }, { by: null })
      return (await fresh(ticket)).ownerId
    }
    assert.deepEqual([await inLanguage('pl', 'order'), await inLanguage('pl', 'order'), await inLanguage('cs', 'complaint'), await inLanguage('cs', 'complaint')], [polish.id, polish.id, expert.id, expert.id])
    assert.isNotNull(limited.id)
  })
})

test.group('Distribution | when', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetSettings())
  group.each.setup(() => new FakeChannel('fake').install())

  test('in the gateway’s own transaction: what arrives has its owner at once', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const agent = await givenMember(teamId)
    const inbox = await givenInbox({ channel: 'fake', teamId })
    const body = Buffer.from(JSON.stringify({ type: 'message', externalId: 'm1', from: { kind: 'email', value: 'eva@posta.test' }, text: 'Ahoj', subject: 'Ahoj' }))
    const [{ id }] = await accept(inbox, [{ externalId: 'm1', type: 'application/json', at: now(), body }], { via: 'hook' })
    await processNow(inbox.id, id)
    const ticket = await db.from('tickets').where('inbox_id', inbox.id).firstOrFail()
    assert.include(ticket, { owner_id: agent.id, team_id: teamId, status: 'open', waits_turn: 0 })
  })

  test('a personal inbox is its agent’s, and the team’s once they have left', async ({ assert }) => {
    const teamId = await givenTeam()
    const agent = await givenAgent()
    const inbox = await givenInbox({ channel: 'fake', teamId })
    await db.from('inboxes').where('id', inbox.id).update({ agent_id: agent.id })
    const arrives = async (externalId: string) => {
      const body = Buffer.from(JSON.stringify({ type: 'message', externalId, from: { kind: 'email', value: `${externalId}@posta.test` }, text: 'Ahoj', subject: 'Ahoj' }))
      const [{ id }] = await accept(inbox, [{ externalId, type: 'application/json', at: now(), body }], { via: 'hook' })
      await processNow(inbox.id, id)
      return db.from('tickets').where('inbox_id', inbox.id).orderBy('id', 'desc').firstOrFail()
    }
    assert.include(await arrives('p1'), { owner_id: agent.id, team_id: teamId })
    await db.from('agents').where('id', agent.id).update({ deactivated_at: 1 })
    assert.include(await arrives('p2'), { owner_id: null, team_id: teamId })
  })

  test('again when somebody becomes available, oldest first, as many as the team allows at once', async ({ assert }) => {
    const teamId = await givenAutomaticTeam({ most_at_once: 2 })
    const agent = await givenMember(teamId)
    await db.from('agents').where('id', agent.id).update({ availability: 'away' })
    await agent.refresh()
    const tickets = [await givenTicket(), await givenTicket(), await givenTicket()]
    for (const ticket of tickets) await assign(ticket, { teamId }, { by: null })
    await drain()
    assert.isNull((await fresh(tickets[0]!)).ownerId)

    await agent.becomes('available', { by: null })
    await drain()
    const owners = []
    for (const ticket of tickets) owners.push((await fresh(ticket)).ownerId)
    assert.deepEqual(owners, [agent.id, agent.id, null])
    await (await fresh(tickets[0]!)).resolve({ by: null })
    await drain()
    assert.equal((await fresh(tickets[2]!)).ownerId, agent.id, 'something was finished, so there is room again')
  })

  test('when the hours begin, without anybody doing anything', async ({ assert, cleanup }) => {
    cleanup(() => moveClock(null))
    moveClock(DateTime.fromISO('2026-11-23T06:59:00Z'))
    const teamId = await givenAutomaticTeam({ hours: JSON.stringify({ mon: [['08:00', '16:00']] }), time_zone: 'Europe/Prague' })
    const agent = await givenMember(teamId)
    const ticket = await givenTicket()
    await assign(ticket, { teamId }, { by: null })
    await giveAllWaiting()
    assert.isNull((await fresh(ticket)).ownerId)
    moveClock(DateTime.fromISO('2026-11-23T07:00:30Z'))
    await giveAllWaiting()
    assert.equal((await fresh(ticket)).ownerId, agent.id)
  })

  test('never twice, and never what somebody put back by hand', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const agent = await givenMember(teamId)
    const ticket = await givenTicket()
    await assign(ticket, { teamId }, { by: null })
    await assign(await fresh(ticket), { ownerId: null }, { by: { kind: 'agent', id: agent.id } })
    assert.equal(await giveWaiting(teamId), 0)
    assert.isNull((await fresh(ticket)).ownerId)
  })

  test('a finished ticket, or spam, waits for nobody’s turn; reopened it gets one', async ({ assert }) => {
    const teamId = await givenAutomaticTeam()
    const ticket = await givenTicket()
    await assign(ticket, { teamId }, { by: null })
    await (await fresh(ticket)).markSpam({ by: null })
    const agent = await givenMember(teamId)
    assert.equal(await giveWaiting(teamId), 0)
    await (await fresh(ticket)).unmarkSpam({ by: null })
    await drain()
    assert.equal((await fresh(ticket)).ownerId, agent.id)
  })

  test('handed over to a team it goes to the next one, not back to the giver', async ({ assert }) => {
    const { handOver } = await import('#routing/handover/give')
    const teamId = await givenAutomaticTeam()
    const [giver, other] = [await givenMember(teamId), await givenMember(teamId)]
    const ticket = await givenTicket({ ownerId: giver.id })
    await handOver(await fresh(ticket), { to: { teamId } }, { by: { kind: 'agent', id: giver.id } })
    assert.equal((await fresh(ticket)).ownerId, other.id)
    assert.isTrue((await Agent.findOrFail(other.id)).turnAt !== null)
  })
})
