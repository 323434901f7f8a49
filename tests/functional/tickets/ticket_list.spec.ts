import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import testUtils from '@adonisjs/core/services/test_utils'
import { assign } from '#routing/assignment'
import { nowMs } from '#support/clock'
import { listTickets, neighbours, type ListRequest } from '#tickets/ticket_list'
import { givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket, words } from '#tests/given'
import { onSqlite, planOf, queriesOf } from '#tests/queries'

const by = { by: null }

test.group('Tickets | list', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('the first screen shows whom we owe an answer, the one who waits longest first (R045, R047)', async ({ assert }) => {
    const jana = await givenAgent({ name: 'Jana' })
    const first = await givenTicket({ ownerId: jana.id, subject: 'first' })
    const newsletter = await givenTicket({ ownerId: jana.id, category: 'newsletter' })
    const second = await givenTicket({ ownerId: jana.id, subject: 'second' })
    const nobodys = await givenTicket({ subject: 'nobodys' })
    await db.from('tickets').where('id', first.id).update({ waiting_since_at: 1000 })
    await db.from('tickets').where('id', second.id).update({ waiting_since_at: 2000 })

    assert.deepEqual(await shown({ reader: jana, view: 'mine' }), [first.id, second.id])
    assert.deepEqual(await shown({ reader: jana, view: 'unassigned' }), [nobodys.id])
    assert.deepEqual(await shown({ reader: jana, view: 'aside' }), [newsletter.id])
    assert.deepEqual(await shown({ reader: jana, view: 'waiting' }), [first.id, second.id, nobodys.id])
  })

  test('each ticket is in the view of its status', async ({ assert }) => {
    const reader = await givenAgent()
    for (const [view, change] of Object.entries({
      pending: { status: 'pending', pending_on: 'customer' },
      snoozed: { status: 'snoozed', snoozed_until: 5 },
      resolved: { status: 'resolved' },
      closed: { status: 'closed' },
      spam: { status: 'spam' },
    })) {
      const ticket = await givenTicket()
      await db.from('tickets').where('id', ticket.id).update(change)
      assert.deepEqual(await shown({ reader, view }), [ticket.id], view)
    }
    assert.lengthOf(await shown({ reader, view: 'all' }), 5)
    assert.lengthOf(await shown({ reader, view: 'waiting' }), 0)
  })

  test('a team sees what waits for the team; a colleague who takes it takes it out of there', async ({ assert }) => {
    const reader = await givenAgent()
    const team = await givenTeam()
    const ticket = await givenTicket({ teamId: team })
    assert.deepEqual(await shown({ reader, view: `team-${team}` }), [ticket.id])

    await assign(ticket, { ownerId: reader.id }, by)
    assert.deepEqual(await shown({ reader, view: `team-${team}` }), [])
    assert.deepEqual(await shown({ reader, view: 'mine' }), [ticket.id])
    assert.deepEqual(await shown({ reader, filters: { team } }), [ticket.id])
  })

  test('narrows by every filter, also together', async ({ assert }) => {
    const reader = await givenAgent()
    const petr = await givenAgent()
    const inbox = await givenInbox({ channel: 'whatsapp' })
    const customerId = await givenCustomer()
    const wanted = await givenTicket({ inbox, customerId, category: 'complaint', ownerId: petr.id })
    await wanted.tag({ add: ['Reklamace'] }, by)
    await wanted.prioritise('urgent', by)
    const other = await givenTicket()
    await db.from('tickets').where('id', other.id).update({ status: 'closed', updated_at: 10, created_at: 10 })

    const filters = {
      owner: petr.id,
      effective: petr.id,
      inbox: inbox.id,
      channel: 'whatsapp',
      customer: customerId,
      category: 'complaint',
      tag: 'rEKLAMACE',
      priority: 'urgent',
      updatedSince: 11,
      createdSince: 11,
      status: ['new', 'open'] as const,
    }
    for (const [name, value] of Object.entries(filters)) {
      for (const sort of ['newest', 'created', 'due'] as const) {
        assert.deepEqual(await shown({ reader, sort, filters: { [name]: value } }), [wanted.id], `${name}, ${sort}`)
      }
    }
    assert.deepEqual(await shown({ reader, filters }), [wanted.id])
    assert.deepEqual(await shown({ reader, filters: { owner: null } }), [other.id])
    assert.deepEqual(await shown({ reader, filters: { status: ['closed'] } }), [other.id])
    assert.deepEqual(await shown({ reader, filters: { tag: 'unknown' } }), [])
    assert.deepEqual(await shown({ reader, filters: { among: [other.id] } }), [other.id])
    assert.deepEqual(await shown({ reader, filters: { among: [] } }), [])
  })

  test('tells a new ticket from an open one', async ({ assert }) => {
    const reader = await givenAgent()
    const fresh = await givenTicket()
    const open = await givenTicket()
    await db.from('tickets').where('id', fresh.id).update({ status: 'new' })
    await db.from('tickets').where('id', open.id).update({ status: 'open' })
    assert.deepEqual(await shown({ reader, filters: { status: ['new'] } }), [fresh.id])
    assert.deepEqual(await shown({ reader, filters: { status: ['open'] } }), [open.id])
  })

  test('an agent limited to some inboxes sees nothing of the others, in no view and by no filter', async ({ assert }) => {
    const reader = await givenAgent({ restricted: 1 })
    const [ours, theirs] = [await givenInbox(), await givenInbox()]
    const seen = await givenTicket({ inbox: ours })
    const hidden = await givenTicket({ inbox: theirs, ownerId: reader.id })
    const access = [ours.id]

    for (const view of ['waiting', 'unassigned', 'all', `inbox-${ours.id}`]) assert.deepEqual(await shown({ reader, access, view }), [seen.id], view)
    for (const view of ['mine', `inbox-${theirs.id}`]) assert.deepEqual(await shown({ reader, access, view }), [], view)
    for (const filters of [{ owner: reader.id }, { customer: hidden.customerId }, { inbox: theirs.id }, { among: [hidden.id] }, { status: ['new', 'open'] as const, effective: reader.id }]) {
      for (const sort of ['newest', 'created', 'due'] as const) assert.deepEqual(await shown({ reader, access, sort, filters }), [], `${JSON.stringify(filters)}, ${sort}`)
    }
    assert.deepEqual(await shown({ reader, access: [], view: 'all' }), [])
  })

  test('a row says all that the list shows', async ({ assert }) => {
    const reader = await givenAgent()
    const petr = await givenAgent({ name: 'Petr' })
    const team = await givenTeam('Reklamace')
    const ticket = await givenTicket({ ownerId: petr.id, teamId: team, subject: 'Rozbitý hrnek' })
    await ticket.tag({ add: ['křehké', 'Hrnky'] }, by)
    await ticket.receive(words(ticket.inboxId, ticket.customerId), by)
    const [{ id: firstMessage }] = await db.from('messages').where('ticket_id', ticket.id).orderBy('id').select('id')
    await db.table('reads').insert({ agent_id: reader.id, ticket_id: ticket.id, last_message_id: firstMessage, read_at: nowMs() })
    await db.table('presences').multiInsert([
      { ticket_id: ticket.id, agent_id: petr.id, activity: 'writing', seen_at: nowMs() },
      { ticket_id: ticket.id, agent_id: reader.id, activity: 'viewing', seen_at: nowMs() },
    ])

    const { rows } = await listTickets({ reader, access: 'all' })
    const row = rows[0]!
    assert.lengthOf(rows, 1)
    assert.containsSubset(row, { id: ticket.id, subject: 'Rozbitý hrnek', ownerName: 'Petr', teamName: 'Reklamace', customerName: 'Anna Dvořáková', unreadCount: 1, stage: 'waiting', channel: 'email', messageCount: 2 })
    assert.equal(row.customerEmail, row.customerAddress)
    assert.deepEqual(row.tags.map(({ name }) => name), ['Hrnky', 'křehké'])
    assert.deepEqual(row.present, [{ agentId: petr.id, name: 'Petr', activity: 'writing' }])

    const [{ unreadCount, present }] = (await listTickets({ reader: petr, access: 'all' })).rows
    assert.equal(unreadCount, 2)
    assert.deepEqual(present.map(({ agentId }) => agentId), [reader.id])
  })

  test('a presence that went silent is not shown', async ({ assert }) => {
    const reader = await givenAgent()
    const petr = await givenAgent()
    const ticket = await givenTicket()
    await db.table('presences').insert({ ticket_id: ticket.id, agent_id: petr.id, activity: 'writing', seen_at: nowMs() - 31_000 })
    assert.deepEqual((await listTickets({ reader, access: 'all' })).rows[0]!.present, [])
  })
})

test.group('Tickets | list, page by page', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  for (const sort of ['newest', 'oldest', 'created'] as const) {
    test(`nothing is lost or shown twice while others come, go and change (${sort})`, async ({ assert }) => {
      const reader = await givenAgent()
      const ids = await givenMany(40, reader.id)
      // Half of them share one moment: only the id tells them apart.
      await db.from('tickets').whereIn('id', ids.slice(0, 20)).update({ updated_at: 77, created_at: 77, waiting_since_at: 77 })
      const moved: number[] = []
      const seen: number[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof listTickets>> = await listTickets({ reader, access: 'all', view: 'mine', sort, cursor, limit: 7 })
        seen.push(...page.rows.map(({ id }) => id))
        cursor = page.next
        const gone = ids.find((id) => !seen.includes(id) && !moved.includes(id))
        if (gone) {
          await db.from('tickets').where('id', gone).update({ status: 'closed', updated_at: nowMs() })
          moved.push(gone)
        }
        moved.push(...(await givenMany(1, reader.id)))
      } while (cursor)

      const steady = ids.filter((id) => !moved.includes(id))
      assert.sameMembers(seen.filter((id) => !moved.includes(id)), steady)
      assert.lengthOf(new Set(seen), seen.length)
    })
  }

  test('the ways on from a ticket are those of the list, also when it has just left the list', async ({ assert }) => {
    const reader = await givenAgent()
    await givenMany(5, reader.id)
    const list = { reader, access: 'all' as const, view: 'mine' }
    const order = await shown(list)

    assert.deepEqual(await neighbours(list, order[2]!), { previous: order[1], next: order[3] })
    assert.deepEqual(await neighbours(list, order[0]!), { previous: null, next: order[1] })
    assert.deepEqual(await neighbours(list, order[4]!), { previous: order[3], next: null })

    await db.from('tickets').where('id', order[2]!).update({ category: 'newsletter' })
    assert.deepEqual(await neighbours(list, order[2]!), { previous: order[1], next: order[3] })
    assert.deepEqual(await neighbours(list, 999_999), { previous: null, next: null })
  })

  test('a cursor that is not of this list is refused', async ({ assert }) => {
    const reader = await givenAgent()
    await givenMany(3, reader.id)
    const { next } = await listTickets({ reader, access: 'all', sort: 'created', limit: 1 })
    assert.isString(next)
    for (const cursor of [next!, 'x', Buffer.from('{}').toString('base64url'), Buffer.from('["updated_at","1; DROP TABLE tickets",1]').toString('base64url')]) {
      await assert.rejects(() => listTickets({ reader, access: 'all', sort: 'newest', cursor }), 'tickets.errors.bad_cursor')
    }
    await assert.rejects(() => listTickets({ reader, access: 'all', view: 'nonsense' }), 'tickets.errors.unknown_view')
  })
})

test.group('Tickets | list, what it costs', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  const views = ['mine', 'unassigned', 'waiting', 'pending', 'snoozed', 'aside', 'resolved', 'closed', 'spam', 'all', 'team-1', 'inbox-1']
  const filters: ListRequest['filters'][] = [{}, { status: ['open'] }, { status: ['new', 'open'] }, { status: ['open', 'closed'] }, { customer: 1 }, { owner: 1 }, { effective: 1 }, { team: 1 }, { inbox: 1 }, { category: 'complaint', priority: 'high', channel: 'email' }, { createdSince: 5, updatedSince: 5 }]

  test('every view, order and filter walks along an index: no table is scanned and nothing is sorted', async ({ assert }) => {
    const reader = await givenAgent()
    const offences: string[] = []
    for (const access of ['all', [1], [1, 2, 3]] as const) {
      for (const view of views) {
        for (const sort of ['newest', 'oldest', 'created'] as const) {
          for (const filter of view === 'all' || view === 'mine' ? filters : [{}]) {
            for (const cursor of [null, await cursorFor(sort, view, filter)]) {
              const request = { reader, access, view, sort, filters: filter, cursor }
              const [query] = await queriesOf(() => listTickets(request))
              for (const line of offencesIn(await planOf(query!), mayWalkAll(request))) offences.push(`${JSON.stringify({ ...request, reader: 1 })}\n    ${line}`)
            }
          }
        }
      }
    }
    assert.deepEqual(offences, [])
  }).timeout(120_000)

  test('three queries, whatever is on the page', async ({ assert }) => {
    const reader = await givenAgent()
    const ids = await givenMany(60, reader.id)
    for (const request of [{ view: 'mine' }, { view: 'all', limit: 50 }, { view: 'mine', filters: { tag: 'x' } }]) {
      assert.isAtMost((await queriesOf(() => listTickets({ reader, access: [1, 2], ...request }))).length, 3)
      assert.isAtMost((await queriesOf(() => listTickets({ reader, access: 'all', ...request }))).length, 3)
    }
    assert.lengthOf(await queriesOf(() => neighbours({ reader, access: 'all' }, ids[3]!)), 3)
  })
})

/** Lists that no index of their own serves: they walk the index of the whole order and skip. A page of them begins quickly, where most tickets are in them. */
function mayWalkAll({ view, sort, filters, access }: ListRequest) {
  if (sort === 'newest') return view === 'all' && access === 'all' && !filters?.status
  const finished = ['resolved', 'closed', 'spam'].includes(view!) || filters?.status?.includes('closed')
  const oneWholeStage = access === 'all' && !filters?.status
  return view === 'all' || Boolean(finished && !oneWholeStage)
}

/** Lines of a plan where a table that grows is read from end to end, or rows are put in order after they were read. */
function offencesIn(plan: string[], mayWalkAll: boolean) {
  if (onSqlite()) {
    const walkOfTheWholeOrder = /^(SCAN|SEARCH) tickets USING (COVERING )?INDEX tickets_(updated_at|created_at|due_from)_id_index/
    return plan.filter((line) => (walkOfTheWholeOrder.test(line) ? !mayWalkAll : /^SCAN (?!page$)/.test(line)) || /TEMP B-TREE/.test(line))
  }
  return plan.filter((line, at) => /Seq Scan on (tickets|messages|customers|addresses|reads)/.test(line) || (/->  (Incremental )?Sort/.test(line) && /tickets|place/.test(plan[at + 1]!)))
}

async function cursorFor(sort: 'newest' | 'oldest' | 'created', view: string, filter: ListRequest['filters']) {
  const column = sort === 'created' ? 'created_at' : sort === 'newest' ? 'updated_at' : !filter?.status && ['resolved', 'closed', 'spam'].includes(view) ? 'updated_at' : 'due_from'
  return Buffer.from(JSON.stringify([column, 1000, 5])).toString('base64url')
}

async function shown(request: Partial<ListRequest> & Pick<ListRequest, 'reader'>) {
  const { rows } = await listTickets({ access: 'all', ...request })
  return rows.map(({ id }) => id)
}

async function givenMany(count: number, ownerId: number) {
  const inbox = await givenInbox()
  const customerId = await givenCustomer()
  const rows = Array.from({ length: count }, (_, n) => ({
    subject: `n${n}`,
    status: 'open',
    inbox_id: inbox.id,
    channel: 'email',
    customer_id: customerId,
    owner_id: ownerId,
    waiting_since_at: 1000 + (n % 7),
    created_at: 1000 + (n % 5),
    updated_at: 1000 + (n % 3),
  }))
  const inserted = await db.knexQuery().table('tickets').insert(rows).returning('id')
  return inserted.map((row: any) => Number(row.id))
}
