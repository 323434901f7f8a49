import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import type { Raw } from '#plugin'
import { FakeMailbox } from '../../../tests/fakes/imap.js'
import { pollWith } from '../poll.js'
import { UNFETCHED } from '../reading/unfetched.js'
import { givenInbox } from './inbox.js'

const mail = (number: number, size = 0) => `From: zakaznik@posta.test\r\nSubject: Mail ${number}\r\nMessage-ID: <${number}@posta.test>\r\n\r\n${'x'.repeat(size)}\r\n`

/** A desk that polls: keeps the cursor as the core does, and what came. */
function givenReader(mailbox: FakeMailbox, values: { startFrom?: 'all' | 'now'; waitMs?: number } = {}) {
  const clock = { now: DateTime.utc() }
  const inbox = givenInbox({ 'imap.host': 'imap.test', 'imap.username': 'info', 'imap.password': 'x', 'imap.startFrom': values.startFrom ?? 'all' }, clock)
  const poll = pollWith(mailbox.connect, values.waitMs ?? 20)
  const stop = new AbortController()
  const reader = {
    cursor: null as string | null,
    items: [] as Raw[],
    clock,
    stop,
    get ids() {
      return reader.items.map(({ externalId }) => externalId)
    },
    async round() {
      const { items, cursor } = await poll.fetch(inbox, reader.cursor, stop.signal)
      reader.items.push(...items)
      reader.cursor = cursor
      return items
    },
    /** A round whose result is lost: the process died before the commit. */
    async lostRound() {
      return (await poll.fetch(inbox, reader.cursor, stop.signal)).items
    },
    async untilQuiet() {
      while ((await reader.round()).length > 0);
    },
  }
  return reader
}

test.group('E-mail | reading a folder', () => {
  test('takes what is there, then only what is new, over one connection', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 120; number++) mailbox.append(mail(number))

    assert.lengthOf(await reader.round(), 50)
    await reader.untilQuiet()
    mailbox.append(mail(121))
    await reader.untilQuiet()

    assert.lengthOf(new Set(reader.ids), 121)
    assert.equal(reader.ids[0], 'INBOX:1:1')
    assert.equal(reader.ids[120], 'INBOX:1:121')
    assert.equal(mailbox.connections, 1)
    assert.lengthOf(mailbox.fetched, 121)
  })

  test('starts with the mail of now on when asked to', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox, { startFrom: 'now' })
    mailbox.append(mail(1))
    await reader.untilQuiet()
    mailbox.append(mail(2))
    await reader.untilQuiet()
    assert.deepEqual(reader.ids, ['INBOX:1:2'])
  })

  test('is not fooled by the last mail that n:* always names', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    mailbox.append(mail(1))
    await reader.untilQuiet()
    for (let round = 0; round < 3; round++) assert.lengthOf(await reader.round(), 0)
  })

  test('hands the same items over again when the commit failed and the process lives on', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 250; number++) mailbox.append(mail(number))

    await reader.round()
    const lost = await reader.lostRound()
    assert.lengthOf(lost, 50)
    await reader.untilQuiet()
    assert.includeMembers(reader.ids, lost.map(({ externalId }) => externalId))
    assert.lengthOf(new Set(reader.ids), 250)
    assert.equal(mailbox.connections, 1)
  })

  test('hands the same items over again when the process died before the commit', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    mailbox.append(mail(1))
    mailbox.append(mail(2))
    const lost = await reader.lostRound()
    const again = givenReader(mailbox)
    await again.untilQuiet()
    assert.deepEqual(again.ids, lost.map(({ externalId }) => externalId))
  })

  test('wakes at once when a mail comes', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox, { waitMs: 5000 })
    const begun = Date.now()
    const waiting = reader.round()
    setTimeout(() => mailbox.append(mail(1)), 50)
    assert.lengthOf(await waiting, 1)
    assert.isBelow(Date.now() - begun, 2000)
  })

  test('finds a mail that became visible after its neighbours', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 5; number++) mailbox.append(mail(number))
    mailbox.hideUid(3)
    await reader.untilQuiet()
    mailbox.showUid(3)
    await reader.untilQuiet()
    assert.sameMembers(reader.ids, [1, 2, 3, 4, 5].map((uid) => `INBOX:1:${uid}`))
    assert.lengthOf(reader.ids, 5)
  })

  test('knows a renumbered folder, and looks back a week before its last visit', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    mailbox.append(mail(1), new Date('2020-01-01'))
    mailbox.append(mail(2))
    await reader.untilQuiet()
    mailbox.renumber()
    mailbox.append(mail(3))
    await reader.round().catch(() => {})
    await reader.untilQuiet()
    assert.deepEqual(reader.ids, ['INBOX:1:1', 'INBOX:1:2', 'INBOX:2:2', 'INBOX:2:3'])
  })

  test('goes on with a new connection after a drop, losing and doubling nothing', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 60; number++) mailbox.append(mail(number))
    await reader.round()
    mailbox.dropConnections()
    mailbox.append(mail(61))
    await reader.untilQuiet()
    assert.lengthOf(reader.ids, 61)
    assert.lengthOf(new Set(reader.ids), 61)
    assert.equal(mailbox.connections, 2)
  })

  test('a mail that cannot be had becomes a note and holds up nothing', async ({ assert }) => {
    for (const how of ['refuse', 'drop'] as const) {
      const mailbox = new FakeMailbox()
      const reader = givenReader(mailbox)
      for (let number = 1; number <= 3; number++) mailbox.append(mail(number))
      mailbox.breakUid(2, how)
      for (let round = 0; round < 12; round++) await reader.round().catch(() => {})
      assert.deepEqual(reader.ids, ['INBOX:1:1', 'INBOX:1:2', 'INBOX:1:3'], how)
      assert.equal(reader.items[1].type, UNFETCHED)
    }
  })

  test('a mail deleted under our hands is nobody', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 3; number++) mailbox.append(mail(number))
    mailbox.expunge(2)
    await reader.untilQuiet()
    assert.deepEqual(reader.ids, ['INBOX:1:1', 'INBOX:1:3'])
  })

  test('bounds a round by bytes and takes a big mail over the disk', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    const big = mail(1, 15 * 1024 * 1024)
    mailbox.append(big)
    mailbox.append(mail(2, 15 * 1024 * 1024))
    const [first, ...rest] = await reader.round()
    assert.lengthOf(rest, 0)
    assert.isFalse(first.body instanceof Uint8Array)
    assert.equal((await buffer(first.body as Readable)).toString(), big)
    assert.lengthOf(await reader.round(), 1)
  })

  test('reads a folder of 20,000 step by step', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox)
    for (let number = 1; number <= 20_000; number++) mailbox.append('Subject: x\r\n\r\n')
    for (let round = 0; round < 400; round++) assert.lengthOf(await reader.round(), 50)
    assert.lengthOf(await reader.round(), 0)
    assert.lengthOf(new Set(reader.ids), 20_000)
  }).timeout(60_000)

  test('ends at once, and quietly, by the signal', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const reader = givenReader(mailbox, { waitMs: 60_000 })
    const waiting = reader.round()
    setTimeout(() => reader.stop.abort(), 30)
    assert.lengthOf(await waiting, 0)
  })
})
