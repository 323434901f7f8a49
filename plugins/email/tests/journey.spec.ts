import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import iconv from 'iconv-lite'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { pollOnce } from '#channels/polling'
import type Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { contentPath, openKept } from '#support/files'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { givenAgent, givenInbox } from '#tests/given'
import { SmtpSink } from '../../../tests/fakes/smtp_sink.js'
import { startDovecot, type Dovecot } from '../../../tests/servers/dovecot.js'
import { closePosts } from '../sending/transports.js'

const QUESTION = 'Dobrý den, přišel mi špatný šroub. Můžete ho vyměnit?'
const FIXTURES = new URL('../../../tests/fixtures/mail/', import.meta.url)

/** The whole journey with real servers on both sides: Dovecot, the gateway, a ticket, a reply, a sink. */
test.group('E-mail | the journey', (group) => {
  let dovecot: Dovecot
  let sink: SmtpSink
  let inbox: Inbox
  let users = 0
  group.setup(async () => {
    dovecot = await startDovecot()
    sink = await new SmtpSink().start()
    return async () => {
      closePosts()
      await sink.stop()
      await dovecot.stop()
    }
  })
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    inbox = await givenInbox({ channel: 'email', address: 'info@obchod.test' })
    const config = {
      'address': 'info@obchod.test',
      'imap.host': '127.0.0.1',
      'imap.port': dovecot.port,
      'imap.tls': 'none',
      'imap.username': `journey${++users}`,
      'imap.password': dovecot.password,
      'smtp.host': '127.0.0.1',
      'smtp.port': sink.port,
      'smtp.tls': 'none',
    }
    await inbox.merge({ config: JSON.stringify(config) }).save()
  })

  const arrives = (raw: string | Buffer) => dovecot.deliver(`journey${users}`, raw)
  const takeIn = async () => {
    const stop = new AbortController()
    while ((await pollOnce(inbox, pluginRegistry.channel('email')!, stop.signal)) === 0);
    stop.abort()
    await drain()
  }
  const tickets = () => Ticket.query().where('inbox_id', inbox.id).orderBy('id')
  const messages = (ticket: Ticket) => db.from('messages').where('ticket_id', ticket.id).orderBy('id')

  const deliveries = (ticket: Ticket) => db.from('deliveries').whereIn('message_id', db.from('messages').where('ticket_id', ticket.id).select('id'))

  test('a mail becomes a ticket, its answer threads, and the next answer finds the same ticket', async ({ assert }) => {
    const body = iconv.encode(QUESTION, 'windows-1250').toString('base64')
    await arrives(
      `From: Jana <jana@posta.test>\r\nTo: info@obchod.test\r\nSubject: Reklamace\r\nMessage-ID: <prvni@posta.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain; charset=windows-1250\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n--m\r\nContent-Type: image/jpeg; name="sroub.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQSkZJRg==\r\n--m--\r\n`
    )
    await takeIn()

    const [ticket] = await tickets()
    const [question] = await messages(ticket)
    assert.equal(ticket.subject, 'Reklamace')
    assert.equal(question.text, QUESTION)
    const [file] = await db.from('attachments').where('message_id', question.id)
    assert.equal(file.name, 'sroub.jpg')
    assert.lengthOf(await buffer(openKept(contentPath(file.sha256))), 10)

    const agent = await givenAgent({ name: 'Petr' })
    await ticket.note({ text: 'TAJNÁ POZNÁMKA' }, { by: agent })
    await ticket.reply({ text: 'Posíláme nový šroub.' }, { by: agent })
    await drain()

    const sent = sink.mails.at(-1)!
    assert.equal(sent.mail.inReplyTo, '<prvni@posta.test>')
    assert.equal(sent.mail.subject, `Re: Reklamace [#${ticket.id}]`)
    assert.include(sent.mail.text ?? '', 'Posíláme nový šroub.')
    assert.notInclude(sent.raw.toString(), 'TAJN')
    const [{ state }] = await deliveries(ticket)
    assert.equal(state, 'sent')

    await (await Ticket.findOrFail(ticket.id)).resolve({ by: agent })
    await arrives(`From: Jana <jana@posta.test>\r\nTo: info@obchod.test\r\nSubject: Re: Reklamace\r\nMessage-ID: <druhy@posta.test>\r\nIn-Reply-To: ${sent.mail.messageId}\r\n\r\nJeste jedna vec.\r\n`)
    await takeIn()
    assert.lengthOf(await tickets(), 1)
    assert.equal((await tickets())[0].status, 'open')
    assert.lengthOf(await messages(ticket), 3)
  })

  test('what is odd or damaged becomes a ticket too, and nothing holds up the next', async ({ assert }) => {
    const odd = ['id-none', 'damaged-empty-from', 'damaged-boundary-missing', 'damaged-thirty-levels', 'damaged-nul-bytes', 'damaged-empty-body', 'header-many-recipients']
    for (const name of odd) await arrives(readFileSync(new URL(`${name}/mail.eml`, FIXTURES)))
    const twin = (text: string) => `From: tiskarna@firma.test\r\nSubject: Sken\r\nMessage-ID: <porad-stejne@tiskarna>\r\n\r\n${text}\r\n`
    await arrives(twin('První sken'))
    await arrives(twin('Druhý sken'))
    await arrives('jen tak, žádný mail\r\n')
    await takeIn()

    const fates = await db.from('incoming_items').where('inbox_id', inbox.id).select('state', 'reason')
    assert.lengthOf(fates, 10)
    assert.lengthOf(fates.filter(({ state }) => state === 'done'), 9, JSON.stringify(fates))
    const scans = await db.from('messages').where('inbox_id', inbox.id).where('external_id', '<porad-stejne@tiskarna>')
    assert.lengthOf(scans, 2)
  })

  test('a renumbered folder brings nothing twice', async ({ assert }) => {
    await arrives('From: jana@posta.test\r\nSubject: Jednou\r\nMessage-ID: <jednou@posta.test>\r\n\r\nAhoj\r\n')
    await takeIn()
    await dovecot.renumber(`journey${users}`)
    await takeIn().catch(() => takeIn())
    assert.lengthOf(await tickets(), 1)
    assert.lengthOf(await db.from('messages').where('inbox_id', inbox.id), 1)
    assert.lengthOf(await db.from('incoming_items').where('inbox_id', inbox.id), 2)
  })

  test('a bounce of ours marks the message, and opens no second ticket', async ({ assert }) => {
    await arrives('From: jana@posta.test\r\nSubject: Dotaz\r\nMessage-ID: <dotaz@posta.test>\r\n\r\nAhoj\r\n')
    await takeIn()
    const [ticket] = await tickets()
    await ticket.reply({ text: 'Odpověď' }, { by: await givenAgent() })
    await drain()
    const bounce = readFileSync(new URL('bounce-ours/mail.eml', FIXTURES), 'utf8').replaceAll('<op.12.34.abcdefghij@obchod.test>', sink.mails.at(-1)!.mail.messageId!)
    await arrives(bounce)
    await takeIn()
    assert.lengthOf(await tickets(), 1)
    const [{ state }] = await deliveries(ticket)
    assert.equal(state, 'failed')
  })
})
