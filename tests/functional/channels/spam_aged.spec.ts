import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { ingest, replay } from '#channels/inbound/gateway'
import type Inbox from '#channels/inbox'
import { checkNothingLost } from '#channels/nothing_lost'
import { opinionOn } from '#channels/spam/filter'
import { keepSpamFor, purgeAgedSpam } from '#channels/spam/aged'
import { moveClock } from '#support/clock'
import { contentPath, keepFile, keptBytes } from '#support/files'
import { forgetSettings } from '#support/settings'
import { transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { FakeChannel, type Came } from '#tests/fakes/fake_channel'
import { givenAgent, givenInbox } from '#tests/given'

const by = null
const spammer = { kind: 'email', value: 'akce@levne-pilulky.test' } as const
const inDays = (days: number) => moveClock(DateTime.utc().plus({ days }))

test.group('Spam | deleted when it is old (R068)', (group) => {
  const desk = { fake: null as unknown as FakeChannel, inbox: null as unknown as Inbox }
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    desk.fake = new FakeChannel('fake')
    const restore = desk.fake.install()
    desk.inbox = await givenInbox({ channel: 'fake', address: 'info@shop.test' })
    return restore
  })
  group.each.teardown(() => {
    moveClock(null)
    forgetSettings()
  })

  const came = async (values: Came = {}) => {
    const taken = await ingest(desk.inbox, desk.fake.raw(values), { via: 'api' })
    await drain()
    return taken
  }
  const spam = (values: Came = {}) => came({ from: spammer, subject: 'Výhra', text: `Zázračné pilulky ${Math.random()}`, spam: { verdict: 'spam', reasons: [] }, ...values })
  const ticketOf = ({ ticketId }: { ticketId: number | null }) => Ticket.find(ticketId)
  const item = (id: number) => db.from('incoming_items').where('id', id).firstOrFail()
  const sweep = async () => {
    await purgeAgedSpam()
    await drain()
  }

  test('after thirty days it is gone with its bytes and its words, and one line says so', async ({ assert }) => {
    const first = await spam({ files: [{ name: 'vyhra.txt', content: `jen tady ${Math.random()}` }] } as never)
    const second = await spam()
    const raw = (await item(first.incomingId)).raw_path
    const file = await db.from('attachments').where('message_id', first.messageId!).first()
    inDays(29)
    await sweep()
    assert.isNotNull(await ticketOf(first))
    inDays(31)
    await sweep()
    assert.isNull(await ticketOf(first))
    assert.isNull(await ticketOf(second))
    assert.isNull(await db.from('messages').where('id', first.messageId!).first())
    assert.lengthOf(await db.from('search_documents').where('ticket_id', first.ticketId!), 0)
    assert.isNull(await keptBytes(raw))
    if (file?.sha256) assert.isNull(await keptBytes(contentPath(file.sha256)))
    const [event] = await db.from('events').where('name', 'spam:purged')
    assert.deepEqual(JSON.parse(event.payload), { count: 2 })
  })

  test('the same mail is not taken again, and cannot be processed again; nothing counts as lost', async ({ assert }) => {
    const raw = desk.fake.raw({ from: spammer, spam: { verdict: 'spam', reasons: [] } })
    const { incomingId } = await ingest(desk.inbox, raw, { via: 'poll' })
    await drain()
    inDays(31)
    await sweep()
    assert.equal((await item(incomingId)).outcome, 'purged')
    assert.equal((await ingest(desk.inbox, raw, { via: 'poll' })).outcome, 'duplicate')
    await assert.rejects(() => replay(incomingId, { by }))
    const { checks } = await checkNothingLost()
    assert.deepEqual(checks.filter(({ broken }) => broken > 0), [])
  })

  test('never anything but spam: what was brought back, answered, noted or leant on stays', async ({ assert }) => {
    const agent = await givenAgent()
    const good = await came({ from: { kind: 'email', value: 'jana@posta.test' } })
    const back = await spam()
    await (await ticketOf(back))!.unmarkSpam({ by: agent })
    const noted = await spam()
    await (await ticketOf(noted))!.note({ text: 'Ten píše i jinam' }, { by: agent })
    const answered = await came({ from: { kind: 'email', value: 'petr@posta.test' } })
    await (await ticketOf(answered))!.reply({ text: 'Ano.' }, { by: agent })
    await drain()
    await (await ticketOf(answered))!.markSpam({ by: agent })
    const old = await spam({ from: { kind: 'email', value: 'jiny@levne-pilulky.test' } })
    inDays(40)
    await sweep()
    for (const kept of [good, back, noted, answered]) assert.isNotNull(await ticketOf(kept))
    assert.isNull(await ticketOf(old))
  })

  test('counts from the last change: what came in or was said of it lately stays', async ({ assert }) => {
    const lately = await spam()
    inDays(20)
    await (await ticketOf(lately))!.unmarkSpam({ by: await givenAgent() })
    await (await ticketOf(lately))!.markSpam({ by: await givenAgent() })
    await drain()
    inDays(40)
    await sweep()
    assert.isNotNull(await ticketOf(lately))
    inDays(51)
    await sweep()
    assert.isNull(await ticketOf(lately))
  })

  test('bytes that somebody else has too stay', async ({ assert }) => {
    const content = `společný soubor ${Math.random()}`
    const kept = await keepFile(Buffer.from(content))
    const mine = await spam()
    const good = await came({ from: { kind: 'email', value: 'jana@posta.test' } })
    const row = { name: 'a.txt', type: 'text/plain', bytes: content.length, sha256: kept.sha256, inline: 0, created_at: Date.now() }
    await db.table('attachments').multiInsert([{ ...row, message_id: mine.messageId }, { ...row, message_id: good.messageId }])
    inDays(31)
    await sweep()
    assert.isNull(await ticketOf(mine))
    assert.isNotNull(await keptBytes(kept.path))
  })

  test('the filter keeps what it has learned', async ({ assert }) => {
    const agent = await givenAgent()
    const offer = (number: number) => ({ from: spammer, subject: `Hubnutí ${number}`, text: `Zaručené zázračné pilulky na hubnutí, sleva, výhra, objednejte ihned ${number}` })
    const question = (number: number) => ({ from: { kind: 'email', value: `z${number}@posta.test` } as const, subject: `Dotaz ${number}`, text: `Dobrý den, kdy dorazí moje objednávka mlýnku na kávu, prosím do pátku ${number}` })
    for (let number = 1; number <= 6; number++) {
      await (await ticketOf(await came(offer(number))))!.markSpam({ by: agent })
      await (await ticketOf(await came(question(number))))!.reply({ text: 'Zítra.' }, { by: agent })
    }
    await drain()
    const opinion = () => transaction(() => opinionOn({ subject: 'Hubnutí', from: spammer.value, text: offer(9).text }))
    const before = await opinion()
    assert.equal(before?.verdict, 'spam')
    inDays(31)
    await sweep()
    assert.lengthOf(await db.from('spam_lessons').where('verdict', 'spam'), 0)
    assert.deepEqual(await opinion(), before)
  })

  test('whatever stays does not stand in the way of what is to go', async ({ assert }) => {
    const agent = await givenAgent()
    for (let number = 0; number < 30; number++) await (await ticketOf(await spam({ from: { kind: 'email', value: `s${number}@x.test` } })))!.note({ text: 'Pozor' }, { by: agent })
    const last = await spam({ from: { kind: 'email', value: 'posledni@x.test' } })
    inDays(31)
    await sweep()
    assert.isNull(await ticketOf(last))
  }).timeout(30_000)

  test('the admin says how long; 0 is never, less than a week is refused', async ({ assert, client }) => {
    const [admin, agent] = [await givenAgent({ role: 'admin' }), await givenAgent()]
    const put = (days: number, who = admin) => client.put('/admin/spam-retention').loginAs(who).withCsrfToken().form({ days }).redirects(0)
    ;(await put(0)).assertStatus(303)
    const old = await spam()
    inDays(4000)
    await sweep()
    assert.isNotNull(await ticketOf(old))
    await put(3)
    assert.equal((await db.from('settings').where('key', 'spam.days').firstOrFail()).value, '0')
    await put(60, agent)
    assert.equal((await db.from('settings').where('key', 'spam.days').firstOrFail()).value, '0')
    moveClock(null)
    ;(await client.get('/admin/senders').loginAs(admin)).assertTextIncludes('name="days"')
    ;(await client.get('/admin/senders').loginAs(agent)).assertTextIncludes('Spam is never deleted')
    await keepSpamFor(7, { by })
    inDays(8)
    await sweep()
    assert.isNull(await ticketOf(old))
    const audit = await client.get('/admin/audit?kind=settings').loginAs(admin)
    audit.assertTextIncludes('Deleted old spam: 1 tickets')
  })

  test('every table that hangs on a ticket or a message is thought of', async ({ assert }) => {
    const thought = new Set([
      ...['messages', 'notes', 'drafts', 'ticket_tags', 'reads', 'presences', 'followers', 'mentions', 'act_items', 'facts', 'tasks', 'mergers', 'ticket_links', 'tickets'],
      ...['attachments', 'file_links', 'message_changes', 'message_ids', 'deliveries', 'address_failures', 'spam_lessons', 'thread_keys', 'auto_replies', 'search_documents'],
      ...['coverages', 'coverage_exceptions', 'handovers', 'offboarding_moves', 'notifications'],
    ])
    for (const table of await tablesThatName(['tickets', 'messages', 'attachments'])) assert.isTrue(thought.has(table), `purging does not know the table ${table}`)
  })
})

async function tablesThatName(targets: string[]): Promise<string[]> {
  if (db.connection().dialect.name === 'postgres') {
    const { rows } = await db.rawQuery(`SELECT DISTINCT tc.table_name AS "from" FROM information_schema.table_constraints tc JOIN information_schema.constraint_column_usage ccu ON ccu.constraint_name = tc.constraint_name WHERE tc.constraint_type = 'FOREIGN KEY' AND ccu.table_name = ANY(?)`, [targets])
    return rows.map((row: { from: string }) => row.from)
  }
  const rows = await db.rawQuery(`SELECT DISTINCT m.name AS name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" IN (${targets.map(() => '?').join(', ')})`, targets)
  return rows.map((row: { name: string }) => row.name)
}
