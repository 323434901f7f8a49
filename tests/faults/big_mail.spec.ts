import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import nodemailer from 'nodemailer'
import { startDovecot } from '../servers/dovecot.js'
import { freePort } from '../servers/processes.js'
import { givenDesk, until } from './desk_with_mail.js'

const MB = 1024 * 1024
const PART = 60 * MB
/**
 * What taking in one mail, or handing out its file, may add to the memory of the desk (issue 3: 200 MB). Of each way the
 * kernel tells the highest resident size while it lasted, less that of the idle desk before the first of all. Garbage that is
 * still there only ever adds, so of three mails by each way the cheapest tells what is needed.
 */
const MOST_MB = 200
const ROUNDS = 3

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
    const byImap = given.addInbox({ address: 'imap@kavarna.test', imap: { port: dovecot.port, user: 'velky', password: dovecot.password } })
    const bySmtp = given.addInbox({ address: 'info@kavarna.test' })
    db.prepare(`UPDATE inboxes SET config = json_set(config, '$.listener', json('true')) WHERE id = ?`).run(bySmtp)
    const post = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
    const costs = { imap: [] as number[], smtp: [] as number[], file: [] as number[] }
    const idle = desk.memory().now
    const measured = async (way: keyof typeof costs, work: () => Promise<unknown>) => {
      desk.forgetMost()
      await work()
      costs[way].push(Math.round(desk.memory().most - idle))
    }

    for (let round = 1; round <= ROUNDS; round++) {
      const lying = Buffer.concat([...raw(round)])
      await measured('imap', async () => {
        await dovecot.lay('velky', [lying])
        await until('the mail of the mailbox is a message', () => given.messages(byImap) === round, 240)
      })
      await measured('smtp', async () => {
        await post.sendMail({ envelope: { from: 'velky@posta.test', to: 'info@kavarna.test' }, raw: Readable.from(raw(100 + round)) })
        await until('the mail of the listener is a message', () => given.messages(bySmtp) === round, 240)
      })
      await measured('file', async () => {
        const { id } = db.prepare('SELECT max(id) AS id FROM attachments').get() as { id: number }
        const download = await fetch(`${desk.url}/attachments/${id}`, { headers: { cookie: visitor.cookie } })
        const hash = createHash('sha256')
        for await (const chunk of download.body!) hash.update(chunk)
        assert.equal(hash.digest('hex'), FILE_SHA256)
      })
    }

    for (const inboxId of [byImap, bySmtp]) {
      const files = db.prepare('SELECT attachments.bytes, attachments.name, attachments.error, messages.ticket_id FROM attachments JOIN messages ON messages.id = attachments.message_id WHERE messages.inbox_id = ?').all(inboxId) as { bytes: number; name: string; error: string | null; ticket_id: number }[]
      assert.lengthOf(files, ROUNDS)
      for (const file of files) assert.deepInclude(file, { bytes: PART, name: 'video.mp4', error: null })
      const page = await visitor.get(`/tickets/${files[0].ticket_id}`)
      assert.equal(page.status, 200)
      assert.include(page.body, 'Video je v priloze.')
      assert.include(page.body, 'video.mp4')
    }
    assert.equal(one('SELECT count(DISTINCT sha256) FROM attachments'), 1, 'the same contents are kept once')
    for (const [way, of] of Object.entries(costs)) assert.isBelow(Math.min(...of), MOST_MB, `MB that ${way} needed: ${of.join(', ')}`)
  })
})
