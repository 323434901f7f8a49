import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import type { ApiClient } from '@japa/api-client'
import db from '@adonisjs/lucid/services/db'
import { ingest } from '#channels/inbound/gateway'
import { referenceFor } from '#channels/outbound/reference'
import { storedItem } from '#channels/inbound/stored'
import { now } from '#support/clock'
import Ticket from '#tickets/ticket'
import { api, givenToken } from '#tests/api'
import { givenInbox } from '#tests/given'

const FIXTURES = new URL('../../../tests/fixtures/mail/', import.meta.url)

/** Hands mails to an inbox as they would come, and reads them back as a program would: by the API alone. */
async function givenReader(client: ApiClient) {
  const inbox = await givenInbox({ channel: 'email', address: 'info@obchod.test' })
  await inbox.merge({ config: JSON.stringify({ address: 'info@obchod.test' }) }).save()
  const token = await givenToken({ role: 'admin', abilities: ['read', 'write', 'admin'] })
  const take = async (raw: string | Buffer, via = 'smtp') => ingest(inbox, { externalId: `${via} ${createHash('sha256').update(raw).digest('hex')}`, type: 'message/rfc822', at: now(), body: Buffer.from(raw) }, { via })
  const told = async (id: number | null) => (await api(client, token).get(`/messages/${id}`)).body()
  return { inbox, token, take, told, read: async (raw: string | Buffer, via?: string) => told((await take(raw, via)).messageId) }
}

const mail = (headers: string, body: string) => `From: jana@posta.test\r\nTo: info@obchod.test\r\nSubject: Soubory\r\nMessage-ID: <${createHash('sha256').update(headers + body).digest('hex')}@posta.test>\r\nMIME-Version: 1.0\r\n${headers}\r\n\r\n${body}\r\n`
const withFiles = (...parts: [head: string, content: string | Buffer][]) =>
  mail('Content-Type: multipart/mixed; boundary=m', ['--m\r\nContent-Type: text/plain\r\n\r\nV priloze.', ...parts.map(([head, content]) => `--m\r\n${head}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}`), '--m--'].join('\r\n'))

test.group('E-mail | what the API tells of a mail', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a file is what its bytes say, else its name, else what its sender calls it; only the first is shown in place', async ({ client, assert }) => {
    const { read, token } = await givenReader(client)
    const message = await read(
      withFiles(
        ['Content-Type: application/octet-stream; name=foto', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2])],
        ['Content-Type: application/x-nic; name=tabulka.xlsx', 'PK'],
        ['Content-Type: application/pkcs7-signature; name=smime.p7s', 'podpis'],
        ['Content-Type: image/png; name=obrazek.png', '<script>alert(1)</script>'],
        ['Content-Type: nesmysl; name=cokoli', 'x']
      )
    )
    assert.deepEqual(
      message.attachments.map((file: { content_type: string }) => file.content_type),
      ['image/jpeg', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/pkcs7-signature', 'image/png', 'application/octet-stream']
    )
    const got = async (at: number) => {
      const response = await client.get(message.attachments[at].url).bearerToken(token.plain)
      return [response.header('content-type'), response.header('content-disposition')?.split(';')[0]]
    }
    assert.deepEqual(await got(0), ['image/jpeg', 'inline'])
    assert.deepEqual(await got(2), ['application/pkcs7-signature', 'attachment'])
    assert.deepEqual(await got(3), ['application/octet-stream', 'attachment'], 'no picture, whatever it is called')
  })

  test('a bounce is a mail like others: its day, whom it went to, its look, and the mail that came back', async ({ client, assert }) => {
    const { read } = await givenReader(client)
    const returned = 'From: info@obchod.test\r\nTo: petr@jinde.test\r\nSubject: Faktura\r\nMessage-ID: <faktura@obchod.test>\r\n\r\nPosilame fakturu.'
    const report = mail('Date: Mon, 02 Nov 2026 08:00:00 +0100\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b', `--b\r\nContent-Type: text/html\r\n\r\n<p><b>Nedoruceno</b></p>\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.jinde.test\r\n\r\nFinal-Recipient: rfc822; petr@jinde.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${returned}\r\n--b--`)
    for (const via of ['smtp', 'import']) {
      const bounce = await read(report, via)
      assert.containSubset(bounce, { kind: 'bounce', to: [{ address: 'info@obchod.test' }], sent_at: '2026-11-02T07:00:00.000Z', text: 'Nedoruceno', bounce: { recipient: 'petr@jinde.test', action: 'failed', status: '5.1.1', reason: 'userunknown' } }, via)
      assert.include(bounce.html, '<b>Nedoruceno</b>')
      assert.deepEqual(bounce.attachments.map((file: { filename: string; content_type: string }) => [file.filename, file.content_type]), [['delivery-status.txt', 'message/delivery-status'], ['message.eml', 'message/rfc822']])
      assert.equal(bounce.attachments[1].size, returned.length)
    }
  })

  test('HTML of which nothing is left to see gives way to its words', async ({ client, assert }) => {
    const { read } = await givenReader(client)
    const message = await read(mail('Content-Type: text/html; charset=utf-8', '<style>p{color:red}<p>Kde je můj balík?</p>'))
    assert.isNull(message.html)
    assert.include(message.text, 'Kde je můj balík?')
    assert.isNull((await read(mail('Content-Type: text/html', '<html><body>&nbsp;</body></html>'))).html)
    assert.include((await read(mail('Content-Type: text/html', '<img src="cid:x">'))).html, '<img')
  })

  test('what the listener knows of the client is kept beside the bytes, and read with them', async ({ client, assert }) => {
    const { inbox, told } = await givenReader(client)
    const raw = mail('Content-Type: text/plain', 'Ahoj')
    const envelope = { client: '203.0.113.9', helo: 'mail.posta.test', sender: 'jana@posta.test' }
    const { incomingId, messageId } = await ingest(inbox, { externalId: 'spf', type: 'message/rfc822', at: now(), body: Buffer.from(raw), envelope }, { via: 'plugin' })
    const item = await db.from('incoming_items').where('id', incomingId).firstOrFail()
    assert.deepEqual(storedItem(item).envelope, envelope)
    assert.equal((await told(messageId)).text, 'Ahoj')
  })

  test('answers between the lines of our own message, which Outlook quotes without a mark, are shown', async ({ client, assert }) => {
    const { take, told } = await givenReader(client)
    const asked = await take(mail('Content-Type: text/plain', 'Kavovar nefunguje.'))
    const ticket = await Ticket.findOrFail(asked.ticketId)
    const reply = await ticket.reply({ text: 'Dobrý den,\n\nvyměníme ho. Jakou barvu si přejete?\nMáte ještě původní krabici?\n\nPetr z Obchodu' }, { by: null })
    const { text } = await told(reply.id)
    const answer = (between: string) => {
      const quoted = (text as string).replace('přejete?\n', `přejete?\n${between}`)
      const head = `Content-Type: text/plain; charset=utf-8\r\nReferences: <${referenceFor(ticket.id, reply.id)}@obchod.test>`
      return mail(head, `Díky, píšu přímo do textu.\r\n\r\nFrom: Obchod <info@obchod.test>\r\nSent: Monday, November 2, 2026 11:00 AM\r\nTo: jana@posta.test\r\nSubject: Re: Soubory\r\n\r\n${quoted}`)
    }
    const [plain, inside] = [await told((await take(answer(''))).messageId), await told((await take(answer('Červenou, prosím.\n'))).messageId)]
    assert.equal(plain.ticket_number, String(ticket.id))
    assert.equal(plain.text_visible, 'Díky, píšu přímo do textu.')
    assert.equal(inside.text_visible, 'Díky, píšu přímo do textu.\n\n> vyměníme ho. Jakou barvu si přejete?\nČervenou, prosím.')
    assert.include(inside.text, 'Petr z Obchodu')
  })

  test('all of five thousand recipients are told', async ({ client, assert }) => {
    const { read } = await givenReader(client)
    const message = await read(readFileSync(new URL('header-many-recipients/mail.eml', FIXTURES)))
    assert.lengthOf(message.to, 5000)
  })

  test('a scanner whose mails differ in their file alone loses none', async ({ client, assert }) => {
    const { take, told } = await givenReader(client)
    const scan = (file: string) => `From: skener@firma.test\r\nTo: info@obchod.test\r\nSubject: Sken\r\nMessage-ID: <sken@firma.test>\r\nContent-Type: application/pdf; name="${file}.pdf"\r\n\r\n%PDF-1.4 ${file}\r\n`
    const [first, second, again] = [await take(scan('prvni')), await take(scan('druhy')), await take(scan('prvni'), 'poll')]
    assert.notEqual(second.messageId, first.messageId)
    assert.equal((await told(second.messageId)).attachments[0].filename, 'druhy.pdf')
    assert.deepEqual([again.outcome, again.messageId], ['duplicate', first.messageId])
  })
})
