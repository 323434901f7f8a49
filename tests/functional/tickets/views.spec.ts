import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import testUtils from '@adonisjs/core/services/test_utils'
import { MOST_COUNTED, viewCounts, viewOf } from '#tickets/views'
import { givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket } from '#tests/given'
import { onSqlite, planOf, queriesOf } from '#tests/queries'

test.group('Tickets | views', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('counts are exact while they fit (M017)', async ({ assert }) => {
    const jana = await givenAgent()
    const team = await givenTeam('Reklamace')
    await db.table('team_members').insert({ team_id: team, agent_id: jana.id })
    const inbox = await givenInbox({ name: 'info@' })
    for (let n = 0; n < 3; n++) await givenTicket({ inbox, ownerId: jana.id })
    await givenTicket({ inbox, teamId: team })
    await givenTicket({ inbox, category: 'newsletter' })

    const counts = Object.fromEntries((await viewCounts(jana, 'all')).map(({ key, count }) => [key, count]))
    assert.containsSubset(counts, { mine: 3, unassigned: 1, waiting: 4, aside: 1, pending: 0, snoozed: 0, closed: null, all: null, [`team-${team}`]: 1, [`inbox-${inbox.id}`]: 4 })
  })

  test('beyond that they say "so many or more" and read no further', async ({ assert }) => {
    const reader = await givenAgent()
    const inbox = await givenInbox()
    const customerId = await givenCustomer()
    const row = { subject: '', status: 'open', inbox_id: inbox.id, channel: 'email', customer_id: customerId, created_at: 1, updated_at: 1 }
    await db.table('tickets').multiInsert(Array.from({ length: 130 }, () => row))
    const waiting = (await viewCounts(reader, 'all')).find(({ key }) => key === 'waiting')
    assert.equal(waiting!.count, MOST_COUNTED)
  })

  test('an agent sees their own teams, a supervisor all of them; the inboxes are those one may see', async ({ assert }) => {
    const agent = await givenAgent()
    const supervisor = await givenAgent({ role: 'supervisor' })
    const [ours, theirs] = [await givenTeam('Naši'), await givenTeam('Jejich')]
    await db.table('team_members').insert({ team_id: ours, agent_id: agent.id })
    const [seen, hidden, gone] = [await givenInbox({ name: 'b' }), await givenInbox({ name: 'c' }), await givenInbox({ name: 'a' })]
    await db.from('inboxes').where('id', gone.id).update({ deleted_at: 1 })
    await givenTicket({ inbox: hidden })
    await givenTicket({ inbox: seen })

    const named = async (...args: Parameters<typeof viewCounts>) => (await viewCounts(...args)).filter(({ kind }) => kind === 'team' || kind === 'inbox')
    assert.deepEqual((await named(agent, [seen.id])).map(({ key }) => key), [`team-${ours}`, `inbox-${seen.id}`])
    assert.deepEqual((await named(supervisor, 'all')).map(({ key }) => key), [`team-${theirs}`, `team-${ours}`, `inbox-${seen.id}`, `inbox-${hidden.id}`])
    assert.equal((await viewCounts(agent, [seen.id])).find(({ key }) => key === 'waiting')!.count, 1)
    assert.equal((await viewCounts(agent, [])).find(({ key }) => key === 'waiting')!.count, 0)
  })

  test('two queries, each count along an index', async ({ assert }) => {
    const reader = await givenAgent({ role: 'admin' })
    await givenTeam()
    await givenInbox()
    for (const access of ['all', [1, 2]] as const) {
      const queries = await queriesOf(() => viewCounts(reader, access))
      assert.lengthOf(queries, 2)
      const plan = (await planOf(queries[1]!)).join('\n')
      assert.notMatch(plan, onSqlite() ? /SCAN tickets/ : /Seq Scan on tickets/)
    }
  })

  test('unknown names are no views', async ({ assert }) => {
    const reader = await givenAgent()
    for (const key of ['', 'team-', 'team-x', 'inbox-99999999999', '__proto__', 'constructor', 'mine ', 'team-1; drop']) assert.isNull(viewOf(key, reader))
  })
})
