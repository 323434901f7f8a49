import { test } from '@japa/runner'
import { setTimeout as pause } from 'node:timers/promises'
import { SmtpSink } from '../fakes/smtp_sink.js'
import { startDovecot, type Dovecot } from '../servers/dovecot.js'
import { Wire } from '../servers/wire.js'
import { givenDesk, mail, reply, until, type GivenDesk } from './desk_with_mail.js'

const BIG_FOLDER = 20_000

test.group('Faults | mail that is odd, servers that are gone', (group) => {
  let dovecot: Dovecot
  let sink: SmtpSink
  let imapWire: Wire
  let smtpWire: Wire
  let given: GivenDesk
  let users = 0
  let bigId: number

  group.setup(async () => {
    ;[dovecot, sink, given] = await Promise.all([startDovecot(), new SmtpSink().start(), givenDesk()])
    ;[imapWire, smtpWire] = await Promise.all([new Wire(dovecot.port).mend(), new Wire(sink.port).mend()])
    return async () => {
      await given.stop()
      await Promise.all([imapWire.cut(), smtpWire.cut()])
      await Promise.all([dovecot.stop(), sink.stop()])
    }
  })

  /** A mailbox with these mails in it, which the desk reads (over the wire that can be cut, if asked for). */
  async function givenMailbox(raws: Iterable<string | Buffer>, { port = dovecot.port } = {}) {
    const user = `user${++users}`
    await dovecot.lay(user, raws)
    const id = given.addInbox({ address: `${user}@kavarna.test`, imap: { port, user, password: dovecot.password }, smtpPort: smtpWire.port })
    return { user, id }
  }

  const settled = (id: number) => (given.fates(id).done ?? 0) + (given.fates(id).failed ?? 0) + (given.fates(id).ignored ?? 0)

  test('a folder of 20,000 mails is taken to its end, and mail of another mailbox does not wait for it', async ({ assert }) => {
    const big = await givenMailbox(Array.from({ length: BIG_FOLDER }, (_, n) => `From: n${n % 500}@posta.test\r\nSubject: ${n}\r\nMessage-ID: <f${n}@posta.test>\r\n\r\nText ${n}.\r\n`))
    bigId = big.id
    await until('the import is on its way', () => given.messages(bigId) > 100)
    const other = await givenMailbox([mail('odjinud')])
    await until('the other mailbox has its ticket', () => given.messages(other.id) === 1, 20)
    assert.isBelow(given.messages(bigId), BIG_FOLDER)

    const { status } = await given.visitor.get('/views/waiting')
    assert.equal(status, 200)
  })

  test('odd mails all end as tickets or readable failures, and the one after them comes through', async ({ assert }) => {
    const huge = Buffer.concat([
      Buffer.from('From: velky@posta.test\r\nSubject: Video\r\nMessage-ID: <velky@posta.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nVideo je v priloze.\r\n--x\r\nContent-Type: video/mp4; name=video.mp4\r\nContent-Disposition: attachment; filename=video.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
      Buffer.alloc(40 * 1024 * 1024, `${'QUJD'.repeat(19)}\r\n`),
      Buffer.from('\r\n--x--\r\n'),
    ])
    const { id } = await givenMailbox([
      huge,
      mail('bez-id', { id: null }),
      mail('bez-id', { id: null, body: 'Ještě jednou já.' }),
      mail('prvni', { id: '<stejne@posta.test>' }),
      mail('druhy', { id: '<stejne@posta.test>', from: 'jiny@posta.test', body: 'Něco docela jiného.' }),
      'From: rozbity@posta.test\r\nSubject: =?utf-8?B?rozbito\r\nContent-Type: multipart/mixed; boundary="nikde"\r\nContent-Transfer-Encoding: base64\r\n\r\n--jinde\r\nContent-Type: text/html; charset=x-neznamo\r\n\r\n<p>\xff\xfe\x00',
      Buffer.from([0, 255, 254, 13, 10, 0, 128, 129]),
      mail('prazdny', { from: '' }),
      mail('posledni'),
    ])
    // What cannot be read is tried again after waits of minutes; they are over now.
    const hurry = given.db.prepare(`UPDATE incoming_items SET due_at = ? WHERE inbox_id = ? AND state = 'stored' AND due_at > ?`)
    await until('all nine have ended', async () => {
      hurry.run(Date.now(), id, Date.now())
      await pause(300)
      return settled(id) === 9
    }, 90)
    const items = given.db.prepare('SELECT id, state, reason FROM incoming_items WHERE inbox_id = ?').all(id) as { id: number; state: string; reason: string | null }[]
    assert.deepEqual(items.filter(({ state, reason }) => state !== 'done' && !reason), [], 'what is no ticket says why')

    const of = (subject: string) => given.one('SELECT count(*) FROM messages WHERE inbox_id = ? AND subject = ?', id, subject)
    assert.equal(of('Video'), 1)
    assert.isAbove(given.one(`SELECT bytes FROM attachments WHERE name = 'video.mp4'`), 25 * 1024 * 1024)
    assert.equal(of('Dotaz prvni') + of('Dotaz druhy'), 2, 'two mails with one Message-ID are two messages')
    assert.equal(of('Dotaz bez-id'), 2, 'a mail without a Message-ID is not dropped')
    assert.equal(of('Dotaz prazdny'), 1)
    assert.equal(of('Dotaz posledni'), 1)
  })

  test('the server renumbers its folder: nothing comes twice, and what is new comes', async ({ assert }) => {
    const { user, id } = await givenMailbox(Array.from({ length: 20 }, (_, n) => mail(`cislo-${n}`)))
    await until('the first twenty are here', () => given.messages(id) === 20)
    await dovecot.renumber(user)
    for (let n = 20; n < 23; n++) await dovecot.deliver(user, mail(`cislo-${n}`))
    await until('the new three are here', () => given.messages(id) >= 23)
    await until('the folder was looked through again', () => given.one('SELECT count(*) FROM incoming_items WHERE inbox_id = ?', id) >= 23 && !given.fates(id).stored && !given.fates(id).processing)
    assert.equal(given.messages(id), 23)
    assert.equal(given.one('SELECT count(DISTINCT subject) FROM messages WHERE inbox_id = ?', id), 23)
  })

  test('the line drops again and again during an import: everything comes once', async ({ assert }) => {
    const { id } = await givenMailbox(Array.from({ length: 150 }, (_, n) => mail(`vypadek-${n}`)), { port: imapWire.port })
    for (let drops = 0; drops < 4; drops++) {
      const before = given.one('SELECT count(*) FROM incoming_items WHERE inbox_id = ?', id)
      await until('it reads on', () => given.one('SELECT count(*) FROM incoming_items WHERE inbox_id = ?', id) > before || given.messages(id) >= 150)
      imapWire.drop()
    }
    await until('all 150 are here', () => given.messages(id) >= 150, 90)
    assert.equal(given.messages(id), 150)
    assert.deepEqual(given.fates(id), { done: 150 })
  })

  test('the mail server is gone: pages stay up, health says so in words, and the mail comes when it is back', async ({ assert }) => {
    const { user, id } = await givenMailbox([mail('pred')], { port: imapWire.port })
    await until('it works', () => given.messages(id) === 1)
    await imapWire.cut()
    await dovecot.deliver(user, mail('behem'))
    await until('health says so', () => given.health(id)?.ok === 0)
    assert.match(given.health(id)!.reason!, /"plugin":"email","key":"[a-z_.]+"/)
    const page = await given.visitor.get('/admin/inboxes')
    assert.equal(page.status, 200)
    assert.match(page.body, /127\.0\.0\.1|refused|connection/i)
    assert.equal((await given.visitor.get('/views/waiting')).status, 200)

    await imapWire.mend()
    await until('the mail came', () => given.messages(id) === 2, 40)
    await until('health is well again', () => given.health(id)?.ok === 1)
  })

  test('the SMTP server is gone: the reply waits with its reason and leaves when it is back', async ({ assert }) => {
    const { id } = await givenMailbox([mail('odpovedet')])
    await until('the ticket is here', () => given.messages(id) === 1)
    const ticketId = given.one('SELECT id FROM tickets WHERE inbox_id = ?', id)
    await given.visitor.get(`/tickets/${ticketId}`)
    await smtpWire.cut()
    await reply(given.visitor, given, ticketId, 'Odpověď bez pošty.')

    const delivery = () => given.db.prepare('SELECT state, attempts, error FROM deliveries JOIN messages ON messages.id = deliveries.message_id WHERE messages.ticket_id = ?').get(ticketId) as { state: string; attempts: number; error: string | null }
    await until('it was tried', () => delivery().attempts > 0 && delivery().state === 'pending')
    assert.match(delivery().error ?? '', /"key":"[a-z_.]+"/, 'why it waits is kept in words')
    const page = await given.visitor.get(`/tickets/${ticketId}`)
    assert.equal(page.status, 200)

    await smtpWire.mend()
    await until('it left', () => delivery().state === 'sent', 60)
    await pause(300)
    assert.lengthOf(sink.mails.filter(({ mail: sunk }) => sunk.text?.includes('Odpověď bez pošty.')), 1)
  })

  test('the folder of 20,000 has ended: every mail is a message, none twice', async ({ assert }) => {
    await until('all are done', () => given.fates(bigId).done === BIG_FOLDER, 300)
    assert.equal(given.messages(bigId), BIG_FOLDER)
    assert.deepEqual(given.fates(bigId), { done: BIG_FOLDER })
  }).timeout(320_000)
})
