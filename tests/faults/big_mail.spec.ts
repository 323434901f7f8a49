import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import nodemailer from 'nodemailer'
import { startDovecot } from '../servers/dovecot.js'
import { freePort } from '../servers/processes.js'
import { givenDesk, until } from './desk_with_mail.js'

const MB = 1024 * 1024
const PART = 60 * MB
/** What two such mails and their downloads may add to the memory of the desk: 150 were measured; whole in memory they would need several times as much. */
const MOST_MB = 300

/** The bytes of a file that no two pieces of are alike, and that zip and memory cannot make small. */
function* pieces() {
  const block = Buffer.alloc(57 * 16384)
  for (let at = 0; at < block.length; at += 4) block.writeUInt32LE((Math.imul(at, 2654435761) ^ (at >>> 7)) >>> 0, at)
  for (let left = PART, n = 0; left > 0; left -= block.length, n++) {
    block.writeUInt32LE(n, 0)
    yield Buffer.from(block.subarray(0, Math.min(left, block.length)))
  }
}

const FILE_SHA256 = (() => {
  const hash = createHash('sha256')
  for (const piece of pieces()) hash.update(piece)
  return hash.digest('hex')
})()

/** A mail of one short text and this file, never whole in memory. */
function* raw(number: number): Generator<Buffer> {
  yield Buffer.from(
    `From: velky${number}@posta.test\r\nTo: info@kavarna.test\r\nSubject: Video ${number}\r\nMessage-ID: <velky${number}@posta.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nVideo je v priloze.\r\n--x\r\nContent-Type: video/mp4; name=video.mp4\r\nContent-Disposition: attachment; filename=video.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n`
  )
  for (const piece of pieces()) yield Buffer.from(`${piece.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`)
  yield Buffer.from('--x--\r\n')
}

test.group('Faults | a file of 60 MB in a mail', () => {
  test('comes by IMAP and by SMTP, is shown, opens byte for byte, and costs little memory', async ({ assert, cleanup }) => {
    const [dovecot, given] = await Promise.all([startDovecot(), givenDesk()])
    cleanup(async () => {
      await given.stop()
      await dovecot.stop()
    })
    const { desk, db, one } = given
    const port = await freePort()
    const at = Date.now()
    db.prepare(`INSERT INTO plugins (id, enabled_at, settings, created_at, updated_at) VALUES ('email', ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings`).run(at, await desk.seal({ listenerPort: port }), at, at)
    // The listener's port is read when the process starts.
    await desk.stop()
    await desk.start()
    const visitor = await desk.signIn()
    await visitor.get('/views/waiting')
    const before = desk.memory().now

    await dovecot.lay('velky', [Buffer.concat([...raw(1)])])
    const byImap = given.addInbox({ address: 'imap@kavarna.test', imap: { port: dovecot.port, user: 'velky', password: dovecot.password } })
    await until('the mail of the mailbox is a message', () => given.messages(byImap) === 1, 240)

    const bySmtp = given.addInbox({ address: 'info@kavarna.test' })
    db.prepare(`UPDATE inboxes SET config = json_set(config, '$.listener', json('true')) WHERE id = ?`).run(bySmtp)
    await nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({ envelope: { from: 'velky2@posta.test', to: 'info@kavarna.test' }, raw: Readable.from(raw(2)) })
    await until('the mail of the listener is a message', () => given.messages(bySmtp) === 1, 240)

    for (const inboxId of [byImap, bySmtp]) {
      const file = db.prepare('SELECT attachments.id, attachments.bytes, attachments.name, attachments.error, messages.ticket_id FROM attachments JOIN messages ON messages.id = attachments.message_id WHERE messages.inbox_id = ?').all(inboxId) as { id: number; bytes: number; name: string; error: string | null; ticket_id: number }[]
      assert.lengthOf(file, 1)
      assert.deepInclude(file[0], { bytes: PART, name: 'video.mp4', error: null })
      const page = await visitor.get(`/tickets/${file[0].ticket_id}`)
      assert.equal(page.status, 200)
      assert.include(page.body, 'Video je v priloze.')
      assert.include(page.body, 'video.mp4')
      const download = await fetch(`${desk.url}/attachments/${file[0].id}`, { headers: { cookie: visitor.cookie } })
      const hash = createHash('sha256')
      for await (const chunk of download.body!) hash.update(chunk)
      assert.equal(hash.digest('hex'), FILE_SHA256)
    }
    assert.equal(one('SELECT count(DISTINCT sha256) FROM attachments'), 1, 'the same contents are kept once')
    const { most } = desk.memory()
    assert.isBelow(most - before, MOST_MB, `it needed ${Math.round(before)} MB before, ${Math.round(most)} MB at most`)
  })
})
