import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import type { Raw, Words } from '#plugin'
import { startDovecot, type Dovecot } from '../../../tests/servers/dovecot.js'
import { checkInbox } from '../check.js'
import { connectImap } from '../imap_client.js'
import { pollWith } from '../poll.js'
import { givenInbox } from './inbox.js'

const mail = (number: number, size = 10) => `From: zakaznik@posta.test\r\nSubject: Mail ${number}\r\nMessage-ID: <${number}@posta.test>\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(Math.ceil(size / 72))}`

test.group('E-mail | a real Dovecot', (group) => {
  let dovecot: Dovecot
  let users = 0
  group.setup(async () => {
    dovecot = await startDovecot()
    return () => dovecot.stop()
  })

  function givenReader(waitMs = 300) {
    const user = `user${++users}`
    const inbox = givenInbox(
      { 'imap.host': '127.0.0.1', 'imap.port': dovecot.port, 'imap.tls': 'none', 'imap.username': user, 'imap.password': dovecot.password },
      { now: DateTime.utc() }
    )
    const poll = pollWith(connectImap, waitMs)
    const stop = new AbortController()
    const reader = {
      user,
      cursor: null as string | null,
      items: [] as Raw[],
      stop: () => stop.abort(),
      async round() {
        const { items, cursor } = await poll.fetch(inbox, reader.cursor, stop.signal)
        reader.items.push(...items)
        reader.cursor = cursor
        return items
      },
      async untilQuiet() {
        while ((await reader.round()).length > 0);
      },
    }
    return reader
  }

  test('reads a folder to its end, byte for byte, and leaves it as it was', async ({ assert }) => {
    const reader = givenReader()
    for (let number = 1; number <= 120; number++) await dovecot.deliver(reader.user, mail(number))
    await reader.untilQuiet()
    assert.lengthOf(new Set(reader.items.map(({ externalId }) => externalId)), 120)
    assert.equal(Buffer.from(reader.items[0].body as Uint8Array).toString().replace(/\d+/g, ''), mail(1).replace(/\d+/g, ''))
    reader.stop()

    const client = await connectImap({ host: '127.0.0.1', port: dovecot.port, tls: 'none', username: reader.user, password: dovecot.password, key: '' })
    await client.open('INBOX')
    assert.lengthOf(await client.uids('1:*'), 120)
    client.close()
  })

  test('is told of a new mail by IDLE within two seconds, again and again', async ({ assert }) => {
    const reader = givenReader(20_000)
    await dovecot.deliver(reader.user, mail(0))
    await reader.round()
    for (let number = 1; number <= 3; number++) {
      const waiting = reader.round()
      await new Promise((wake) => setTimeout(wake, 400))
      const begun = Date.now()
      await dovecot.deliver(reader.user, mail(number))
      assert.lengthOf(await waiting, 1)
      assert.isBelow(Date.now() - begun, 2000)
    }
    reader.stop()
  })

  test('takes a mail of 30 MB', async ({ assert }) => {
    const reader = givenReader()
    const big = mail(1, 30 * 1024 * 1024)
    await dovecot.deliver(reader.user, big)
    const [item] = await reader.round()
    assert.equal((await buffer(item.body as Readable)).length, big.length)
    reader.stop()
  })

  test('goes on after the server was restarted', async ({ assert }) => {
    const reader = givenReader()
    await dovecot.deliver(reader.user, mail(1))
    await reader.untilQuiet()
    await dovecot.restart()
    await dovecot.deliver(reader.user, mail(2))
    await reader.round().catch(() => {})
    await reader.untilQuiet()
    assert.lengthOf(reader.items, 2)
    reader.stop()
  })

  test('knows when the server has renumbered the folder', async ({ assert }) => {
    const reader = givenReader()
    for (let number = 1; number <= 3; number++) await dovecot.deliver(reader.user, mail(number))
    await reader.untilQuiet()
    const before = JSON.parse(reader.cursor!).uidValidity
    await dovecot.renumber(reader.user)
    await dovecot.deliver(reader.user, mail(4))
    await reader.round().catch(() => {})
    await reader.untilQuiet()
    assert.notEqual(JSON.parse(reader.cursor!).uidValidity, before)
    assert.include(reader.items.map(({ body }) => Buffer.from(body as Uint8Array).toString()).join(), 'Mail 4')
    reader.stop()
  })

  test('says in words when the folder or the password is wrong', async ({ assert }) => {
    const values = { 'imap.host': '127.0.0.1', 'imap.port': dovecot.port, 'imap.tls': 'none', 'imap.username': 'check', 'imap.password': dovecot.password } as const
    assert.deepEqual(await checkInbox(givenInbox(values), connectImap), { ok: true, note: null })
    const folder = await checkInbox(givenInbox({ ...values, 'imap.folder': 'Neznama' }), connectImap)
    assert.equal((!folder.ok && (folder.reason as Words).key) || '', 'fault.folder')
    const login = await checkInbox(givenInbox({ ...values, 'imap.password': 'wrong' }), connectImap)
    assert.equal((!login.ok && (login.reason as Words).key) || '', 'fault.login')
    const starttls = await checkInbox(givenInbox({ ...values, 'imap.tls': 'starttls' }), connectImap)
    assert.equal((!starttls.ok && (starttls.reason as Words).key) || '', 'fault.noStarttls')
  })

  test('counts the spam folder by what the server says of it, by its name in any letters, or by the one that was named (R067)', async ({ assert }) => {
    const looked = (user: string, values: object = {}) => checkInbox(givenInbox({ 'imap.host': '127.0.0.1', 'imap.port': dovecot.port, 'imap.tls': 'none', 'imap.username': user, 'imap.password': dovecot.password, ...values }), connectImap)
    const noted = (count: number, folder: string) => ({ ok: true as const, note: { key: 'check.junk', values: { count, folder } } })
    const aside = async (user: string, folder: string, count: number) => {
      for (let number = 1; number <= count; number++) await dovecot.deliver(user, mail(number), folder)
    }

    await aside('marked', 'Odlozene', 3)
    await aside('marked', 'Junk', 1)
    assert.deepEqual(await looked('marked'), noted(3, 'Odlozene'))
    await aside('plain', 'Junk', 2)
    assert.deepEqual(await looked('plain'), noted(2, 'Junk'))
    // "Nevyžádaná pošta" as it lies on the disk (modified UTF-7, RFC 3501).
    await aside('czech', 'Nevy&AX4A4Q-dan&AOE- po&AWE-ta', 4)
    assert.deepEqual(await looked('czech'), noted(4, 'Nevyžádaná pošta'))
    await aside('named', 'Junk', 1)
    await aside('named', 'Reklamy', 5)
    assert.deepEqual(await looked('named', { 'spam.folder': 'Reklamy' }), noted(5, 'Reklamy'))
    await aside('empty', 'INBOX', 2)
    assert.deepEqual(await looked('empty'), { ok: true, note: null })

    // Counted only: what lies there is read by nobody, and stays as new as it was.
    const client = await connectImap({ host: '127.0.0.1', port: dovecot.port, tls: 'none', username: 'marked', password: dovecot.password, key: '' })
    assert.deepEqual(await client.count(null), { folder: 'Odlozene', messages: 3 })
    client.close()
    const reader = givenReader()
    await dovecot.deliver(reader.user, mail(1))
    await aside(reader.user, 'Junk', 2)
    await reader.untilQuiet()
    assert.lengthOf(reader.items, 1)
    reader.stop()
  })
})
