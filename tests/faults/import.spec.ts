import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from '@japa/runner'
import { givenDesk, until } from './desk_with_mail.js'

/** `IMPORT_MAILS=20000` is the whole of the issue; a tenth of it falls into the same gaps. */
const MAILS = Number(process.env.IMPORT_MAILS ?? 2000)
const KILLS = 5

/** An old folder: every third letter answers the one before it. */
async function layMbox(path: string, count: number) {
  const file = createWriteStream(path)
  for (let n = 1; n <= count; n++) {
    const first = n % 3 === 1 ? n : n - ((n - 1) % 3)
    const at = new Date(Date.UTC(2018, 0, 1) + n * 600_000)
    const text = [
      `From zakaznik@posta.test ${at.toUTCString()}`,
      `From: Zákazník ${first % 900} <zakaznik${first % 900}@posta.test>`,
      'To: info@kavarna.test',
      `Subject: ${n === first ? '' : 'Re: '}Dotaz ${first}`,
      `Date: ${at.toUTCString()}`,
      `Message-ID: <stary-${n}@posta.test>`,
      ...(n === first ? [] : [`In-Reply-To: <stary-${n - 1}@posta.test>`, `References: <stary-${first}@posta.test>`]),
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Dobrý den, píšu kvůli objednávce ${first}. Už je to ${n}. zpráva.`,
      '',
      '',
    ].join('\n')
    if (!file.write(text)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}

test.group('Faults | the process is killed during an import', () => {
  test(`${MAILS} messages, ${KILLS} kills: each is there once, in its thread, with its time`, async ({ assert, cleanup }) => {
    const given = await givenDesk()
    cleanup(() => given.stop())
    const inboxId = given.addInbox({ address: 'info@kavarna.test' })
    const path = join(given.desk.options.dataDir, 'old.mbox')
    await layMbox(path, MAILS)
    const at = Date.now()
    given.db.prepare(`INSERT INTO imports (inbox_id, source, options, state, created_at, updated_at) VALUES (?, 'mbox', ?, 'running', ?, ?)`).run(inboxId, JSON.stringify({ path }), at, at)
    const taken = () => given.one('SELECT taken FROM imports')
    const read = () => given.one(`SELECT count(*) FROM incoming_items WHERE state = 'done'`)

    let during = 0
    for (let kill = 1; kill <= KILLS; kill++) {
      await until('the next part is read', () => read() >= (MAILS * kill) / (KILLS + 2), 300)
      await pause(Math.random() * 200)
      await given.desk.kill()
      if (taken() > 0 && read() < MAILS) during++
      await given.desk.start()
    }
    await until('all is read', () => given.one(`SELECT count(*) FROM imports WHERE state = 'done'`) === 1 && read() >= MAILS, 400)

    assert.equal(during, KILLS)
    assert.deepEqual(given.fates(inboxId), { done: MAILS })
    assert.equal(taken(), MAILS)
    assert.equal(given.messages(inboxId), MAILS)
    assert.equal(given.one('SELECT count(DISTINCT external_id) FROM messages'), MAILS)
    assert.equal(given.one('SELECT count(*) FROM tickets'), Math.ceil(MAILS / 3))
    assert.equal(given.one(`SELECT count(*) FROM tickets WHERE status <> 'closed' OR waiting_since_at IS NOT NULL`), 0)
    assert.equal(given.one('SELECT max(created_at) FROM messages'), Date.UTC(2018, 0, 1) + MAILS * 600_000)
    assert.equal(given.one(`SELECT count(*) FROM deliveries`), 0)
    assert.equal(given.one(`SELECT count(*) FROM events WHERE name LIKE 'ticket:%' AND via <> 'import'`), 0)
  }).timeout(900_000)
})
