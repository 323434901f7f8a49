import { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import type { File, OutgoingMessage, Sent, Words } from '#plugin'
import { SmtpSink, type SinkAnswer } from '../../../tests/fakes/smtp_sink.js'
import { referencesOf, subjectOf } from '../sending/compose.js'
import { refusalWords } from '../sending/refusals.js'
import { sendMail } from '../sending/send.js'
import { closePosts } from '../sending/transports.js'
import { givenInbox, givenOutgoing } from './inbox.js'

const file = (name: string, type: string, content: string, contentId?: string): File => ({ name, type, contentId, open: async () => Readable.from([Buffer.from(content)]) })
const key = (outcome: Sent) => ((outcome as { reason?: Words }).reason as Words)?.key

test.group('E-mail | sending', (group) => {
  let sink: SmtpSink
  group.each.setup(async () => {
    sink = await new SmtpSink().start()
    return async () => {
      closePosts()
      await sink.stop()
    }
  })

  const inbox = () => givenInbox({ 'name': 'Obchod u koně', 'smtp.host': '127.0.0.1', 'smtp.port': sink.port, 'smtp.tls': 'none' })
  const send = (message: Partial<OutgoingMessage> = {}, ...answers: SinkAnswer[]) => {
    sink.next(...answers)
    return sendMail(givenOutgoing(message), inbox())
  }

  test('sends one mail that threads, with both texts, files and every recipient', async ({ assert }) => {
    const outcome = await send({
      alsoTo: [{ kind: 'email', value: 'petr@posta.test' }],
      cc: [{ kind: 'email', value: 'ucetni@firma.test', name: 'Účetní' }],
      bcc: [{ kind: 'email', value: 'archiv@firma.test' }],
      fromName: 'Petr z Obchodu',
      subject: 'Re: RE: Žluťoučký kůň',
      html: '<p>Dobrý den <img src="cid:logo@x"></p>',
      files: [file('účet č. 1.pdf', 'application/pdf', 'PDF'), file('logo.png', 'image/png', 'PNG', 'logo@x')],
      thread: { references: ['<prvni@posta.test>', '<druhy@posta.test>'] },
    })

    assert.deepEqual(outcome, { outcome: 'sent', externalId: '<op.12.34.abcdefghij@obchod.test>' })
    const [{ mail, to, from, raw }] = sink.mails
    assert.equal(from, 'info@obchod.test')
    assert.sameMembers([...to], ['jana@posta.test', 'petr@posta.test', 'ucetni@firma.test', 'archiv@firma.test'])
    assert.notInclude(raw.toString(), 'archiv@firma.test')
    assert.equal(mail.messageId, '<op.12.34.abcdefghij@obchod.test>')
    assert.equal(mail.inReplyTo, '<druhy@posta.test>')
    assert.deepEqual(mail.references, ['<prvni@posta.test>', '<druhy@posta.test>'])
    assert.equal(mail.subject, 'Re: Žluťoučký kůň [#12]')
    assert.deepEqual(mail.from?.value[0], { name: 'Petr z Obchodu', address: 'info@obchod.test' })
    assert.include(mail.text ?? '', 'posíláme nového koně')
    assert.deepEqual(mail.attachments.map(({ filename, content }) => [filename, content.toString()]), [['logo.png', 'PNG'], ['účet č. 1.pdf', 'PDF']])
    assert.isFalse(mail.headers.has('auto-submitted'))
  })

  test('makes HTML of a plain text, and escapes it', async ({ assert }) => {
    await send({ text: 'První <b>řádek</b>\nDruhý' })
    assert.include(String(sink.mails[0].mail.html), 'První &lt;b&gt;řádek&lt;/b&gt;<br>')
  })

  test('marks what no person wrote, so that machines do not answer it', async ({ assert }) => {
    await send({ byPerson: false, thread: { references: ['<a@b.test>'] } })
    const { headers } = sink.mails[0].mail
    assert.equal(headers.get('auto-submitted'), 'auto-replied')
    assert.equal(headers.get('x-auto-response-suppress'), 'All')
    assert.equal(headers.get('x-opora-loop'), 'info')
  })

  test('a line break in the subject makes no header', async ({ assert }) => {
    await send({ subject: 'Ahoj\r\nBcc: zlodej@zly.test' })
    assert.equal(sink.mails[0].mail.subject, 'Ahoj Bcc: zlodej@zly.test [#12]')
    assert.deepEqual(sink.mails[0].to, ['jana@posta.test'])
  })

  test('sends two messages over one connection', async ({ assert }) => {
    await send()
    assert.equal((await send({ reference: 'op.12.35.abcdefghij' })).outcome, 'sent')
    assert.lengthOf(sink.mails, 2)
  })

  test('tries again later, with the same id, what the server puts off', async ({ assert }) => {
    for (const at of ['mail', 'rcpt', 'data'] as const) {
      const outcome = await send({}, { kind: 'refuse', at, code: 451, text: '4.7.1 greylisted, try again later' })
      assert.equal(outcome.outcome, 'later', at)
      assert.isAbove((outcome as { after: DateTime }).after.toMillis(), Date.now() - 60_000)
    }
    assert.equal((await send()).outcome, 'sent')
    assert.equal(sink.mails[0].mail.messageId, '<op.12.34.abcdefghij@obchod.test>')
  })

  test('gives up after two days', async ({ assert }) => {
    const outcome = await send({ attempts: 30, firstTriedAt: DateTime.utc().minus({ hours: 49 }) }, { kind: 'refuse', at: 'rcpt', code: 451, text: 'later' })
    assert.equal(outcome.outcome, 'refused')
    assert.equal(key(outcome), 'send.gaveUp')
  })

  test('says in words what the server refuses for good', async ({ assert }) => {
    const cases: [SinkAnswer & { kind: 'refuse' }, string][] = [
      [{ kind: 'refuse', at: 'rcpt', code: 550, text: '5.1.1 user unknown' }, 'send.userUnknown'],
      [{ kind: 'refuse', at: 'rcpt', code: 552, text: '5.2.2 mailbox full' }, 'send.mailboxFull'],
      [{ kind: 'refuse', at: 'data', code: 552, text: '5.3.4 too big' }, 'send.tooBig'],
      [{ kind: 'refuse', at: 'data', code: 554, text: '5.7.1 looks like spam' }, 'send.policy'],
    ]
    for (const [answer, words] of cases) {
      const outcome = await send({}, answer)
      assert.equal(outcome.outcome, 'refused', words)
      assert.equal(key(outcome), words)
      assert.include((outcome as { reason: Words }).reason.detail ?? '', answer.text)
    }
  })

  test('never drops one recipient silently', async ({ assert }) => {
    const outcome = await send({ cc: [{ kind: 'email', value: 'preklep@posta.test' }] }, { kind: 'refuse', at: 'rcpt', code: 550, text: '5.1.1 user unknown', only: 'preklep@posta.test' })
    assert.equal(outcome.outcome, 'refused')
    assert.equal(key(outcome), 'send.partly')
    assert.containSubset((outcome as { reason: Words }).reason.values, { accepted: 'jana@posta.test', rejected: 'preklep@posta.test' })
  })

  test('a line cut before the contents is safe to try again', async ({ assert }) => {
    assert.equal((await send({}, { kind: 'drop', when: 'before' })).outcome, 'later')
  })

  test('a line cut while or after the contents leave is unknown, and nothing is sent again by itself', async ({ assert }) => {
    const big = [file('velky.bin', 'application/octet-stream', 'x'.repeat(3_000_000))]
    assert.equal((await send({ files: big }, { kind: 'drop', when: 'during' })).outcome, 'unknown')
    assert.equal((await send({}, { kind: 'drop', when: 'after' })).outcome, 'unknown')
    await new Promise((wake) => setTimeout(wake, 300))
    assert.lengthOf(sink.mails, 1)
  })

  test('waits while nobody listens, the password is wrong, or there is no server', async ({ assert }) => {
    const refusing = await sendMail(givenOutgoing(), givenInbox({ 'smtp.host': '127.0.0.1', 'smtp.port': 1, 'smtp.tls': 'none' }))
    assert.equal(refusing.outcome, 'later')
    assert.equal(key(refusing), 'fault.refused')

    const strict = await new SmtpSink({ user: 'info', password: 'right' }).start()
    const login = { 'smtp.host': '127.0.0.1', 'smtp.port': strict.port, 'smtp.tls': 'none', 'smtp.username': 'info' } as const
    const locked = await sendMail(givenOutgoing({ attempts: 50, firstTriedAt: DateTime.utc().minus({ days: 5 }) }), givenInbox({ ...login, 'smtp.password': 'wrong' }))
    assert.equal(locked.outcome, 'later')
    assert.equal(key(locked), 'fault.login')
    assert.equal((await sendMail(givenOutgoing(), givenInbox({ ...login, 'smtp.password': 'right' }))).outcome, 'sent')
    closePosts()
    await strict.stop()

    const without = await sendMail(givenOutgoing(), givenInbox())
    assert.equal(without.outcome, 'later')
    assert.equal(key(without), 'send.noSmtp')
  })

  test('keeps Re: and the number once', ({ assert }) => {
    const subject = (text: string, references: string[] = ['<a@b>']) => subjectOf(givenOutgoing({ subject: text, thread: { references } }))
    assert.equal(subject('Reklamace'), 'Re: Reklamace [#12]')
    assert.equal(subject('Re: Odp: Re[2]: Reklamace [#12]'), 'Re: Reklamace [#12]')
    assert.equal(subject('Reklamace', []), 'Reklamace [#12]')
    assert.equal(subject('', []), '[#12]')
  })

  test('keeps References short, with the first and the newest', ({ assert }) => {
    const ids = Array.from({ length: 60 }, (_, index) => `<message-${index}@posta.test>`)
    const chain = referencesOf(ids)
    assert.isAtMost(chain.length, 20)
    assert.isAtMost(chain.join(' ').length, 900)
    assert.equal(chain[0], ids[0])
    assert.equal(chain.at(-1), ids.at(-1))
    assert.deepEqual(referencesOf(['a@b', 'bad id', '<a@b>']), ['<a@b>'])
  })

  test('knows the codes of mail servers', ({ assert }) => {
    const words = (response: string, code: number) => refusalWords(response, code, 'x@y').key
    assert.equal(words('550 5.7.26 unauthenticated', 550), 'send.ourDomain')
    assert.equal(words('550 No such user here', 550), 'send.userUnknown')
    assert.equal(words('421 Service not available', 421), 'send.unavailable')
    assert.equal(words('550 nope', 550), 'send.refused')
  })
})
