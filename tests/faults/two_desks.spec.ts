import { setTimeout as pause } from 'node:timers/promises'
import { test } from '@japa/runner'
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { RunningDesk, startDesk, type Desk } from '../servers/desk.js'
import { freePort } from '../servers/processes.js'
import { until } from './desk_with_mail.js'

interface Side {
  readonly desk: Desk
  readonly address: string
  readonly port: number
  readonly db: Database.Database
}

/** A desk that takes mail by its own listener and confirms every new matter. */
async function givenSide(address: string): Promise<Side> {
  const desk = await startDesk()
  const port = await freePort()
  const db = new Database(join(desk.dataDir, 'opora.sqlite'))
  db.pragma('busy_timeout = 10000')
  const settings = await new RunningDesk({ dataDir: desk.dataDir }).seal({ listenerPort: port })
  const at = Date.now()
  db.prepare(`INSERT INTO plugins (id, enabled_at, settings, created_at, updated_at) VALUES ('email', ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at`).run(at, settings, at, at)
  return { desk, address, port, db }
}

const connect = (side: Side, to: Side) =>
  side.desk.api('POST', '/inboxes', {
    channel: 'email',
    name: side.address,
    undo_seconds: 0,
    auto_reply: true,
    auto_reply_text: 'We have got your message as {number}.',
    config: { address: side.address, listener: true, smtp: { host: '127.0.0.1', port: to.port, tls: 'none' } },
  })

const count = ({ db }: Side, kind: string) => (db.prepare('SELECT count(*) AS n FROM messages WHERE kind = ?').get(kind) as { n: number }).n
const waiting = ({ db }: Side) =>
  (db.prepare(`SELECT (SELECT count(*) FROM incoming_items WHERE state IN ('stored', 'processing')) + (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')) + (SELECT count(*) FROM events WHERE dispatched_at IS NULL) AS n`).get() as { n: number }).n

test.group('Two desks', () => {
  test('two desks that answer each other by themselves stop after two mails', async ({ assert, cleanup }) => {
    const [first, second] = await Promise.all([givenSide('info@prvni.test'), givenSide('info@druhy.test')])
    cleanup(async () => {
      for (const side of [first, second]) {
        side.db.close()
        await side.desk.stop()
      }
    })
    // The listener's port is read when the process starts.
    for (const side of [first, second]) {
      await side.desk.kill()
      await side.desk.start()
    }
    await connect(first, second)
    await connect(second, first)

    await first.desk.api('POST', '/tickets', { subject: 'Objednávka', customer: { email: second.address }, message: { text: 'Dobrý den, máte to skladem?', direction: 'outbound' } })
    await until('the second desk confirms and the first one gets it', () => count(first, 'inbound') === 1)
    await until('nothing is on its way', async () => {
      for (let look = 0; look < 20; look++) {
        if (waiting(first) + waiting(second) > 0) return false
        await pause(100)
      }
      return true
    })

    assert.deepEqual([count(first, 'reply'), count(first, 'auto_reply'), count(first, 'inbound')], [1, 0, 1])
    assert.deepEqual([count(second, 'reply'), count(second, 'auto_reply'), count(second, 'inbound')], [0, 1, 1])
    const confirmation = first.db.prepare(`SELECT automatic, automatic_kind FROM messages WHERE kind = 'inbound'`).get()
    assert.deepEqual(confirmation, { automatic: 1, automatic_kind: 'loop' })
    assert.equal((first.db.prepare('SELECT count(*) AS n FROM tickets').get() as { n: number }).n, 1)
  }).timeout(180_000)
})
