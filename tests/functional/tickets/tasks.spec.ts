import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { assign } from '#routing/assignment'
import { reconcile } from '#routing/coverage/reconcile'
import { moveClock, now } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { usePokeSink } from '#support/pokes'
import { forgetDirectory } from '#tickets/pages/directory'
import { tasksCoveredBy, tasksOf } from '#tickets/pages/tasks'
import Task, { tellDueTasks } from '#tickets/task'
import { drain } from '#tests/drain'
import { eventCount } from '#tests/events'
import { givenAbsence, to } from '../routing/given_absence.js'
import { fresh, givenAgent, givenTicket } from '#tests/given'
import { planOf, queriesOf } from '#tests/queries'
import { signedIn } from '#tests/visitor'

const by = { by: null }

test.group('Tasks (R070)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))
  group.each.teardown(() => usePokeSink(null))

  test('a task is added, changed, done, opened again and removed, each told once', async ({ assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    const task = await Task.add(ticket, { text: '  Zavolat  ', ownerId: jana.id, dueAt: now().plus({ hours: 1 }) }, by)
    assert.equal(task.text, 'Zavolat')
    await task.change({ ownerId: petr.id, text: 'Zavolat znovu' }, by)
    await task.change({ ownerId: petr.id, text: 'Zavolat znovu' }, by)
    await task.finish(by)
    await task.finish(by)
    await task.reopen(by)
    await task.remove(by)
    for (const name of ['task:added', 'task:changed', 'task:done', 'task:reopened', 'task:removed'] as const) assert.equal(await eventCount(name, ticket.id), 1, name)
  })

  test('it needs words and somebody who can do it', async ({ assert }) => {
    const viewer = await givenAgent({ role: 'viewer' })
    const jana = await givenAgent()
    const ticket = await givenTicket()
    await assert.rejects(() => Task.add(ticket, { text: ' ', ownerId: jana.id }, by), 'together.errors.empty_task')
    await assert.rejects(() => Task.add(ticket, { text: 'x', ownerId: viewer.id }, by), 'tickets.errors.no_agent')
  })

  test('when its time comes it is told once and pages look again; a new time is told anew', async ({ assert }) => {
    const jana = await givenAgent()
    const ticket = await givenTicket()
    const task = await Task.add(ticket, { text: 'Zavolat', ownerId: jana.id, dueAt: now().plus({ hours: 2 }) }, by)
    const poked: string[] = []
    usePokeSink((names) => poked.push(...names))

    await tellDueTasks()
    assert.equal(await eventCount('task:due', ticket.id), 0)
    moveClock(now().plus({ hours: 3 }))
    await tellDueTasks()
    await tellDueTasks()
    assert.equal(await eventCount('task:due', ticket.id), 1)
    assert.isTrue((await Task.findOrFail(task.id)).isOverdue)

    await (await Task.findOrFail(task.id)).change({ dueAt: now().plus({ hours: 1 }) }, by)
    moveClock(now().plus({ hours: 2 }))
    await tellDueTasks()
    assert.equal(await eventCount('task:due', ticket.id), 2)
    await (await Task.findOrFail(task.id)).finish(by)
    await tellDueTasks()
    assert.equal(await eventCount('task:due', ticket.id), 2)
  })

  test('my tasks: what is due first, page by page along an index', async ({ assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const ticket = await givenTicket()
    const add = (text: string, hours: number | null, ownerId = jana.id) => Task.add(ticket, { text, ownerId, dueAt: hours === null ? null : now().plus({ hours }) }, by)
    await add('někdy', null)
    await add('zítra', 24)
    await add('hned', 1)
    await add('cizí', 1, petr.id)
    const seen: string[] = []
    let after: { at: number; id: number } | null = null
    for (let page = 0; page < 3; page++) {
      const [row] = await tasksOf({ ownerId: jana.id, done: false, after, limit: 1 }, async () => {})
      seen.push(row!.text)
      after = { at: Number(row!.place), id: row!.id }
    }
    assert.deepEqual(seen, ['hned', 'zítra', 'někdy'])

    for (const wanted of [{ ownerId: jana.id, done: false }, { ownerId: jana.id, done: true }, { ownerId: null, done: false }]) {
      const [query] = await queriesOf(() => tasksOf({ ...wanted, after: { at: 5, id: 5 }, limit: 50 }, async () => {}))
      assert.deepEqual((await planOf(query!)).filter((line) => /^SCAN|TEMP B-TREE|Seq Scan on tasks|->  Sort/.test(line)), [], JSON.stringify(wanted))
    }
  })

  test('while somebody is away the substitute sees their tasks too; of one who left they go to whoever has the ticket', async ({ assert }) => {
    const [petr, jana, eva] = [await givenAgent(), await givenAgent(), await givenAgent()]
    const [covered, hers, nobodys] = [await givenTicket({ ownerId: petr.id }), await givenTicket({ ownerId: jana.id }), await givenTicket()]
    for (const ticket of [covered, hers, nobodys]) await Task.add(await fresh(ticket), { text: `Zavolat ${ticket.id}`, ownerId: petr.id }, by)
    await givenAbsence(petr, [to(eva)])
    await reconcile()
    assert.deepEqual((await tasksCoveredBy(eva.id)).map(({ ticketId }) => ticketId), [covered.id])
    assert.deepEqual(await tasksCoveredBy(jana.id), [])

    await db.from('agents').where('id', petr.id).update({ deactivated_at: 1 })
    await transaction(() => record('agent:deactivated', { agentId: petr.id }, by))
    await assign(await fresh(nobodys), { ownerId: eva.id }, by)
    await drain()
    const owners = async (ticket: { id: number }) => (await db.from('tasks').where('ticket_id', ticket.id).firstOrFail()).owner_id
    assert.deepEqual([await owners(hers), await owners(nobodys)], [jana.id, eva.id])
  })

  test('without JavaScript, with the time as it is in the agent’s zone', async ({ assert }) => {
    const agent = await givenAgent({ language: 'en', password: await hash.make('correct horse battery') })
    await db.from('agents').where('id', agent.id).update({ time_zone: 'Europe/Athens' })
    const visitor = await signedIn(agent, 'correct horse battery')
    const ticket = await givenTicket({ subject: 'Kávovar' })
    await visitor.open(`/tickets/${ticket.id}`)
    await visitor.send(`/tickets/${ticket.id}/tasks`, { task: 'Zavolat Anně', owner_id: String(agent.id), due: '2020-01-15T10:00' })
    const task = await Task.query().where('ticket_id', ticket.id).firstOrFail()
    assert.equal(task.dueAt!.toISO(), '2020-01-15T08:00:00.000Z')

    const mine = await visitor.open('/tasks')
    assert.include(mine.text, 'Zavolat Anně')
    assert.include(mine.text, 'was due')
    await visitor.send(`/tasks/${task.id}/completion`)
    assert.notInclude((await visitor.open('/tasks')).text, 'Zavolat Anně')
    assert.include((await visitor.open('/tasks?done=1')).text, 'Zavolat Anně')
    assert.equal((await fresh(ticket)).id, ticket.id)
  })
})
