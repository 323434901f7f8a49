import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { moveClock, now } from '#support/clock'
import Draft from '#tickets/draft'
import { follow, unfollow } from '#tickets/following'
import { listTickets } from '#tickets/ticket_list'
import { namedIn } from '#tickets/mentioning'
import { forgetDirectory } from '#tickets/pages/directory'
import { UNTIL_ANSWER } from '#tickets/ticket/snoozable'
import { wakeSnoozed } from '#tickets/time_rules'
import { viewCounts } from '#tickets/views'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import { givenAbsence, to } from '../routing/given_absence.js'
import { fresh, givenAgent, givenCustomer, givenTeam, givenTicket, words } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'correct horse battery'
const by = { by: null }
const actor = (agent: { id: number }) => ({ by: { kind: 'agent' as const, id: agent.id } })

async function atWork(values: Parameters<typeof givenAgent>[0] = {}) {
  const agent = await givenAgent({ language: 'en', ...values, password: await hash.make(PASSWORD) })
  const visitor = await signedIn(agent, PASSWORD)
  await visitor.open('/profile')
  return { agent, visitor }
}

test.group('Mentions and followers (R325)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a name after @ is known by the whole, the first name if it is clear, folded, and never inside an address', ({ assert }) => {
    const agents = [
      { id: 1, name: 'Jana Malá', email: 'jana.m@shop.test' },
      { id: 2, name: 'Petr Horák', email: 'petr@shop.test' },
      { id: 3, name: 'Petr Novák', email: 'pn@shop.test' },
    ]
    const teams = [{ id: 9, name: 'Reklamace', memberIds: [1, 3] }]
    const named = (text: string) => namedIn(text, agents, teams).sort()
    assert.deepEqual(named('@Jana Malá, mrkni'), [1])
    assert.deepEqual(named('(@jana mala) a @PN!'), [1, 3])
    assert.deepEqual(named('@jana.malá'), [1])
    assert.deepEqual(named('@Petr prosím'), [], 'a name that two have names nobody')
    assert.deepEqual(named('@Petr Novák prosím'), [3])
    assert.deepEqual(named('@reklamace'), [1, 3])
    assert.deepEqual(named('@Janata a jana@shop.test'), [])
  })

  test('who is named finds the ticket under Mentions, follows it and is told; naming oneself does nothing', async ({ assert }) => {
    const [jana, petr] = [await givenAgent({ name: 'Jana Malá' }), await givenAgent({ name: 'Petr Horák' })]
    const ticket = await givenTicket()
    await ticket.note({ text: '@Jana Malá a @Petr Horák, víte?' }, actor(petr))
    const mentions = async (reader: typeof jana) => (await listTickets({ reader, access: 'all', view: 'mentions' })).rows.map(({ id }) => id)
    assert.deepEqual(await mentions(jana), [ticket.id])
    assert.deepEqual(await mentions(petr), [])
    assert.lengthOf(await db.from('followers').where({ ticket_id: ticket.id, agent_id: jana.id }), 1)
    assert.equal(await eventCount('note:mentioned', ticket.id), 1)
    const count = async () => (await viewCounts(jana, 'all')).find(({ key }) => key === 'mentions')!.count
    assert.equal(await count(), 1)
    const { markRead } = await import('#tickets/reading')
    await markRead(jana.id, ticket.id, { messageId: 1, noteId: 999_999 })
    assert.equal(await count(), 0)
    assert.deepEqual(await mentions(jana), [ticket.id], 'seen, and still there')
  })

  test('a note that changes tells the new ones only; one that is gone names nobody', async ({ assert }) => {
    const [jana, petr] = [await givenAgent({ name: 'Jana Malá' }), await givenAgent({ name: 'Petr Horák' })]
    const ticket = await givenTicket()
    const note = await ticket.note({ text: '@Jana Malá' }, by)
    await note.edit('@Jana Malá a @Petr Horák', by)
    assert.equal(await eventCount('note:mentioned', ticket.id), 2)
    await note.edit('jen @Petr Horák', by)
    assert.deepEqual((await db.from('mentions')).map((row) => row.agent_id), [petr.id])
    await note.remove(by)
    assert.lengthOf(await db.from('mentions'), 0)
    assert.isAbove(jana.id, 0)
  })

  test('a reply mentions nobody, whatever it says', async ({ assert }) => {
    await givenAgent({ name: 'Jana Malá' })
    const ticket = await givenTicket()
    await ticket.reply({ text: '@Jana Malá' }, by)
    assert.lengthOf(await db.from('mentions'), 0)
  })

  test('of one who is away the page says who covers; the substitute finds it too, and follows nothing (B9, case 49)', async ({ assert }) => {
    const [petr, jana] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' })]
    await givenAbsence(petr, [to(jana)])
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    assert.match((await visitor.open(`/tickets/${ticket.id}?compose=note`)).text, /Petr Horák\s*<small>away, Jana Malá covers/)
    await visitor.send(`/tickets/${ticket.id}/notes`, { text: '@Petr Horák, co s tím?' })
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'away now, Jana Malá will be told too')
    await drain()
    const mentioned = await db.from('mentions').orderBy('agent_id')
    assert.sameMembers(mentioned.map((row) => row.agent_id), [petr.id, jana.id])
    assert.deepEqual((await db.from('followers')).map((row) => row.agent_id), [petr.id])
  })

  test('without JavaScript a colleague is named by a tick', async ({ assert }) => {
    const jana = await givenAgent({ name: 'Jana Malá' })
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    const page = await visitor.open(`/tickets/${ticket.id}?compose=note`)
    assert.match(page.text, new RegExp(`name="mention_ids\\[\\]" value="${jana.id}"`))
    await visitor.send(`/tickets/${ticket.id}/notes`, { 'text': 'Mrkni na to', 'mention_ids[]': String(jana.id) })
    assert.lengthOf(await db.from('mentions').where('agent_id', jana.id), 1)
  })

  test('one follows and stops following by hand, told once', async ({ assert }) => {
    const { agent, visitor } = await atWork()
    const ticket = await givenTicket()
    await visitor.send(`/tickets/${ticket.id}/following`)
    await follow(ticket, agent.id, by)
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'You follow')
    await visitor.send(`/tickets/${ticket.id}/following`, {}, 'DELETE')
    await unfollow(ticket, agent.id, by)
    assert.deepEqual([await eventCount('ticket:followed', ticket.id), await eventCount('ticket:unfollowed', ticket.id)], [1, 1])
  })
})

test.group('Snooze (M013)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))

  test('until an answer: no clock wakes it, the customer does', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.snooze(null, by, 'čeká na fotku')
    moveClock(now().plus({ years: 3 }))
    await wakeSnoozed()
    assert.containsSubset(await fresh(ticket), { status: 'snoozed', snoozeNote: 'čeká na fotku' })
    assert.equal((await fresh(ticket)).snoozedUntil!.toMillis(), UNTIL_ANSWER.toMillis())
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: { kind: 'customer', id: ticket.customerId } })
    assert.containsSubset(await fresh(ticket), { status: 'open', snoozeNote: 'čeká na fotku' })
  })

  test('the reason is shown while it sleeps and when it wakes, and goes with the end of the matter', async ({ assert }) => {
    const { visitor } = await atWork()
    const ticket = await givenTicket()
    await visitor.send(`/tickets/${ticket.id}/snooze`, { until: 'tomorrow', note: 'Zboží přijde zítra' })
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'Sleeps: Zboží přijde zítra')
    moveClock(now().plus({ days: 2 }))
    await wakeSnoozed()
    moveClock(null)
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'Back from its snooze: Zboží přijde zítra')
    await (await fresh(ticket)).resolve(by)
    assert.isNull((await fresh(ticket)).snoozeNote)
  })
})

test.group('The same customer twice, and the drafts of who is away', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('a ticket says where else its customer waits, until somebody answers there (R309)', async ({ assert }) => {
    const { visitor } = await atWork()
    const customerId = await givenCustomer()
    const [first, second] = [await givenTicket({ customerId, subject: 'Kde je balík' }), await givenTicket({ customerId })]
    const page = async () => (await visitor.open(`/tickets/${second.id}`)).text
    assert.include(await page(), `also waits in #${first.id}`)
    await (await fresh(first)).reply({ text: 'Na cestě' }, by)
    assert.notInclude(await page(), 'also waits in')
  })

  test('a merged ticket’s address leads to where it went, and looks back on request', async ({ assert }) => {
    const { visitor } = await atWork()
    const [source, target] = [await givenTicket(), await givenTicket()]
    await visitor.open(`/tickets/${source.id}/merger/create?q=${target.id}`)
    const { location } = await visitor.send(`/tickets/${source.id}/merger`, { into: `#${target.id}` })
    assert.equal(location, `/tickets/${target.id}`)
    assert.equal((await visitor.open(`/tickets/${source.id}`)).location, `/tickets/${target.id}`)
    const stayed = await visitor.open(`/tickets/${source.id}?stay=1`)
    assert.include(stayed.text, `merged into #${target.id}`)
    assert.notInclude(stayed.text, 'id="composer"')
    await visitor.send(`/tickets/${source.id}/merger`, {}, 'DELETE')
    assert.equal((await visitor.open(`/tickets/${source.id}`)).status, 200)
  })

  test('the substitute reads and copies the owner’s draft, and cannot send or change it (substitution, case 26)', async ({ assert }) => {
    const owner = await givenAgent({ name: 'Petr Horák' })
    const { agent: acting, visitor } = await atWork()
    const { visitor: other } = await atWork()
    const ticket = await givenTicket({ ownerId: owner.id })
    await db.from('tickets').where('id', ticket.id).update({ acting_id: acting.id })
    const [upload] = await db.knexQuery().table('uploads').insert({ agent_id: owner.id, name: 'a.pdf', type: 'application/pdf', bytes: 3, sha256: 'ab', created_at: 1 }).returning('id')
    await Draft.keep({ ticketId: ticket.id, agentId: owner.id, kind: 'reply' }, { text: 'Rozepsáno Petrem', envelope: { uploadIds: [upload.id ?? upload] } })

    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'Rozepsáno Petrem')
    assert.notInclude((await other.open(`/tickets/${ticket.id}`)).text, 'Rozepsáno Petrem')
    assert.equal((await other.send(`/tickets/${ticket.id}/drafts/reply/copy`)).status, 404)

    await visitor.send(`/tickets/${ticket.id}/drafts/reply/copy`)
    const [mine, theirs] = [await Draft.of(ticket.id, acting.id), await Draft.of(ticket.id, owner.id)]
    assert.equal(mine.reply!.text, 'Rozepsáno Petrem')
    assert.equal(theirs.reply!.text, 'Rozepsáno Petrem')
    assert.lengthOf(mine.reply!.envelope!.uploadIds!, 1)
    assert.notDeepEqual(mine.reply!.envelope!.uploadIds, theirs.reply!.envelope!.uploadIds)
  })

  test('a team that acts in the owner’s place reads it too', async ({ assert }) => {
    const owner = await givenAgent()
    const { agent, visitor } = await atWork()
    const team = await givenTeam()
    await db.table('team_members').insert({ team_id: team, agent_id: agent.id })
    const ticket = await givenTicket({ ownerId: owner.id })
    await db.from('tickets').where('id', ticket.id).update({ acting_team_id: team })
    await Draft.keep({ ticketId: ticket.id, agentId: owner.id, kind: 'note' }, { text: 'Poznámka majitele' })
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'Poznámka majitele')
  })
})
