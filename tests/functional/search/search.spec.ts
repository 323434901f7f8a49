import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import testUtils from '@adonisjs/core/services/test_utils'
import { findOrCreateCustomer } from '#customers/identity'
import { rebuildIndex } from '#search/rebuild'
import { search } from '#search/search_page'
import { dispatchEvents } from '#support/dispatcher'
import { nowMs } from '#support/clock'
import { openTicket } from '#tickets/open_ticket'
import { givenAgent, givenInbox, givenTicket, words } from '#tests/given'
import { planOf, onSqlite, queriesOf } from '#tests/queries'

const by = { by: null }
const anyone = { reader: { id: 0 }, access: 'all' as const }

test.group('Search', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('finds {0} by {1} (M022)')
    .with([
      ['příliš', 'prilis'],
      ['ľúbozvučný', 'lubozvucny'],
      ['ΝΙΚΟΣ', 'νικος'],
      ['Łódź', 'lodz'],
      ['płatność', 'platnosc'],
      ['Παραγγελία', 'παραγγελια'],
      ['Straße', 'strasse'],
      ['objednávka 2026-00123', '2026-00123'],
      ['objednávka 2026-00123', '00123'],
      ['reklamace', 'rekl'],
      ['jana@posta.cz', 'jana@posta.cz'],
    ])
    .run(async ({ assert }, [written, asked]) => {
      const ticket = await givenTicket({ text: `Dobrý den, ${written}, děkuji.` })
      await givenTicket({ text: 'Něco jiného.' })
      assert.deepEqual(await found(asked), [ticket.id])
    })

  test('finds by each operator, in every part', async ({ assert }) => {
    const petr = await givenAgent({ name: 'Petr Malý', email: 'petr@shop.test' })
    const inbox = await givenInbox({ name: 'Reklamace', address: 'vratky@shop.test' })
    const { id: customerId } = await findOrCreateCustomer({ kind: 'email', value: 'eva.mala@posta.test', name: 'Eva Zelená' }, by)
    const ticket = await openTicket({ inboxId: inbox.id, channel: 'email', customerId, subject: 'Prasklý hrnek' }, by)
    await ticket.receive(words(inbox.id, customerId, { text: 'Přišel rozbitý.', fromName: 'Eva Zelená', fromAddress: 'eva.mala@posta.test', to: [{ address: 'vratky@shop.test', name: 'Vrátky' }], receivedAt: nowMs() }), by)
    await ticket.tag({ add: ['Křehké zboží'] }, by)
    const { assign } = await import('#routing/assignment')
    await assign(ticket, { ownerId: petr.id }, by)
    await db.from('messages').where('ticket_id', ticket.id).update({ created_at: Date.UTC(2026, 10, 5), received_at: Date.UTC(2026, 10, 5) })
    const other = await givenTicket({ text: 'hrnek eva zelená' })

    for (const text of ['from:zelena', 'from:eva.mala@posta.test', 'to:vratky', 'subject:hrnek', 'subject:"praskly hrnek"', 'tag:"krehke zbozi"', 'owner:petr', 'owner:maly', 'owner:petr@shop', 'in:reklamace', 'in:vratky', 'after:2026-11-05 before:2026-11-06 rozbity', 'hrnek rozbity', 'owner:petr status:open hrnek']) {
      assert.deepEqual(await found(text), [ticket.id], text)
    }
    assert.deepEqual(await found('owner:none'), [other.id])
    assert.deepEqual(await found('owner:me', { reader: petr, access: 'all' }), [ticket.id])
    for (const text of ['subject:rozbity', 'from:hrnek', 'owner:nikdo', 'tag:nic', 'in:nikde', 'status:closed hrnek', 'rozbity before:2026-11-05', 'rozbity after:2026-11-06', 'has:attachment', '"hrnek praskly"', 'hrnek slon']) assert.deepEqual(await found(text), [], text)
    await db.from('tickets').where('id', ticket.id).update({ attachment_count: 1 })
    assert.deepEqual(await found('has:attachment rozbity'), [ticket.id])
    assert.deepEqual(await found('has:attachment'), [ticket.id])
  })

  test('shows tickets once, the newest hit first, with where it was found', async ({ assert }) => {
    const first = await givenTicket({ text: 'Kde je <b>konvice</b>?', subject: 'Dotaz' })
    const second = await givenTicket({ text: 'Konvice teče' })
    await first.receive(words(first.inboxId, first.customerId, { text: 'Ta konvice ještě nedorazila' }), by)

    const page = await searched('konvice')
    assert.deepEqual(page.results.map(({ ticketId }) => ticketId), [first.id, second.id])
    assert.lengthOf(page.results[0]!.hits, 2)
    assert.deepEqual(page.results[0]!.hits[1]!.snippet.filter(({ hit }) => hit), [{ text: 'konvice', hit: true }])
    assert.equal(page.results[0]!.hits[1]!.snippet.map(({ text }) => text).join(''), 'Kde je <b>konvice</b>?')
  })

  test('page by page each ticket once, also when it has hits on several', async ({ assert }) => {
    const tickets = []
    for (let n = 0; n < 7; n++) tickets.push(await givenTicket({ text: 'hledané slovo' }))
    for (const ticket of tickets) await ticket.receive(words(ticket.inboxId, ticket.customerId, { text: 'znovu hledané' }), by)
    await indexed()

    const seen: number[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof search>> = await search('hledané', anyone, { limit: 3, cursor })
      seen.push(...page.results.map(({ ticketId }) => ticketId))
      cursor = page.next
    } while (cursor)
    assert.deepEqual(seen, tickets.map(({ id }) => id).reverse())
  })

  test('an internal note is found, and says that it is one; changed and deleted notes follow', async ({ assert }) => {
    const agent = await givenAgent({ name: 'Petr' })
    const ticket = await givenTicket()
    const note = await ticket.note({ text: 'Pozor, podvodník' }, { by: { kind: 'agent', id: agent.id } })
    const [result] = (await searched('podvodnik')).results
    assert.containsSubset(result!.hits[0], { kind: 'note', id: note.id, from: 'Petr' })

    await note.edit('Pozor, dobrák', { by: { kind: 'agent', id: agent.id } })
    assert.deepEqual([await found('podvodnik'), await found('dobrak')], [[], [ticket.id]])
    await note.remove({ by: { kind: 'agent', id: agent.id } })
    assert.deepEqual(await found('dobrak'), [])
  })

  test('a new subject and a new name are found at once, the old ones no more', async ({ assert }) => {
    const ticket = await givenTicket({ subject: 'Starý předmět' })
    assert.deepEqual(await found('subject:stary'), [ticket.id])
    await ticket.rename('Nový předmět', by)
    assert.deepEqual([await found('subject:stary'), await found('subject:novy')], [[], [ticket.id]])
  })

  test('finds customers by name and address, and a ticket by its number', async ({ assert }) => {
    const { id } = await findOrCreateCustomer({ kind: 'email', value: 'zdenka@posta.test', name: 'Zdeňka Řehořová' }, by)
    const ticket = await givenTicket({ customerId: id })
    for (const text of ['rehorova', 'zdenka@posta.test', 'zden reh']) assert.deepEqual((await searched(text)).customers.map((customer) => customer.id), [id], text)
    assert.lengthOf((await searched('hrnek')).customers, 0)
    assert.equal((await searched(`#${ticket.id}`)).numbered!.id, ticket.id)
    assert.equal((await searched(`${ticket.id}`)).numbered!.id, ticket.id)
    assert.isNull((await searched('#999999')).numbered)
  })

  test('an agent limited to some inboxes finds nothing of the others: no message, note, customer or number', async ({ assert }) => {
    const [ours, theirs] = [await givenInbox(), await givenInbox()]
    const { id } = await findOrCreateCustomer({ kind: 'email', value: 'tajna@posta.test', name: 'Tajná Osoba' }, by)
    const hidden = await givenTicket({ inbox: theirs, customerId: id, text: 'utajené slovo' })
    await hidden.note({ text: 'utajená poznámka' }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    const seen = await givenTicket({ inbox: ours, text: 'utajené taky' })
    const limited = { reader: { id: 0 }, access: [ours.id] }

    assert.deepEqual(await found('utajene', limited), [seen.id])
    for (const text of ['poznamka', 'tajna', `#${hidden.id}`, `in:${theirs.name}`]) {
      const page = await searched(text, limited)
      assert.deepEqual([page.results.map(({ ticketId }) => ticketId).filter((ticketId) => ticketId === hidden.id), page.customers, page.numbered], [[], [], null], text)
    }
    assert.deepEqual(await found('utajene', { reader: { id: 0 }, access: [] }), [])
  })

  test('indexing twice changes nothing, and rebuilding brings the same', async ({ assert }) => {
    const ticket = await givenTicket({ text: 'jedinečné' })
    await ticket.note({ text: 'vnitřní' }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    await indexed()
    const before = await db.from('search_documents').count('* as total')
    await db.from('events').update({ dispatched_at: null })
    await indexed()
    assert.deepEqual(await db.from('search_documents').count('* as total'), before)

    const done = await rebuildIndex()
    assert.containsSubset(done, { tickets: 1, messages: 1, notes: 1, customers: 1 })
    assert.deepEqual(await db.from('search_documents').count('* as total'), before)
    assert.deepEqual([await found('jedinecne'), await found('vnitrni'), (await search('dvorakova', anyone)).customers.length], [[ticket.id], [ticket.id], 1])
  })

  test('no input can break it', async ({ assert }) => {
    const ticket = await givenTicket({ text: 'hrnek' })
    await indexed()
    const nasty = [
      '"', '""', "'", "''", '\\', '\\"', '*', '**', 'hrn*', '^hrnek', 'hrnek^', '+hrnek', '-hrnek', 'NOT', 'AND', 'OR', 'NEAR', 'NEAR(a b, 2)', 'hrnek AND', 'OR hrnek', 'a AND OR b', '(', ')', '((', 'hrnek)', '{subject}: x', 'body:hrnek', 'search_words:x', 'rowid:1', 'subject : hrnek',
      ':', '::', ':*', "'a':*B", 'a & b', 'a | b', '!a', 'a <-> b', '<->', '&', '|', '!', "'; DROP TABLE tickets; --", '%', '_', '?', '??', '$1', ':name', '@x', '#', '# 5', '#-1', '0', '00000000', '9'.repeat(40), '\u0000', 'a\u0000b', '\uD800', 'x\uDC00y', '\uFEFF', '\u202E', '🙂', '👩‍👩‍👧', 'İıſK', '½', 'ﬃ', '漢字', 'ไทย', 'हिन्दी', 'عربى', 'a'.repeat(5000), 'a '.repeat(3000), '"a '.repeat(500), 'from:'.repeat(200), 'before:0000-00-00', 'before:99999-01-01', 'after:-1', 'tag:"', 'tag:*', 'owner:%', 'in:"(', 'status:', 'has:', '\n\t\r', '</b><script>', '{{ 1 }}', '${x}',
    ]
    for (const text of [...nasty, ...nasty.map((part) => `hrnek ${part} from:${part} tag:${part} "${part}`), ...fuzz(300, nasty)]) {
      try {
        await search(text, anyone)
        await search(text, { reader: { id: 1 }, access: [1, 2] }, { cursor: text, limit: 3 })
      } catch (error) {
        assert.fail(`${JSON.stringify(text.slice(0, 200))}: ${(error as Error).message.slice(-300)}`)
      }
    }
    assert.deepEqual(await found('"hrnek'), [ticket.id])
  }).timeout(60_000)

  test('texts that an index could choke on are kept', async ({ assert }) => {
    const ticket = await givenTicket({ text: `${'x'.repeat(5000)} \u0007 '":*&|!<-> \\ hrnek ${'ž'.repeat(200_000)}` })
    await ticket.receive(words(ticket.inboxId, ticket.customerId, { text: Array.from({ length: 40_000 }, (_, n) => `w${n}`).join(' '), fromName: `O'Brien "\\" :*` }), by)
    assert.deepEqual(await found('hrnek'), [ticket.id])
    assert.deepEqual(await found("from:o'brien w77"), [ticket.id])
  })

  test('looks words up in the index and tickets by their ids', async ({ assert }) => {
    await givenTicket({ text: 'hrnek' })
    await indexed()
    for (const text of ['hrnek status:open', 'hrnek', 'status:new']) {
      const queries = (await queriesOf(() => search(text, { reader: { id: 1 }, access: [1] }))).filter(({ sql }) => /search_/.test(sql))
      for (const query of queries) {
        const plan = (await planOf(query)).join('\n')
        assert.notMatch(plan, onSqlite() ? /SCAN (?!search_\w+ VIRTUAL TABLE|search_documents$|found)|TEMP B-TREE/m : /Seq Scan on (tickets|search_documents|messages)/, `${text}\n${query.sql}`)
      }
    }
  })

  test('a page of results costs the same number of queries, whatever is on it', async ({ assert }) => {
    for (let n = 0; n < 12; n++) await givenTicket({ text: 'hrnek' })
    await indexed()
    const count = async (limit: number) => (await queriesOf(() => search('hrnek', anyone, { limit }))).length
    assert.equal(await count(12), await count(2))
    assert.isAtMost(await count(12), 6)
  })
})

async function indexed() {
  while (await dispatchEvents()) {
    // Until all that happened has been told.
  }
}

async function searched(text: string, searcher: Parameters<typeof search>[1] = anyone) {
  await indexed()
  return search(text, searcher)
}

async function found(text: string, searcher?: Parameters<typeof search>[1]) {
  return (await searched(text, searcher)).results.map(({ ticketId }) => ticketId)
}

/** Pieces of what hurts, thrown together; the same ones at each run. */
function* fuzz(count: number, pieces: readonly string[]) {
  let seed = 42
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below
  for (let n = 0; n < count; n++) yield Array.from({ length: 1 + next(6) }, () => pieces[next(pieces.length)]!.slice(0, 40)).join(next(2) ? ' ' : '')
}
