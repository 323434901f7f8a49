import { setTimeout as pause } from 'node:timers/promises'
import { test } from '@japa/runner'
import { SmtpSink, type SinkAnswer } from '../fakes/smtp_sink.js'
import { startDovecot, type Dovecot } from '../servers/dovecot.js'
import { givenDesk, mail, reply, until, type GivenDesk } from './desk_with_mail.js'

const MAILS = 500
const KILLS = 20
const REPLIES = 100

test.group('Faults | the process is killed', (group) => {
  let dovecot: Dovecot
  let sink: SmtpSink
  let given: GivenDesk
  let inboxId: number

  group.setup(async () => {
    ;[dovecot, sink, given] = await Promise.all([startDovecot(), new SmtpSink().start(), givenDesk()])
    return async () => {
      await given.stop()
      await Promise.all([dovecot.stop(), sink.stop()])
    }
  })

  test('500 mails, 20 kills in the middle of the import: 500 messages, none lost, none twice', async ({ assert }) => {
    await dovecot.lay('info', Array.from({ length: MAILS }, (_, n) => mail(n + 1)))
    inboxId = given.addInbox({ address: 'info@kavarna.test', imap: { port: dovecot.port, user: 'info', password: dovecot.password }, smtpPort: sink.port })

    let during = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const before = given.messages(inboxId)
      // The first one at once; then as soon as it has got on, however long this machine takes to begin.
      if (kill > 0) await until('the import goes on', () => given.messages(inboxId) > before || before >= MAILS, 60)
      await pause(Math.random() * 50)
      await given.desk.kill()
      const after = given.messages(inboxId)
      if (after > 0 && after < MAILS) during++
      await given.desk.start()
    }
    await until('all is processed', () => given.one(`SELECT count(*) FROM incoming_items WHERE state = 'done'`) >= MAILS, 90)
    await pause(1500)

    assert.isAbove(during, KILLS / 2, 'too few of the kills fell into the import')
    assert.deepEqual(given.fates(inboxId), { done: MAILS })
    assert.equal(given.messages(inboxId), MAILS)
    assert.equal(given.one('SELECT count(DISTINCT external_id) FROM messages'), MAILS)
    assert.equal(given.one('SELECT count(*) FROM tickets'), MAILS)
    assert.equal(given.one('SELECT count(*) FROM tickets WHERE message_count <> 1'), 0)
  })

  test('100 replies, a far side that hangs up at random, and kills: each arrives once or is shown as unknown', async ({ assert }) => {
    const visitor = await given.desk.signIn()
    const tickets = given.db.prepare('SELECT id FROM tickets ORDER BY id LIMIT ?').all(REPLIES) as { id: number }[]
    await visitor.get(`/tickets/${tickets[0].id}`)
    const drops = ['before', 'during', 'after'] as const
    sink.next(...Array.from({ length: REPLIES * 2 }, (): SinkAnswer => (Math.random() < 0.35 ? { kind: 'drop', when: drops[Math.floor(Math.random() * 3)] } : { kind: 'accept' })))

    for (const [n, { id }] of tickets.entries()) {
      await reply(visitor, given, id, `Odpověď číslo ${n + 1}.`)
      if (n % 25 === 20) {
        await pause(Math.random() * 300)
        await given.desk.kill()
        await given.desk.start()
      }
    }
    const left = given.db.prepare(`UPDATE deliveries SET due_at = ? WHERE state = 'pending' AND due_at > ?`)
    await until('nothing waits any more', async () => {
      // The waits between tries are minutes; they are over now.
      left.run(Date.now(), Date.now())
      await pause(500)
      return given.one(`SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')`) === 0
    })

    const states = given.db.prepare('SELECT messages.text, deliveries.state FROM deliveries JOIN messages ON messages.id = deliveries.message_id').all() as { text: string; state: string }[]
    assert.lengthOf(states, REPLIES)
    const wrong = states
      .map(({ text, state }) => ({ text, state, arrived: sink.mails.filter((sunk) => sunk.mail.text?.includes(text)).length }))
      .filter(({ state, arrived }) => arrived > 1 || (arrived === 0 && state !== 'unknown') || (arrived === 1 && !['sent', 'unknown'].includes(state)))
    assert.deepEqual(wrong, [])
    assert.isAbove(states.filter(({ state }) => state === 'sent').length, REPLIES / 3)
    assert.isAbove(states.filter(({ state }) => state === 'unknown').length, 0)
  })
})
