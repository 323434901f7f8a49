import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import env from '#start/env'
import router from '@adonisjs/core/services/router'
import { buffer } from 'node:stream/consumers'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type { Plugin } from '#plugin'
import { installed } from '#plugins/installed'
import { now, nowMs } from '#support/clock'
import { cancelDelivery, planDelivery, retryDelivery } from '#tickets/message_delivery'
import Inbox from '#channels/inbox'
import { accept } from '#channels/inbound/gateway'
import { keepFile } from '#support/files'
import { mergeTickets } from '#tickets/merging'
import { startSide } from '#tickets/side'
import Draft from '#tickets/draft'
import { addressOf, linksOf } from '#tickets/file_link'
import type Ticket from '#tickets/ticket'
import Upload from '#tickets/upload'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenInbox, givenTicket, words } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'
import { SmtpSink } from '../../fakes/smtp_sink.js'
import { Visitor } from '../../visitor.js'

/*
 * The leak test. A word that stands in everything that is ours alone is in nothing that leaves. The first half goes
 * every way out that there is; the second half finds out from the code and the router which ways there are, so that
 * one that is added fails here until somebody has put it into the first half.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Each place has a word of its own, so that a failure says what leaked. */
const secrets = ['note', 'edited', 'deleted', 'filename', 'filecontent', 'notedraft', 'replydraft', 'uploadname', 'uploadcontent', 'tag', 'custom', 'fact', 'colleague'] as const
const word = (place: (typeof secrets)[number]) => `XQ7${place.toUpperCase()}ZJ4`
const WORDS = secrets.map(word)

/** The first of our words in some bytes, however they are wrapped: as they are, soft line ends of mail joined, or as base64. */
function leakIn(bytes: Buffer | string): string | null {
  const text = bytes.toString().replace(/=\r?\n/g, '')
  const decoded = text.replace(/[A-Za-z0-9+/]{24,}(?:\r?\n[A-Za-z0-9+/=]+)*/g, (part) => ` ${Buffer.from(part.replace(/\s/g, ''), 'base64').toString('utf8')} `)
  const all = `${text} ${decoded} ${decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(/%[89a-f][0-9a-f]/gi, ''))}`.toUpperCase()
  return WORDS.find((one) => all.includes(one)) ?? null
}

/** A ticket with our words in every place that is ours alone. */
async function plant(ticket: Ticket) {
  const agent = await givenAgent({ name: 'Petr Horák' })
  const by = { kind: 'agent', id: agent.id } as const
  const upload = async (name: string, content: string) => (await Upload.keep({ name, body: Buffer.from(content) }, agent.id)).id
  const note = async (text: string, uploadIds: number[] = []) => (await fresh(ticket)).note({ text, uploadIds }, { by })
  await note(`Pozor: ${word('note')}`)
  await note('Se souborem', [await upload(`${word('filename')}.pdf`, `%PDF-1.4 ${word('filecontent')}`)])
  const edited = await note(word('edited'))
  await edited.edit(`${word('note')} podruhé`, { by })
  const deleted = await note(word('deleted'))
  await deleted.remove({ by })
  await Draft.keep({ ticketId: ticket.id, agentId: agent.id, kind: 'note' }, { text: word('notedraft') })
  await Draft.keep({ ticketId: ticket.id, agentId: agent.id, kind: 'reply' }, { text: word('replydraft'), envelope: { uploadIds: [await upload(`${word('uploadname')}.txt`, word('uploadcontent'))] } })
  await (await fresh(ticket)).tag({ add: [word('tag')] }, { by })
  await (await fresh(ticket)).customise({ internal: word('custom') }, { by })
  await db.table('facts').insert({ plugin: 'shop', name: 'secret', ticket_id: ticket.id, value: JSON.stringify(word('fact')), published_at: nowMs() })
  // Somebody else of the team, whose name no customer has to know.
  const other = await givenAgent({ name: word('colleague') })
  await (await fresh(ticket)).note({ text: 'Viděl jsem' }, { by: { kind: 'agent', id: other.id } })
  return { agent, by, upload }
}

type Planted = Awaited<ReturnType<typeof plant>>
type Way = (ticket: Ticket, planted: Planted) => Promise<unknown>

/** Every way in which a message comes to leave. */
const WAYS: Record<string, Way> = {
  'a reply': async (ticket, { by }) => (await fresh(ticket)).reply({ text: 'Dobrý den' }, { by }),
  'a reply that quotes what the customer wrote last': async (ticket, { by }) => {
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { text: 'Ještě něco', references: ['<a@b>'] }), { by: null })
    return (await fresh(ticket)).reply({ text: 'K tomu' }, { by })
  },
  'a reply with a file of its own': async (ticket, { by, upload }) => (await fresh(ticket)).reply({ text: 'V příloze', uploadIds: [await upload('faktura.pdf', '%PDF-1.4 faktura')] }, { by }),
  'a reply whose file left as a link': async (ticket, { by, upload }) => {
    env.set('APP_URL', 'https://desk.test')
    await db.from('inboxes').where('id', ticket.inboxId).update({ link_above_mb: 0 })
    const message = await (await fresh(ticket)).reply({ text: 'Ke stažení', uploadIds: [await upload('velky.pdf', '%PDF-1.4 velky')] }, { by })
    const [link] = (await linksOf([message.id])).values()
    const { pathname } = new URL(addressOf(link))
    env.set('APP_URL', '')
    const handed = await new Visitor().open(pathname)
    if (handed.status !== 200 || leakIn(handed.text) || leakIn(JSON.stringify([...handed.headers]))) throw new Error('The file that a link opens')
  },
  'a side conversation with a supplier, with a file of the customer': async (ticket, { by }) => {
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { files: [{ name: 'foto.jpg', type: 'image/jpeg', ...(await keepFile(Buffer.from('JPG'))) }] }), { by: null })
    const { id } = await db.from('attachments').whereNotNull('message_id').orderBy('id', 'desc').firstOrFail()
    return startSide(await fresh(ticket), { inbox: { id: ticket.inboxId, channel: ticket.channel }, to: [{ address: 'dodavatel@firma.test' }], subject: 'Dotaz', text: 'Máte díl?', attachmentIds: [id] }, { by })
  },
  'an acknowledgement that the gateway writes by itself': async (ticket) => {
    await db.from('inboxes').where('id', ticket.inboxId).update({ auto_reply: 1, auto_reply_text: 'Zprávu máme, {{customer.name}}.' })
    const raw = ['From: Nová <nova@posta.test>', 'To: info@obchod.test', 'Subject: Nový dotaz', `Message-ID: <${nowMs()}@posta.test>`, `Date: ${new Date().toUTCString()}`, '', 'Dobrý den'].join('\r\n')
    const fake = JSON.stringify({ type: 'message', externalId: `<${nowMs()}@posta.test>`, from: { kind: 'email', value: 'nova@posta.test' }, to: [{ kind: 'email', value: 'info@obchod.test' }], addressed: true, text: 'Dobrý den', subject: 'Nový dotaz', at: now().toISO() })
    await accept({ id: ticket.inboxId }, [{ externalId: 'ack-1', type: 'message/rfc822', at: now(), body: Buffer.from(ticket.channel === 'email' ? raw : fake) }], { via: 'poll' })
  },
  'a reply after another ticket was merged in, with all its notes': async (ticket, { by }) => {
    const other = await givenTicket({ inbox: await Inbox.findOrFail(ticket.inboxId), customerId: ticket.customerId })
    await (await fresh(other)).note({ text: word('note') }, { by })
    await mergeTickets(other.id, ticket.id, { by })
    return (await fresh(ticket)).reply({ text: 'K obojímu' }, { by })
  },
  'a reply in HTML': async (ticket, { by }) => (await fresh(ticket)).reply({ text: 'Dobrý den', html: '<p>Dobrý <b>den</b></p>' }, { by }),
  'a reply with copies and a subject of its own': async (ticket, { by }) => (await fresh(ticket)).reply({ text: 'Dobrý den', subject: 'Jiný', cc: [{ address: 'kopie@posta.test' }], bcc: [{ address: 'skryta@posta.test' }] }, { by }),
  'an automatic reply': async (ticket) => (await fresh(ticket)).reply({ text: 'Zprávu máme.', automatic: true }, { by: null }),
  'a reply planned, planned anew, held and sent all the same': async (ticket, { by }) => {
    const message = await (await fresh(ticket)).reply({ text: 'Zítra', sendAt: now().plus({ days: 1 }) }, { by })
    await planDelivery(message, now().plus({ days: 2 }), { by })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    await retryDelivery(message, { by })
  },
  'a reply that was taken back and sent again': async (ticket, { by }) => {
    const message = await (await fresh(ticket)).reply({ text: 'Znovu' }, { by })
    await cancelDelivery(message, { by })
    await retryDelivery(message, { by })
  },
  'a reply after which the ticket was resolved': async (ticket, { by }) => (await fresh(ticket)).reply({ text: 'Hotovo', statusAfter: 'resolved' }, { by }),
  'a reply to a ticket that came back': async (ticket, { by }) => {
    await (await fresh(ticket)).resolve({ by })
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: null })
    return (await fresh(ticket)).reply({ text: 'Vítejte zpět' }, { by })
  },
}

test.group('Leaks | nothing of ours is in what leaves (R039, M003)', (group) => {
  let sink: SmtpSink
  group.setup(async () => {
    sink = await new SmtpSink().start()
    return () => sink.stop()
  })
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => givenEnabled('email'))

  test('the eye of this test sees a word in every wrapping', ({ assert }) => {
    const secret = word('note')
    assert.equal(leakIn(secret), secret)
    assert.equal(leakIn(`${secret.slice(0, 6)}=\r\n${secret.slice(6)}`), secret)
    assert.equal(leakIn(Buffer.from(`něco před tím ${secret} a něco potom`).toString('base64')), secret)
    assert.equal(leakIn(`/x?name=${encodeURIComponent(secret)}`), secret)
    assert.isNull(leakIn('Dobrý den'))
  })

  for (const [name, way] of Object.entries(WAYS)) {
    test(`in the mail, byte for byte: ${name}`, async ({ assert }) => {
      const inbox = await givenInbox({ channel: 'email', address: 'info@obchod.test', signature: 'Obchod' })
      await inbox.merge({ config: JSON.stringify({ 'address': 'info@obchod.test', 'smtp.host': '127.0.0.1', 'smtp.port': sink.port, 'smtp.tls': 'none' }) }).save()
      const ticket = await givenTicket({ inbox })
      const planted = await plant(ticket)
      const before = sink.mails.length
      await way(ticket, planted)
      await drain()
      const sent = sink.mails.slice(before)
      assert.isAbove(sent.length, 0, 'nothing left')
      for (const { raw, mail } of sent) {
        assert.isNull(leakIn(raw))
        assert.isNull(leakIn(JSON.stringify([mail.text, mail.html, mail.headerLines, mail.subject])))
        for (const file of mail.attachments) assert.isNull(leakIn(`${file.filename} ${file.content.toString()}`))
        assert.match(mail.messageId ?? '', /^<op\.\d+\./)
      }
    })

    test(`in what any channel is handed: ${name}`, async ({ assert, cleanup }) => {
      const fake = new FakeChannel('fake')
      cleanup(fake.install())
      const ticket = await givenTicket({ inbox: await givenInbox({ channel: 'fake' }) })
      await way(ticket, await plant(ticket))
      await drain()
      assert.isAbove(fake.outbox.length, 0, 'nothing left')
      for (const message of fake.outbox) {
        assert.isNull(leakIn(JSON.stringify(message)))
        for (const file of message.files) assert.isNull(leakIn(await buffer(await file.open())))
      }
    })
  }

  test('on paper: the printed thread, unless notes are asked for', async ({ client, assert }) => {
    const ticket = await givenTicket()
    const { agent } = await plant(ticket)
    const paper = (await client.get(`/tickets/${ticket.id}/messages`).loginAs(agent)).text()
    const thread = paper.slice(paper.indexOf('<main'), paper.indexOf('</main>'))
    assert.include(thread, 'kde je můj kávovar')
    assert.isNull(leakIn(thread))
    assert.equal(leakIn((await client.get(`/tickets/${ticket.id}/messages?notes=1`).loginAs(agent)).text()), word('note'))
  })

  test('at any address, asked by a stranger', async ({ assert }) => {
    const ticket = await givenTicket()
    await plant(ticket)
    const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
    const file = await db.from('attachments').whereNotNull('note_id').firstOrFail()
    const ids: Record<string, string | number> = { ticket_id: ticket.id, message_id: message.id, customer_id: ticket.customerId, view: 'all', kind: 'reply', plugin: 'email', plugin_id: 'email', number: ticket.id, secret: 'x'.repeat(43) }
    const patterns = Object.values(router.toJSON()).flat().filter(({ methods }) => methods.includes('GET')).map(({ pattern }) => pattern)
    const stranger = new Visitor()
    const open: string[] = []
    for (const pattern of new Set(patterns)) {
      // A stream stays open; it carries names of what changed, and asks for a session.
      if (pattern.startsWith('/__transmit')) continue
      for (const id of [ticket.id, message.id, file.id, ticket.customerId]) {
        const path = pattern.replace(/:(\w+)\??/g, (_, name: string) => String(ids[name] ?? id)).replace('*', 'x')
        const { status, text, headers } = await stranger.open(path)
        assert.isNull(leakIn(text), path)
        assert.isNull(leakIn(JSON.stringify([...headers])), path)
        if (status === 200 && !open.includes(pattern)) open.push(pattern)
        if (!/:id|\*/.test(pattern)) break
      }
    }
    assert.deepEqual(open.filter((pattern) => !STRANGERS.includes(pattern)), [], 'an address that answers strangers and is not known here')
  })
})

/** Addresses that answer somebody who has not signed in. What is added is asked above, and listed here when it should. */
const STRANGERS = ['/setup', '/sign-in', '/health', '/health/ready', '/metrics', '/api/docs', '/api/v1/openapi.json', '/kit', '/keys']

/** Public addresses of plugins, by plugin. A hook only takes; what is public also answers. */
const PLUGINS_PUBLIC: Record<string, string[]> = {
  // The bytes of a file that a message sends, for the provider to fetch; signed, from `attachments` of messages alone.
  viber: ['/files/:inbox/:name/:as'],
}

/** The only files of the core that make something leave, and what they are. */
const SENDERS: Record<string, RegExp> = {
  'app/tickets/ticket/replyable.ts': /table\('deliveries'\)/,
  'app/channels/outbound/deliver.ts': /driver\.send\(/,
  // To colleagues alone: a digest of what waits, to the address an agent signs in with.
  'app/channels/outbound/notice.ts': /driver\.send\(/,
  'plugins/email/sending/transports.ts': /createTransport\(/,
  'plugins/email/check.ts': /createTransport\(/,
}
const SENDING = /table\('deliveries'\)\s*\.(?:insert|multiInsert)|into\('deliveries'\)|Delivery\.create|\bdriver\.send\(|createTransport\(|sendNotification\(/

test.group('Leaks | the list of ways out is whole', () => {
  test('every public address of a plugin is known here', ({ assert }) => {
    const found = installed.all().flatMap(({ id, plugin }) => publicPaths(plugin as Plugin<any>).map((path) => `${id} ${path}`))
    const known = Object.entries(PLUGINS_PUBLIC).flatMap(([id, paths]) => paths.map((path) => `${id} ${path}`))
    assert.deepEqual(found.filter((one) => !known.includes(one)), [])
  })

  test('nothing else of the core sends: one place writes what is to leave, one place hands it over', ({ assert }) => {
    const found = [...sources(join(root, 'app')), ...sources(join(root, 'plugins/email'))].filter((file) => !file.includes('/tests/') && !file.includes('/demo/') && SENDING.test(readFileSync(file, 'utf8'))).map((file) => relative(root, file))
    assert.sameMembers(found, Object.keys(SENDERS))
    for (const [file, what] of Object.entries(SENDERS)) assert.match(readFileSync(join(root, file), 'utf8'), what)
  })

  test('what tells colleagues by mail is asked by one place, and writes to their own addresses', ({ assert }) => {
    const callers = [...sources(join(root, 'app'))].filter((file) => /\bsendNotice\(/.test(readFileSync(file, 'utf8'))).map((file) => relative(root, file))
    assert.sameMembers(callers, ['app/channels/outbound/notice.ts', 'app/notifications/digest.ts'])
  })

  test('what builds an outgoing message names no table of ours alone', ({ assert }) => {
    for (const file of ['app/channels/outbound/outgoing.ts', 'app/tickets/composition.ts']) {
      const tables = [...readFileSync(join(root, file), 'utf8').matchAll(/\.from\('(\w+)'\)|\.join\('(\w+)'/g)].map(([, from, join]) => from ?? join)
      assert.deepEqual(tables.filter((table) => ['notes', 'drafts', 'uploads', 'facts', 'events', 'tags', 'ticket_tags', 'reads', 'presences'].includes(table)), [], file)
    }
  })
})

function publicPaths(plugin: Plugin<any> | undefined): string[] {
  const paths: string[] = []
  const add = (path: string) => void paths.push(path)
  plugin?.routes?.public?.({ get: add, post: add, stream: add } as never)
  return paths
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (entry.name.endsWith('.ts')) yield path
  }
}
