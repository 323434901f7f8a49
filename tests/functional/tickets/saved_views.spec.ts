import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import SavedView, { findSavedView, type KeptFilters } from '#tickets/saved_view'
import { assign } from '#routing/assignment'
import { navigationOf } from '#tickets/navigation'
import { listTickets, type ListRequest } from '#tickets/ticket_list'
import { forgetDirectory } from '#tickets/pages/directory'
import { viewCounts } from '#tickets/views'
import { givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket } from '#tests/given'
import { onSqlite, planOf, queriesOf } from '#tests/queries'
import { signedIn } from '#tests/visitor'

const by = { by: null }
const shown = async (request: Omit<ListRequest, 'access'>) => (await listTickets({ access: 'all', ...request })).rows.map(({ id }) => id)

test.group('Saved views (M017)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('any filter of the API makes a view, and its count is that of its list', async ({ assert }) => {
    const [jana, petr] = [await givenAgent(), await givenAgent()]
    const inbox = await givenInbox({ channel: 'whatsapp' })
    const team = await givenTeam()
    const wanted = await givenTicket({ inbox, category: 'complaint', ownerId: jana.id, subject: 'Rozbitý hrnek' })
    await assign(wanted, { teamId: team }, by)
    await wanted.tag({ add: ['Křehké'] }, by)
    await wanted.prioritise('urgent', by)
    const other = await givenTicket({ ownerId: petr.id })
    await db.from('tickets').where('id', other.id).update({ status: 'pending', created_at: 10, updated_at: 10 })

    const filters: KeptFilters[] = [
      { status: 'new,open' },
      { owner: 'me' },
      { effective: 'me' },
      { owner: String(jana.id) },
      { team: String(team) },
      { inbox: String(inbox.id) },
      { channel: 'whatsapp' },
      { customer: String(wanted.customerId) },
      { category: 'complaint' },
      { tag: 'křehké' },
      { priority: 'urgent' },
      { updated_since: '2001-01-01T00:00:00Z' },
      { created_since: '2001-01-01T00:00:00Z' },
      { view: 'mine', tag: 'Krehke', sort: 'newest' },
    ]
    for (const kept of filters) {
      const view = await SavedView.save(jana, { name: JSON.stringify(kept).slice(0, 60), filters: kept }, by)
      assert.deepEqual(await shown({ reader: jana, view: view.key }), [wanted.id], JSON.stringify(kept))
      const count = (await viewCounts(jana, 'all')).find(({ key }) => key === view.key)!
      assert.equal(count.count, 1, JSON.stringify(kept))
    }
    const mine = await SavedView.save(jana, { name: 'x', filters: { owner: 'me' }, everybody: true }, by)
    assert.deepEqual(await shown({ reader: petr, view: mine.key }), [other.id], '`me` is whoever reads')
  })

  test('a search is a view too', async ({ assert }) => {
    const jana = await givenAgent()
    const { drain } = await import('#tests/drain')
    const ticket = await givenTicket({ subject: 'Kávovar nehřeje' })
    await givenTicket({ subject: 'Mlýnek' })
    await drain()
    const view = await SavedView.save(jana, { name: 'Kávovary', filters: { q: 'nehreje' } }, by)
    assert.deepEqual(await shown({ reader: jana, view: view.key }), [ticket.id])
    assert.isNull((await viewCounts(jana, 'all')).find(({ key }) => key === view.key)!.count)
  })

  test('who sees it: its maker, the team it is shared with, or everybody; and a list narrows it further', async ({ assert }) => {
    const [jana, member, stranger, supervisor] = [await givenAgent(), await givenAgent(), await givenAgent(), await givenAgent({ role: 'supervisor' })]
    const team = await givenTeam()
    await db.table('team_members').insert({ team_id: team, agent_id: member.id })
    const own = await SavedView.save(jana, { name: 'Vlastní', filters: { status: 'open' } }, by)
    const teams = await SavedView.save(jana, { name: 'Týmový', filters: { status: 'open' }, teamId: team }, by)
    const seenBy = async (reader: typeof jana) => Promise.all([own, teams].map(async ({ key }) => (await findSavedView(key, reader)) !== null))
    assert.deepEqual(await seenBy(jana), [true, true])
    assert.deepEqual(await seenBy(member), [false, true])
    assert.deepEqual(await seenBy(stranger), [false, false])
    assert.deepEqual(await seenBy(supervisor), [false, true])
    await assert.rejects(() => listTickets({ reader: stranger, access: 'all', view: own.key }), 'tickets.errors.unknown_view')

    const narrower = await SavedView.save(jana, { name: 'Užší', filters: { view: own.key, priority: 'high' } }, by)
    assert.deepEqual(narrower.kept, { status: 'open', priority: 'high' })
  })

  test('they are ordered by hand; the first nine have a digit', async ({ assert }) => {
    const jana = await givenAgent()
    const views = [await SavedView.save(jana, { name: 'a', filters: {} }, by), await SavedView.save(jana, { name: 'b', filters: {} }, by), await SavedView.save(jana, { name: 'c', filters: {} }, by)]
    await views[2]!.move(-1)
    const links = (await navigationOf(jana)).groups.find(({ key }) => key === 'saved')!.links
    assert.deepEqual(links.map(({ name, digit }) => `${name}${digit}`), ['a1', 'c2', 'b3'])
  })

  test('without JavaScript: the list one looks at is saved, renamed, shared and deleted', async ({ assert }) => {
    const agent = await givenAgent({ language: 'en', password: await hash.make('correct horse battery') })
    const visitor = await signedIn(agent, 'correct horse battery')
    await givenTicket({ subject: 'Rozbitý hrnek' })
    await visitor.open('/views/waiting?category=customer')
    const { location } = await visitor.send('/saved-views', { name: 'Zákazníci', view: 'waiting', sort: 'due', filters: 'category=customer' })
    const page = await visitor.open(location!)
    assert.include(page.text, '>Zákazníci</h1>')
    assert.include(page.text, 'Rozbitý hrnek')
    const id = location!.split('-')[1]
    await visitor.send(`/saved-views/${id}`, { name: 'Jinak', share: 'all' }, 'PATCH')
    assert.containsSubset(await db.from('saved_views').where('id', id!).firstOrFail(), { name: 'Jinak', everybody: 1 })
    await visitor.send(`/saved-views/${id}`, {}, 'DELETE')
    assert.lengthOf(await db.from('saved_views'), 0)
  })
})

test.group('Saved views | what they cost', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  const kept: KeptFilters[] = [{}, { status: 'open' }, { status: 'open,closed' }, { owner: 'me' }, { effective: 'me' }, { owner: 'none' }, { team: '1' }, { inbox: '1' }, { customer: '1' }, { channel: 'email', category: 'complaint', priority: 'high' }, { tag: 'vratka' }, { updated_since: '2020-01-01T00:00:00Z' }, { created_since: '2020-01-01T00:00:00Z' }, { view: 'mine', category: 'complaint' }, { view: 'team-1', priority: 'high' }, { view: 'waiting', owner: 'none' }, { view: 'mentions' }]

  test('every one is a walk along an index, page by page: nothing is scanned and nothing sorted', async ({ assert }) => {
    const reader = await givenAgent()
    const offences: string[] = []
    for (const access of ['all', [1]] as const) {
      for (const filters of kept) {
        for (const sort of ['newest', 'oldest', 'created'] as const) {
          const view = await SavedView.save(reader, { name: 'x', filters: { ...filters, sort } }, by)
          const column = await orderOf({ reader, access, view: view.key })
          const cursor = Buffer.from(JSON.stringify([column, 1000, 5])).toString('base64url')
          const [page] = (await queriesOf(() => listTickets({ reader, access, view: view.key, cursor }))).filter(({ sql }) => /page/.test(sql))
          for (const line of offencesIn(await planOf(page!))) offences.push(`${JSON.stringify({ ...filters, sort })} ${JSON.stringify(access)}\n    ${line}`)
          await db.from('saved_views').delete()
        }
      }
    }
    assert.deepEqual(offences, [])
  }).timeout(120_000)

  test('a count reads a bounded part of an index, and shows no number where that would not do', async ({ assert }) => {
    const reader = await givenAgent()
    const inbox = await givenInbox()
    const customerId = await givenCustomer()
    const row = (n: number) => ({ subject: '', status: 'open', category: n < 150 ? 'complaint' : 'customer', inbox_id: inbox.id, channel: 'email', customer_id: customerId, created_at: 1, updated_at: n })
    const rows = Array.from({ length: 2100 }, (_, n) => row(n))
    for (let at = 0; at < rows.length; at += 60) await db.table('tickets').multiInsert(rows.slice(at, at + 60))
    const many = await SavedView.save(reader, { name: 'a', filters: { view: 'waiting', channel: 'email' } }, by)
    const rare = await SavedView.save(reader, { name: 'b', filters: { view: 'waiting', priority: 'urgent' } }, by)
    const counts = await viewCounts(reader, 'all')
    const countOf = ({ key }: SavedView) => counts.find((one) => one.key === key)!.count
    assert.equal(countOf(many), 100)
    assert.isNull(countOf(rare), 'two thousand were looked at and the list goes on')
    assert.lengthOf(await queriesOf(() => viewCounts(reader, 'all')), 2)
  }).timeout(60_000)

  /** The column by which the list is ordered, from its own cursor. */
  async function orderOf(request: ListRequest): Promise<string> {
    const [query] = (await queriesOf(() => listTickets(request))).filter(({ sql }) => /page/.test(sql))
    return /(\w+) as place/.exec(query!.sql)![1]!
  }

  /** A table that grows is read from end to end, or rows are put in order after they were read. */
  function offencesIn(plan: string[]) {
    if (onSqlite()) return plan.filter((line) => (/^SCAN (?!page$)/.test(line) && !/^SCAN tickets USING (COVERING )?INDEX tickets_(updated_at|created_at|due_from)_id_index/.test(line)) || /TEMP B-TREE/.test(line))
    return plan.filter((line, at) => /Seq Scan on (tickets|messages|customers|addresses|reads)/.test(line) || (/->  (Incremental )?Sort/.test(line) && /tickets|place/.test(plan[at + 1]!)))
  }
})
