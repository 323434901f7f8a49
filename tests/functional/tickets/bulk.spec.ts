import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type Agent from '#people/agent'
import { assign } from '#routing/assignment'
import { doInBulk, MOST_AT_ONCE, MOST_MERGED, previewBulk, type BulkChange } from '#routing/bulk'
import { moveClock, now } from '#support/clock'
import { act, sweepActs, takeBackAct } from '#tickets/act'
import { mergeTickets, unmergeTicket } from '#tickets/merging'
import { forgetDirectory } from '#tickets/pages/directory'
import { api, givenToken } from '#tests/api'
import { eventCount } from '#tests/events'
import { fresh, givenAgent, givenInbox, givenTicket } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'correct horse battery'
const actor = (agent: Agent) => ({ kind: 'agent' as const, id: agent.id })
const everywhere = { assign, mayChange: async () => true }

test.group('Acts | the way back (screens.md §1)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('an act gives back exactly what was, and says so in the history', async ({ assert }) => {
    const jana = await givenAgent()
    const ticket = await givenTicket()
    await ticket.snooze(now().plus({ days: 2 }), { by: null }, 'čeká na zboží')
    const before = await db.from('tickets').where('id', ticket.id).firstOrFail()
    const id = (await act('resolve', actor(jana), ticket.id, () => ticket.resolve({ by: actor(jana) })))!
    assert.deepEqual(await takeBackAct(id, actor(jana), everywhere), { ticketIds: [ticket.id], changed: 1 })

    const after = await db.from('tickets').where('id', ticket.id).firstOrFail()
    for (const column of ['status', 'snoozed_until', 'snooze_note', 'resolved_at', 'waiting_since_at']) assert.equal(after[column], before[column], column)
    assert.equal(await eventCount('ticket:undone', ticket.id), 1)
  })

  test('owner, team and tags come back too', async ({ assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket({ ownerId: petr.id })
    await ticket.tag({ add: ['a', 'b'] }, { by: null })
    const id = (await act('many', actor(jana), ticket.id, async () => {
      await assign(ticket, { ownerId: jana.id }, { by: actor(jana) })
      await ticket.tag({ add: ['c'], remove: ['a'] }, { by: actor(jana) })
    }))!
    await takeBackAct(id, actor(jana), everywhere)
    assert.equal((await fresh(ticket)).ownerId, petr.id)
    const tags = await db.from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').where('ticket_id', ticket.id).orderBy('name')
    assert.deepEqual(tags.map(({ name }) => name), ['a', 'b'])
  })

  test('only its agent may, once, and within ten seconds', async ({ assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    const id = (await act('resolve', actor(jana), ticket.id, () => ticket.resolve({ by: actor(jana) })))!
    await assert.rejects(() => takeBackAct(id, actor(petr), everywhere), 'errors.404.text')
    moveClock(now().plus({ seconds: 60 }))
    await assert.rejects(() => takeBackAct(id, actor(jana), everywhere), 'together.errors.undo_late')
    moveClock(null)
    await takeBackAct(id, actor(jana), everywhere)
    await assert.rejects(() => takeBackAct(id, actor(jana), everywhere), 'together.errors.undone_already')
  })

  test('what somebody changed since is left alone', async ({ assert }) => {
    const jana = await givenAgent()
    const ticket = await givenTicket()
    const id = (await act('resolve', actor(jana), ticket.id, () => ticket.resolve({ by: actor(jana) })))!
    await (await fresh(ticket)).close({ by: null })
    assert.equal((await takeBackAct(id, actor(jana), everywhere)).changed, 0)
    assert.equal((await fresh(ticket)).status, 'closed')
  })

  test('acts are forgotten after a day', async ({ assert }) => {
    const jana = await givenAgent()
    const ticket = await givenTicket()
    await act('resolve', actor(jana), ticket.id, () => ticket.resolve({ by: actor(jana) }))
    moveClock(now().plus({ days: 2 }))
    await sweepActs()
    assert.lengthOf(await db.from('acts'), 0)
    assert.lengthOf(await db.from('act_items'), 0)
  })
})

test.group('Bulk changes (M018)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))

  test('the preview tells who changes, who is so already, and who cannot; and changes nothing', async ({ assert }) => {
    const jana = await givenAgent()
    const [open, done, merged, target] = [await givenTicket(), await givenTicket(), await givenTicket(), await givenTicket()]
    await done.resolve({ by: null })
    await mergeTickets(merged.id, target.id, { by: null })
    const { will, already, refused } = await previewBulk([open.id, done.id, merged.id, 987_654], { act: 'resolve' }, jana)
    assert.deepEqual([will.map(({ id }) => id), already.map(({ id }) => id), refused], [[open.id], [done.id], 2])
    assert.equal((await fresh(open)).status, 'new')
  })

  test('each act does to many what it does to one, and all of it is taken back at once', async ({ assert }) => {
    const jana = await givenAgent()
    const changes: BulkChange[] = [
      { act: 'take' },
      { act: 'assign', ownerId: jana.id },
      { act: 'resolve' },
      { act: 'close' },
      { act: 'spam' },
      { act: 'pending', on: 'third_party' },
      { act: 'snooze', until: now().plus({ days: 1 }) },
      { act: 'tag', names: ['vratka'] },
      { act: 'priority', priority: 'high' },
    ]
    for (const change of changes) {
      const tickets = [await givenTicket(), await givenTicket()]
      const stood = async () => {
        const rows = await db.from('tickets').whereIn('id', tickets.map(({ id }) => id)).orderBy('id').select('status', 'pending_on', 'snoozed_until', 'owner_id', 'priority', 'waiting_since_at')
        return JSON.stringify([rows, await db.from('ticket_tags').whereIn('ticket_id', tickets.map(({ id }) => id))])
      }
      const before = await stood()
      const { actId, changed } = await doInBulk(tickets.map(({ id }) => id), change, jana, actor(jana))
      assert.equal(changed, 2, change.act)
      assert.notEqual(await stood(), before, change.act)
      assert.equal((await takeBackAct(actId, actor(jana), everywhere)).changed, 2, change.act)
      assert.equal(await stood(), before, change.act)
    }
  })

  test('it has one entry in the audit, and the histories name it', async ({ assert }) => {
    const jana = await givenAgent()
    const tickets = [await givenTicket(), await givenTicket(), await givenTicket()]
    const { actId } = await doInBulk(tickets.map(({ id }) => id), { act: 'resolve' }, jana, actor(jana))
    const [entry, ...more] = await db.from('events').where('name', 'act:done')
    assert.lengthOf(more, 0)
    assert.include(JSON.parse(entry.payload), { actId, act: 'resolve', changed: 3, asked: 3 })
    const causes = await db.from('events').where('name', 'ticket:resolved').select('because')
    assert.deepEqual(causes.map(({ because }) => because), Array(3).fill(`bulk:${actId}`))
  })

  test('tickets of a mailbox that is not the agent’s are not touched, and more than five hundred are refused', async ({ assert }) => {
    const outsider = await givenAgent({ restricted: 1 })
    const ticket = await givenTicket()
    assert.equal((await doInBulk([ticket.id], { act: 'resolve' }, outsider, actor(outsider))).changed, 0)
    await assert.rejects(() => doInBulk(Array.from({ length: MOST_AT_ONCE + 1 }, (_, at) => at + 1), { act: 'resolve' }, outsider, actor(outsider)), 'together.errors.too_many')
  })

  test('without JavaScript: ticked, seen, done, undone; and all of a list, not only its page', async ({ assert }) => {
    const agent = await givenAgent({ language: 'en', password: await hash.make(PASSWORD) })
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/views/waiting')
    const inbox = await givenInbox()
    const tickets = [await givenTicket({ inbox }), await givenTicket({ inbox }), await givenTicket({ inbox })]
    const page = await visitor.open(`/bulk-changes/create?act=resolve&ticket_ids[]=${tickets[0]!.id}&ticket_ids[]=${tickets[1]!.id}`)
    assert.include(page.text, '2 tickets will be resolved')
    assert.equal((await fresh(tickets[0]!)).status, 'new')

    await visitor.send('/bulk-changes', { 'act': 'resolve', 'ticket_ids[]': tickets.slice(0, 2).map(({ id }) => String(id)), 'back': '/views/waiting' })
    assert.equal((await fresh(tickets[1]!)).status, 'resolved')
    const after = await visitor.open('/views/waiting')
    const [, undo] = /action="(\/acts\/\d+)\?_method=DELETE"/.exec(after.text) ?? []
    await visitor.send(undo!, {}, 'DELETE')
    assert.equal((await fresh(tickets[1]!)).status, 'new')

    const all = await visitor.open(`/bulk-changes/create?act=tag&tag=vratka&all_of=${encodeURIComponent(`view=waiting&inbox=${inbox.id}`)}`)
    assert.include(all.text, '3 tickets will be tagged vratka')
  })
})

test.group('Bulk | many become one (M021)', (group) => {
  let hashed: string
  group.setup(async () => void (hashed = await hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  const world = async () => {
    const jana = await givenAgent({ password: hashed })
    const inbox = await givenInbox()
    const tickets = [await givenTicket({ inbox, subject: 'První' }), await givenTicket({ inbox, subject: 'Druhý' }), await givenTicket({ inbox, subject: 'Třetí' })]
    return { jana, inbox, tickets, ids: tickets.map(({ id }) => id) }
  }
  const into = async (ids: readonly number[]) => (await db.from('tickets').whereIn('id', [...ids]).orderBy('id').select('merged_into_id')).map((row) => row.merged_into_id)
  const messagesOf = async (id: number) => Number((await db.from('messages').where('ticket_id', id).count('* as total').first()).total)

  test('the oldest stays unless another is chosen; the whole comes back within ten seconds, and later each by itself', async ({ assert }) => {
    const { jana, ids } = await world()
    const preview = await previewBulk([...ids].reverse(), { act: 'merge' }, jana)
    assert.deepEqual([preview.into?.id, preview.will.map(({ id }) => id)], [ids[0], [ids[1], ids[2]]])

    await (await fresh({ id: ids[2]! })).resolve({ by: actor(jana) })
    const stood = await db.from('tickets').whereIn('id', ids).orderBy('id').select('status', 'waiting_since_at', 'resolved_at', 'message_count')
    const { actId, changed } = await doInBulk(ids, { act: 'merge', into: ids[2] }, jana, actor(jana))
    assert.equal(changed, 2)
    assert.deepEqual(await into(ids), [ids[2], ids[2], null])
    assert.equal(await messagesOf(ids[2]!), 3)
    assert.equal((await fresh({ id: ids[2]! })).status, 'open', 'customers waited in the others')
    assert.equal(await eventCount('ticket:merged_in', ids[2]!), 2)

    assert.equal((await takeBackAct(actId, actor(jana), everywhere)).changed, 2)
    assert.deepEqual(await into(ids), [null, null, null])
    assert.deepEqual(await db.from('tickets').whereIn('id', ids).orderBy('id').select('status', 'waiting_since_at', 'resolved_at', 'message_count'), stood)

    const again = await doInBulk(ids, { act: 'merge' }, jana, actor(jana))
    moveClock(now().plus({ hours: 3 }))
    await assert.rejects(() => takeBackAct(again.actId, actor(jana), everywhere), 'together.errors.undo_late')
    await unmergeTicket(ids[1]!, { by: actor(jana) })
    assert.deepEqual(await into(ids), [null, null, ids[0]])
  })

  test('what the agent may not see, side conversations and merged ones stay out; too many are refused in words', async ({ assert }) => {
    const { jana, ids } = await world()
    const restricted = await givenAgent({ restricted: 1 })
    const preview = await previewBulk(ids, { act: 'merge' }, restricted)
    assert.deepEqual([preview.will, preview.into, preview.refused], [[], undefined, 3])
    assert.equal((await doInBulk(ids, { act: 'merge' }, restricted, actor(restricted))).changed, 0)
    await assert.rejects(() => previewBulk(ids, { act: 'merge', into: 999_999 }, jana), 'together.errors.no_ticket')
    await mergeTickets(ids[1]!, ids[0]!, { by: null })
    assert.equal((await previewBulk(ids, { act: 'merge' }, jana)).refused, 1)
    const many = Array.from({ length: MOST_MERGED + 1 }, (_, at) => at + 1)
    await assert.rejects(() => previewBulk(many, { act: 'merge' }, jana), 'together.errors.too_many_merged')
  })

  test('on the page without scripts: what becomes of them, the choice of the one that stays, and the way back', async ({ assert }) => {
    const { jana, ids } = await world()
    const visitor = await signedIn(jana, PASSWORD)
    const query = ids.map((id) => `ticket_ids[]=${id}`).join('&')
    const { text } = await visitor.open(`/bulk-changes/create?act=merge&${query}`)
    assert.include(text, '3 tickets become one')
    assert.include(text, 'different customers')
    for (const id of ids) assert.include(text, `id="into-${id}"`)
    assert.include((await visitor.open(`/bulk-changes/create?act=merge&ticket_ids[]=${ids[0]}`)).text, 'Tick at least two tickets')

    const done = await visitor.send('/bulk-changes', { 'act': 'merge', 'into': String(ids[1]), 'ticket_ids[]': ids.map(String) })
    assert.equal(done.status, 303)
    assert.deepEqual(await into(ids), [ids[1], null, ids[1]])
    assert.include((await visitor.open('/views/all')).text, '2 tickets were merged into the one that stays.')
    const { id } = await db.from('acts').orderBy('id', 'desc').firstOrFail()
    await visitor.send(`/acts/${id}`, {}, 'DELETE')
    assert.deepEqual(await into(ids), [null, null, null])

    const viewer = await signedIn(await givenAgent({ role: 'viewer', password: hashed }), PASSWORD)
    assert.equal((await viewer.open(`/bulk-changes/create?act=merge&${query}`)).status, 403)
  })

  test('by the API, with a preview', async ({ assert, client }) => {
    const { jana, ids } = await world()
    const token = await givenToken({ agent: jana })
    const body = { ticket_numbers: ids.map(String), act: 'merge', into: String(ids[0]) }
    const preview = await api(client, token).post('/bulk-changes', { ...body, preview: true })
    assert.deepInclude(preview.body(), { act_id: null, will_change: [String(ids[1]), String(ids[2])] })
    assert.deepEqual(await into(ids), [null, null, null])
    assert.equal((await api(client, token).post('/bulk-changes', { ticket_numbers: body.ticket_numbers, act: 'merge' })).status(), 422)
    const done = await api(client, token).post('/bulk-changes', body)
    assert.equal(done.body().changed, 2)
    assert.deepEqual(await into(ids), [null, ids[0], ids[0]])
    assert.equal((await api(client, token).delete(`/acts/${done.body().act_id}`)).body().changed, 2)
  })
})
