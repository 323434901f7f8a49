import { readdirSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from '@japa/runner'
import type { IncomingBounce, IncomingMessage } from '#plugin'
import { htmlToText } from '../reading/html_text.js'
import { visibleText } from '../reading/quotes.js'
import { readMail } from '../reading/read.js'
import { unfetched, UNFETCHED } from '../reading/unfetched.js'
import { givenInbox, givenStored } from './inbox.js'

const FIXTURES = new URL('../../../tests/fixtures/mail/', import.meta.url)

interface Expected extends Partial<Omit<IncomingBounce, 'type' | 'from' | 'to' | 'cc' | 'sentAt' | 'html' | 'files'>> {
  readonly type?: string
  readonly diagnosticIncludes?: string
  readonly from?: { value: string; name?: string }
  readonly to?: string[]
  readonly toCount?: number
  readonly cc?: string[]
  readonly replyTo?: string
  readonly alsoReplyTo?: string[]
  readonly subject?: string
  readonly text?: string
  readonly textIncludes?: string[]
  readonly textExcludes?: string[]
  readonly visibleText?: string
  readonly visibleIncludes?: string[]
  readonly visibleExcludes?: string[]
  readonly sentAt?: string | null
  readonly invitation?: object
  readonly protection?: string
  readonly htmlIncludes?: string[]
  readonly files?: { name: string; type?: string; contentId?: string; content?: string }[]
  readonly lastFile?: string
  readonly automatic?: boolean
  readonly automaticKind?: string | null
  readonly forwardedFrom?: object | null
  readonly trust?: object | null
  readonly spam?: object | null
  readonly outgoing?: boolean
  readonly inReplyTo?: string
  readonly externalIdMatches?: string
}

test.group('E-mail | reading', () => {
  for (const name of readdirSync(FIXTURES).sort()) {
    test(`reads ${name.replaceAll('-', ' ')}`, async ({ assert }) => {
      const expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, FIXTURES), 'utf8')) as Expected
      const [read] = await readMail(givenStored(readFileSync(new URL(`${name}/mail.eml`, FIXTURES))), givenInbox())

      if (expected.type === 'bounce' || expected.type === 'receipt') {
        const { diagnosticIncludes, to, sentAt, files, ...rest } = expected
        const bounce = read as IncomingBounce
        if (to) assert.deepEqual(bounce.to?.map(({ value }) => value), to)
        if (sentAt) assert.equal(bounce.sentAt?.toISO(), sentAt)
        if (files) assert.containSubset(bounce.files, files)
        if (diagnosticIncludes) assert.include((read as IncomingBounce).diagnostic ?? '', diagnosticIncludes)
        return assert.containSubset(read, rest)
      }
      assert.equal(read.type, 'message')
      const mail = read as IncomingMessage
      const { from, to, cc, replyTo, alsoReplyTo, files, ...rest } = expected
      for (const key of ['subject', 'text', 'visibleText', 'externalId'] as const) {
        if (key in rest) assert.equal(mail[key], rest[key], key)
      }
      if (from) assert.containSubset(mail.from, from)
      if (from && !from.name && from.value === 'unknown@invalid') assert.isUndefined(mail.from.name)
      if (to) assert.deepEqual(mail.to?.map(({ value }) => value), to)
      if (rest.toCount) assert.lengthOf(mail.to ?? [], rest.toCount)
      if (cc) assert.deepEqual(mail.cc?.map(({ value }) => value), cc)
      if (replyTo) assert.equal(mail.replyTo?.value, replyTo)
      if (alsoReplyTo) assert.deepEqual(mail.alsoReplyTo?.map(({ value }) => value), alsoReplyTo)
      for (const part of rest.textIncludes ?? []) assert.include(mail.text, part)
      for (const part of rest.textExcludes ?? []) assert.notInclude(mail.text, part)
      for (const part of rest.visibleIncludes ?? []) assert.include(mail.visibleText ?? '', part)
      for (const part of rest.visibleExcludes ?? []) assert.notInclude(mail.visibleText ?? '', part)
      if (rest.invitation) assert.containSubset(mail.invitation, rest.invitation)
      if ('protection' in rest) assert.equal(mail.protection, rest.protection)
      if ('sentAt' in rest) assert.equal(mail.sentAt?.toISO() ?? null, rest.sentAt)
      for (const part of rest.htmlIncludes ?? []) assert.include(mail.html ?? '', part)
      if ('automatic' in rest) assert.equal(mail.automatic ?? false, rest.automatic)
      if ('automaticKind' in rest) assert.equal(mail.automaticKind ?? null, rest.automaticKind)
      for (const key of ['forwardedFrom', 'trust', 'spam'] as const) {
        if (rest[key] === null) assert.isUndefined(mail[key], key)
        else if (rest[key]) assert.containSubset(mail[key], rest[key], key)
      }
      if ('outgoing' in rest) assert.equal(mail.outgoing ?? false, rest.outgoing)
      if (rest.inReplyTo) assert.equal(mail.thread?.inReplyTo, rest.inReplyTo)
      if (rest.answers) assert.deepEqual(mail.thread?.answers, rest.answers)
      if (rest.externalIdMatches) assert.match(mail.externalId, new RegExp(rest.externalIdMatches))
      if (rest.at) assert.equal(mail.at.toISO(), rest.at as unknown as string)
      if (rest.lastFile) assert.equal(mail.files?.at(-1)?.name, rest.lastFile)
      if (files) {
        assert.lengthOf(mail.files ?? [], files.length)
        for (const [index, { content, ...file }] of files.entries()) {
          assert.containSubset(mail.files![index], file)
          if (!file.contentId) assert.isUndefined(mail.files![index].contentId)
          if (content) assert.equal((await buffer(await mail.files![index].open())).toString(), content)
        }
      }
    })
  }

  test('opens a big file from the stored bytes, without keeping it in memory', async ({ assert }) => {
    const big = Buffer.alloc(12 * 1024 * 1024, 'A')
    const [mail] = (await readMail(givenStored(givenMailWith(['small.bin', Buffer.from('malý')], ['big.bin', big])), givenInbox())) as IncomingMessage[]

    assert.deepEqual(mail.files?.map(({ name, bytes }) => [name, bytes]), [['small.bin', 5], ['big.bin', big.length]])
    assert.isTrue(big.equals(await buffer(await mail.files![1].open())))
    assert.equal((await buffer(await mail.files![0].open())).toString(), 'malý')
  })

  test('reads a mail of 40 MB', async ({ assert }) => {
    const [mail] = (await readMail(givenStored(givenMailWith(['video.bin', Buffer.alloc(40 * 1024 * 1024, 7)])), givenInbox())) as IncomingMessage[]
    assert.equal(mail.files?.[0].bytes, 40 * 1024 * 1024)
  }).timeout(30_000)

  test('gives two different mails with one Message-ID the same id and different words', async ({ assert }) => {
    const read = async (text: string) => (await readMail(givenStored(`From: a@b.test\r\nMessage-ID: <same@b.test>\r\nSubject: x\r\n\r\n${text}\r\n`), givenInbox()))[0] as IncomingMessage
    const [first, second] = [await read('První'), await read('Druhá')]
    assert.equal(first.externalId, second.externalId)
    assert.notEqual(first.text, second.text)
  })

  test('says so when there is no e-mail in the bytes', async ({ assert }) => {
    await assert.rejects(() => readMail(givenStored('just some words\nand more\n'), givenInbox()), /not an e-mail/)
    await assert.rejects(() => readMail(givenStored(''), givenInbox()), /not an e-mail/)
    await assert.rejects(() => readMail(givenStored(Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 37) % 256))), givenInbox()), /not an e-mail/)
  })

  test('says why the server did not hand a mail over', async ({ assert }) => {
    const note = unfetched({ folder: 'INBOX', uid: 7, bytes: 70_000_000, reason: 'it is larger than 64 MB' })
    await assert.rejects(() => readMail(givenStored(note, UNFETCHED), givenInbox()), /message 7 of folder INBOX.*larger than 64 MB/)
  })

  test('hostile HTML and endless lines cost no time', ({ assert }) => {
    const begun = process.threadCpuUsage()
    for (const piece of ['<div>', '<', '<a ', '<!--', '<head>', '<style>', '<blockquote>', '<a href="', '&']) htmlToText(piece.repeat(100_000))
    for (const piece of ['a\n', '> ', '>\na\n', 'Od: x\nKomu: y\n\n', '_', `On ${'x '.repeat(190)}\n`]) visibleText(piece.repeat(Math.ceil(150_000 / piece.length)))
    const { user, system } = process.threadCpuUsage(begun)
    assert.isBelow((user + system) / 1000, 5000)
  })

  test('headers and reports made to be read for ever are read at once', async ({ assert }) => {
    const at = '@'.repeat(8000)
    const head = 'To: info@obchod.test\r\nMessage-ID: <a@b.test>\r\n'
    const report = `From: Mail Delivery System <MAILER-DAEMON@posta.test>\r\nSubject: Undelivered Mail\r\n${head}\r\n`
    const mails = [
      `From: "${at}" <jana@posta.test>\r\nSubject: x\r\n${head}\r\nDobrý den`,
      `From: jana@posta.test\r\nSubject: ${at}\r\nX-Failed-Recipients: ${at}\r\n${head}\r\nDobrý den`,
      `From: jana@posta.test\r\nSubject: Fwd: x\r\n${head}\r\n---------- Forwarded message ----------\r\nFrom: ${at}\r\nDate: ${at}\r\nSubject: x\r\nTo: ${at}\r\n\r\nText`,
      `${report}These failed:\r\nReturn-Path: a\r\n${`${' '.repeat(20)}x\r\n`.repeat(40)}.`,
      ...['@', '@a.', 'A', ' ', '(', '550 ', '<a@b.test>:\r\n'].map((piece) => `${report}${piece.repeat(60_000 / piece.length)}`),
    ]
    const begun = process.threadCpuUsage()
    for (const mail of mails) assert.lengthOf(await readMail(givenStored(mail), givenInbox()), 1)
    const { user, system } = process.threadCpuUsage(begun)
    assert.isBelow((user + system) / 1000, 8000)
  }).timeout(60_000)

  test('a long letter is read in a thread of its own, and reads the same', async ({ assert }) => {
    const text = `${'Dobrý den, píšu vám. '.repeat(7000)}\r\n\r\nDne 2. 11. 2026 v 10:00 Obchod napsal(a):\r\n> Staré\r\n`
    const [mail] = (await readMail(givenStored(`From: a@b.test\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`), givenInbox())) as IncomingMessage[]
    assert.equal(mail.text, text.replaceAll('\r', '').trim())
    assert.isUndefined(mail.files?.[0])
    assert.isTrue(mail.visibleText!.endsWith('píšu vám.'), mail.visibleText!.slice(-40))
  })

  test('asks for another try when the stored bytes cannot be read', async ({ assert }) => {
    const broken = function* () {
      yield 'From: a@b.test\r\nSubject: x\r\n\r\nText'
      throw new Error('disk')
    }
    await assert.rejects(() => readMail({ ...givenStored(''), open: async () => Readable.from(broken()) }, givenInbox()), /disk/)
  })
})

function givenMailWith(...files: [name: string, content: Buffer][]): Buffer {
  const parts = files.map(([name, content]) => `--m\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`)
  return Buffer.from(`From: jana@posta.test\r\nSubject: Soubory\r\nMessage-ID: <files@posta.test>\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nV priloze.\r\n${parts.join('')}--m--\r\n`)
}
