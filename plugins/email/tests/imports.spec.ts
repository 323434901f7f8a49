import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type { ImportRange, ImportSource } from '#plugin'
import { accept } from '#channels/inbound/gateway'
import { takeNextIncoming } from '#channels/inbound/processing'
import Import from '#channels/importing/import'
import { importFolder } from '#channels/importing/import_folder'
import { runImport } from '#channels/importing/run_imports'
import Inbox from '#channels/inbox'
import { now } from '#support/clock'
import { dispatchEvents } from '#support/dispatcher'
import { listen, listeners } from '#support/listeners'
import { givenAgent, givenTicket } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'
import { FakeMailbox } from '../../../tests/fakes/imap.js'
import { eml } from '../importing/eml.js'
import { imapWith } from '../importing/imap.js'
import { maildir } from '../importing/maildir.js'
import { mbox } from '../importing/mbox.js'
import { givenInbox } from './inbox.js'

interface Letter {
  readonly n: number
  readonly from?: string
  readonly to?: string
  readonly date?: string
  readonly subject?: string
  readonly text?: string
  readonly answers?: number
}

/** A letter from the years before. */
function letter({ n, from = `zakaznik${n}@posta.test`, to = 'info@obchod.test', date = 'Mon, 03 Feb 2020 10:00:00 +0100', subject = `Dotaz ${n}`, text = `Text dopisu ${n}.`, answers }: Letter): string {
  return [`From: <${from}>`, `To: <${to}>`, `Subject: ${subject}`, `Date: ${date}`, `Message-ID: <stary-${n}@posta.test>`, ...(answers ? [`In-Reply-To: <stary-${answers}@posta.test>`] : []), 'Content-Type: text/plain; charset=utf-8', '', text, ''].join('\n')
}

const asMbox = (mails: readonly string[]) => mails.map((mail) => `From someone@posta.test Mon Feb  3 10:00:00 2020\n${mail.replace(/^(>*From )/gm, '>$1')}\n`).join('')
const folder = () => mkdtemp(join(tmpdir(), 'import-'))

async function all(source: ImportSource<any>, range: ImportRange, inbox = givenInbox()) {
  const bodies: string[] = []
  const times: string[] = []
  const faults: string[] = []
  let cursor: string | null = null
  for (let round = 0; round < 1000; round++) {
    const fetched = await source.fetch(inbox, range, cursor, new AbortController().signal)
    for (const item of fetched.items) {
      bodies.push(Buffer.from(item.body as Uint8Array).toString())
      times.push(item.at.toISO()!)
    }
    for (const { place } of fetched.faults ?? []) faults.push(place)
    cursor = fetched.cursor
    if (cursor === null) return { bodies, times, faults }
  }
  throw new Error('It has no end')
}

test.group('E-mail | sources of an import', () => {
  test('an mbox gives each mail as it was, whatever its texts say and wherever a block ends', async ({ assert }) => {
    const path = join(await folder(), 'old.mbox')
    const texts = ['Prosím:\n\nFrom the beginning: it was broken.', 'x'.repeat(1024 * 1024 - 300), 'Řádek\n\nFrom Prague with love\nkonec', '']
    const mails = texts.map((text, n) => letter({ n, text }))
    await writeFile(path, asMbox(mails))
    const { bodies, faults } = await all(mbox, { path })
    assert.deepEqual(bodies.map((body) => body.trimEnd()), mails.map((mail) => mail.trimEnd()))
    assert.deepEqual(faults, [])

    // Windows line ends, and a writer that quotes nothing.
    await writeFile(path, asMbox(mails).replace(/\n/g, '\r\n'))
    assert.lengthOf((await all(mbox, { path })).bodies, mails.length)
    const unquoted = mails.map((mail) => `From - Mon Feb  3 10:00:00 2020\n${mail}\n`).join('')
    await writeFile(path, unquoted)
    assert.lengthOf((await all(mbox, { path })).bodies, mails.length)
  })

  test('in rounds, each from where the last one ended', async ({ assert }) => {
    const path = join(await folder(), 'many.mbox')
    const mails = Array.from({ length: 1050 }, (_, n) => letter({ n }))
    await writeFile(path, asMbox(mails))
    const { bodies } = await all(mbox, { path })
    assert.lengthOf(bodies, 1050)
    assert.equal(new Set(bodies.map((body) => createHash('sha1').update(body).digest('hex'))).size, 1050)
    assert.deepEqual(await mbox.survey(givenInbox(), { path }, new AbortController().signal), [{ place: path, count: 1050 }])
  })

  test('what is no mbox, no Maildir, no zip, or not there is said in words', async ({ assert }) => {
    const root = await folder()
    await writeFile(join(root, 'a.txt'), 'Dobrý den')
    const key = async (source: ImportSource<any>, path: string) => all(source, { path }).then(() => null, (error: { reason: { key: string } }) => error.reason.key)
    assert.equal(await key(mbox, join(root, 'a.txt')), 'import.notMbox')
    assert.equal(await key(mbox, join(root, 'none')), 'import.notOpened')
    assert.equal(await key(maildir, root), 'import.notMaildir')
    assert.equal(await key(maildir, join(root, 'none')), 'import.notOpened')
    assert.equal(await key(eml, join(root, 'a.txt')), 'import.notZip')
  })

  test('a Maildir with its folders: cur and new, not tmp', async ({ assert }) => {
    const root = await folder()
    for (const name of ['cur', 'new', 'tmp', '.Archiv/cur', '.Archiv/new']) await mkdir(join(root, name), { recursive: true })
    await writeFile(join(root, 'cur/1580720400.a.host:2,S'), letter({ n: 1 }))
    await writeFile(join(root, 'new/1580720401.b.host'), letter({ n: 2 }).replace(/^Date:.*\n/m, ''))
    await writeFile(join(root, 'tmp/1580720402.c.host'), letter({ n: 3 }))
    await writeFile(join(root, '.Archiv/cur/1580720403.d.host:2,'), letter({ n: 4 }))
    const { bodies, times } = await all(maildir, { path: root })
    assert.sameMembers(bodies.map((body) => /Dotaz (\d)/.exec(body)![1]), ['1', '2', '4'])
    assert.include(times, '2020-02-03T09:00:01.000Z')
    const places = await maildir.survey(givenInbox(), { path: root }, new AbortController().signal)
    assert.equal(places.reduce((sum, { count }) => sum + count, 0), 3)
  })

  test('a zip of .eml files; what else lies in it is passed over, what is damaged is named', async ({ assert }) => {
    const root = await folder()
    await writeFile(join(root, 'jedna.eml'), letter({ n: 1 }))
    await writeFile(join(root, 'dva.eml'), letter({ n: 2 }))
    await writeFile(join(root, 'fotka.jpg'), 'JPG')
    execFileSync('python3', ['-c', 'import sys,zipfile\nz=zipfile.ZipFile("old.zip","w",zipfile.ZIP_DEFLATED)\nfor n in sys.argv[1:]: z.write(n)\nz.close()\nb=bytearray(open("old.zip","rb").read())\nopen("bad.zip","wb").write(bytes(b[:60])+b"\\xff\\xff\\xff\\xff"+bytes(b[64:]))', 'jedna.eml', 'dva.eml', 'fotka.jpg'], { cwd: root })
    const { bodies } = await all(eml, { path: join(root, 'old.zip') })
    assert.deepEqual(bodies.map((body) => /Dotaz (\d)/.exec(body)![1]), ['1', '2'])
    const damaged = await all(eml, { path: join(root, 'bad.zip') })
    assert.lengthOf(damaged.bodies, 1)
    assert.deepEqual(damaged.faults, ['jedna.eml'])
  })

  test('only what lies in the range of days, the last day whole', async ({ assert }) => {
    const path = join(await folder(), 'range.mbox')
    const days = ['Sat, 01 Feb 2020 09:00:00 +0000', 'Sun, 02 Feb 2020 23:30:00 +0000', 'Mon, 03 Feb 2020 00:10:00 +0000']
    await writeFile(path, asMbox(days.map((date, n) => letter({ n, date }))))
    const at = (text: string) => now().set({ year: 2020, month: 2, day: Number(text), hour: 0, minute: 0, second: 0, millisecond: 0 })
    assert.lengthOf((await all(mbox, { path, since: at('2'), until: at('2') })).bodies, 1)
    assert.lengthOf((await all(mbox, { path, until: at('2') })).bodies, 2)
  })

  test('folders of the mailbox by IMAP, each mail once, a broken one named', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    for (let n = 1; n <= 250; n++) mailbox.append(letter({ n }), new Date('2020-02-03T09:00:00Z'))
    mailbox.breakUid(7, 'refuse')
    const source = imapWith(mailbox.connect)
    const inbox = givenInbox({ 'imap.host': 'imap.test' })
    const { bodies, faults } = await all(source, { folders: ['INBOX'] }, inbox)
    assert.lengthOf(bodies, 249)
    assert.deepEqual(faults, ['INBOX:1:7'])
    assert.deepEqual(await source.survey(inbox, { folders: ['INBOX'] }, new AbortController().signal), [{ place: 'INBOX', count: 250 }])
  })
})

test.group('E-mail | an import is history', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => givenEnabled('email'))

  const inboxNamed = () => Inbox.connect({ channel: 'email', name: 'Obchod', config: { address: 'info@obchod.test' } }, { by: null })
  const readAll = async () => {
    while (await takeNextIncoming());
    while (await dispatchEvents());
  }
  async function imported(mails: readonly string[], inbox: Inbox) {
    const path = join(await folder(), 'old.mbox')
    await writeFile(path, asMbox(mails))
    const row = await Import.begin(inbox, 'mbox', { path }, { by: null })
    await runImport(row.id, new AbortController().signal)
    await readAll()
    return Import.findOrFail(row.id)
  }

  test('it keeps its own times, threads, is closed, and nobody hears of it; it can be found', async ({ assert, cleanup }) => {
    const heard: string[] = []
    listen('test:history', 'all', async ({ name }) => void heard.push(name))
    cleanup(() => void listeners.delete('test:history'))
    const inbox = await inboxNamed()
    const row = await imported(
      [
        letter({ n: 1, date: 'Mon, 03 Feb 2020 10:00:00 +0100', text: 'Kdy přijde kávovar?' }),
        letter({ n: 2, date: 'Tue, 04 Feb 2020 11:00:00 +0100', from: 'info@obchod.test', to: 'zakaznik1@posta.test', subject: 'Re: Dotaz 1', text: 'Zítra.', answers: 1 }),
        letter({ n: 3, date: 'Wed, 01 Apr 2020 12:00:00 +0200', from: 'zakaznik1@posta.test', subject: 'Re: Dotaz 1', text: 'Děkuji.', answers: 2 }),
      ],
      inbox
    )
    assert.deepInclude(row.$attributes, { state: 'done', taken: 3, known: 0, faulty: 0 })
    const [ticket, ...others] = await db.from('tickets').where('inbox_id', inbox.id)
    assert.lengthOf(others, 0)
    assert.equal(ticket.status, 'closed')
    assert.equal(Number(ticket.created_at), Date.parse('2020-02-03T09:00:00Z'))
    assert.equal(Number(ticket.updated_at), Date.parse('2020-04-01T10:00:00Z'))
    assert.equal(Number(ticket.closed_at), Date.parse('2020-04-01T10:00:00Z'))
    assert.isNull(ticket.waiting_since_at)
    assert.isNull(ticket.first_response_at)
    assert.equal(ticket.message_count, 3)
    const messages = await db.from('messages').where('ticket_id', ticket.id).orderBy('created_at')
    assert.deepEqual(messages.map(({ kind }) => kind), ['inbound', 'reply', 'inbound'])
    assert.deepEqual(messages.map((one) => Number(one.created_at)), [Date.parse('2020-02-03T09:00:00Z'), Date.parse('2020-02-04T10:00:00Z'), Date.parse('2020-04-01T10:00:00Z')])
    assert.lengthOf(await db.from('deliveries').where('inbox_id', inbox.id), 0)
    const events = await db.from('events').where('ticket_id', ticket.id)
    assert.deepEqual([...new Set(events.map(({ via }) => via))], ['import'])
    assert.equal(Number(events.find(({ name }) => name === 'ticket:opened').at), Date.parse('2020-02-03T09:00:00Z'))
    const told = await db.from('jobs').where('name', 'tell').where('data', 'like', '%test:history%')
    const ofTicket = new Set(events.map(({ id }) => Number(id)))
    assert.isFalse(told.some(({ data }) => ofTicket.has(JSON.parse(data).event)))
    const customer = await db.from('customers').where('id', ticket.customer_id).first()
    assert.isNotNull(customer)
  })

  test('taken twice, from two places, or after it was fetched, it is known', async ({ assert }) => {
    const inbox = await inboxNamed()
    const mails = [letter({ n: 1 }), letter({ n: 2 })]
    await accept(inbox, [{ externalId: 'INBOX:1:1', type: 'message/rfc822', at: now(), body: Buffer.from(letter({ n: 1 })) }], { via: 'poll' })
    await readAll()
    assert.deepInclude((await imported(mails, inbox)).$attributes, { taken: 2 })
    assert.deepInclude((await imported(mails, inbox)).$attributes, { taken: 0, known: 2 })
    // Another program has written another header: other bytes, the same letter.
    await imported(mails.map((mail) => `X-Mozilla-Status: 0001\n${mail}`), inbox)
    assert.lengthOf(await db.from('messages').where('inbox_id', inbox.id), 2)
    const live = await db.from('tickets').where({ inbox_id: inbox.id, status: 'new' })
    assert.lengthOf(live, 1)
  })

  test('an old letter that belongs to a ticket at work changes neither its turn nor its place', async ({ assert }) => {
    const inbox = await inboxNamed()
    const ticket = await givenTicket({ inbox })
    const { external_id: id } = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
    const before = await db.from('tickets').where('id', ticket.id).firstOrFail()
    await imported([letter({ n: 5, from: 'anna@posta.test' }).replace('Content-Type', `References: ${id}\nContent-Type`)], inbox)
    const after = await db.from('tickets').where('id', ticket.id).firstOrFail()
    assert.equal(after.message_count, 2)
    for (const column of ['status', 'waiting_since_at', 'updated_at', 'last_inbound_id', 'preview', 'created_at']) assert.equal(after[column], before[column], column)
  })

  test('reports from before do nothing', async ({ assert }) => {
    const inbox = await inboxNamed()
    const bounce = ['From: MAILER-DAEMON@posta.test', 'To: info@obchod.test', 'Subject: Undelivered', 'Date: Mon, 03 Feb 2020 10:00:00 +0100', 'Message-ID: <b1@posta.test>', 'Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'failed', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', '', 'Final-Recipient: rfc822; x@y.test', 'Action: failed', 'Status: 5.1.1', '', '--b--', ''].join('\n')
    await imported([bounce], inbox)
    // Kept, as mail or as a report; either way nothing waits for anybody, and nothing is found to have failed.
    assert.lengthOf(await db.from('tickets').where('inbox_id', inbox.id).whereNot('status', 'closed'), 0)
    assert.lengthOf(await db.from('events').where('inbox_id', inbox.id).where('name', 'like', 'message:failed'), 0)
    assert.lengthOf(await db.from('incoming_items').where('inbox_id', inbox.id).whereIn('state', ['done', 'ignored']), 1)
  })

  test('stopped it stays where it is, resumed it goes on, and only what can be had is counted', async ({ assert }) => {
    const inbox = await inboxNamed()
    const path = join(await folder(), 'gone.mbox')
    const row = await Import.begin(inbox, 'mbox', { path }, { by: null })
    await runImport(row.id, new AbortController().signal)
    const failed = await Import.findOrFail(row.id)
    assert.equal(failed.state, 'failed')
    assert.include(failed.error!, 'import.notOpened')
    await writeFile(path, asMbox([letter({ n: 1 })]))
    await failed.resume({ by: null })
    await (await Import.findOrFail(row.id)).stop({ by: null })
    await runImport(row.id, new AbortController().signal)
    assert.deepInclude((await Import.findOrFail(row.id)).$attributes, { state: 'stopped', taken: 0 })
    await (await Import.findOrFail(row.id)).resume({ by: null })
    await runImport(row.id, new AbortController().signal)
    assert.deepInclude((await Import.findOrFail(row.id)).$attributes, { state: 'done', taken: 1 })
    const names = (await db.from('events').where('inbox_id', inbox.id).where('name', 'like', 'import:%').orderBy('id')).map(({ name }) => name)
    assert.deepEqual(names, ['import:started', 'import:ended', 'import:resumed', 'import:stopped', 'import:resumed', 'import:ended'])
  })

  test('the admin counts, starts and watches it on a page; nothing outside the folder can be chosen', async ({ client, assert }) => {
    const admin = await givenAgent({ role: 'admin' })
    const inbox = await inboxNamed()
    await mkdir(importFolder(), { recursive: true })
    await writeFile(join(importFolder(), 'stara.mbox'), asMbox([letter({ n: 1 }), letter({ n: 2 })]))
    const create = await client.get(`/admin/imports/create?inbox_id=${inbox.id}&source=mbox`).loginAs(admin)
    create.assertTextIncludes('stara.mbox')
    const counted = await client.post('/admin/imports/survey').form({ inbox_id: inbox.id, source: 'mbox', path: 'stara.mbox' }).loginAs(admin).withCsrfToken()
    counted.assertTextIncludes('2 messages in all')
    const outside = await client.post('/admin/imports').form({ inbox_id: inbox.id, source: 'mbox', path: '../../../etc/passwd' }).loginAs(admin).withCsrfToken().redirects(0)
    assert.notMatch(outside.header('location') ?? '', /imports\/\d/)
    assert.lengthOf(await db.from('imports').where('inbox_id', inbox.id), 0)

    const begun = await client.post('/admin/imports').form({ inbox_id: inbox.id, source: 'mbox', path: 'stara.mbox' }).loginAs(admin).withCsrfToken().redirects(0)
    const id = Number(/imports\/(\d+)/.exec(begun.header('location')!)![1])
    ;(await client.get(`/admin/imports/${id}`).loginAs(admin)).assertTextIncludes('running')
    await runImport(id, new AbortController().signal)
    await readAll()
    const done = await client.get(`/admin/imports/${id}`).loginAs(admin)
    done.assertTextIncludes('2 messages taken')
    ;(await client.get('/admin/imports').loginAs(admin)).assertTextIncludes('An mbox file')
    const agent = await givenAgent()
    ;(await client.get('/admin/imports').loginAs(agent)).assertStatus(403)
  })
})
