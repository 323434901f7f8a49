import { createServer, type AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import nodemailer from 'nodemailer'
import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import type { Desk, Raw } from '#plugin'
import { listen } from '../listener.js'
import type { settings } from '../settings.js'
import { givenInbox } from './inbox.js'

async function givenListener(values: { fail?: boolean; maxMessageMb?: number; off?: boolean } = {}) {
  const port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo
      probe.close(() => done(free))
    })
  })
  const inbox = givenInbox({ listener: true, aliases: 'obchod@obchod.test\nprodej@obchod.test' })
  const other = givenInbox({ address: 'vypnuto@obchod.test', listener: false })
  const received: { inboxId: number; externalId: string; text: string; envelope?: Raw['envelope'] }[] = []
  const desk = {
    ...inbox,
    settings: { listenerPort: values.off ? null : port, listenerHost: '127.0.0.1', maxMessageMb: values.maxMessageMb ?? 1 },
    inboxes: async () => [inbox, other],
    receive: async (inboxId: number, item: Raw) => {
      const text = (await buffer(item.body instanceof Uint8Array ? Readable.from([item.body]) : (item.body as Readable))).toString()
      if (values.fail) throw new Error('database is gone')
      received.push({ inboxId, externalId: item.externalId, text, envelope: item.envelope })
      return { duplicate: false }
    },
    now: () => DateTime.utc(),
  } as unknown as Desk<typeof settings>
  const stop = new AbortController()
  const ended = listen(desk, stop.signal)
  await new Promise((wake) => setTimeout(wake, 100))
  const send = (to: string | string[], raw = 'Subject: Dotaz\r\n\r\nAhoj\r\n') =>
    nodemailer
      .createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
      .sendMail({ envelope: { from: 'jana@posta.test', to }, raw })
      .then(() => 250, (error: { responseCode?: number; code: string }) => error.responseCode ?? error.code)
  return { inbox, desk, received, send, stop: () => (stop.abort(), ended) }
}

test.group('E-mail | the SMTP listener', () => {
  test('accepts mail for the address and its aliases, once for each inbox', async ({ assert }) => {
    const { inbox, received, send, stop } = await givenListener()
    assert.equal(await send(['info@obchod.test', 'Prodej@Obchod.test']), 250)
    assert.lengthOf(received, 1)
    assert.equal(received[0].inboxId, inbox.id)
    assert.equal(received[0].externalId, createHash('sha256').update(received[0].text).digest('hex'))
    assert.include(received[0].text, 'Ahoj')
    assert.containSubset(received[0].envelope, { client: '127.0.0.1', sender: 'jana@posta.test' })
    assert.lengthOf(await readdir(await inbox.folder()), 0)
    await stop()
  })

  test('a mail too long for memory waits on the disk, and leaves nothing there', async ({ assert }) => {
    const { inbox, received, send, stop } = await givenListener()
    assert.equal(await send('info@obchod.test', `Subject: x\r\n\r\n${'dlouhý řádek\r\n'.repeat(55_000)}konec\r\n`), 250)
    assert.equal(received[0].externalId, createHash('sha256').update(received[0].text).digest('hex'))
    assert.match(received[0].text, /konec\r\n$/)
    assert.lengthOf(await readdir(await inbox.folder()), 0)
    await stop()
  })

  test('refuses other mailboxes, and those whose listener is off', async ({ assert }) => {
    const { send, stop } = await givenListener()
    assert.equal(await send('nekdo@obchod.test'), 550)
    assert.equal(await send('vypnuto@obchod.test'), 550)
    await stop()
  })

  test('refuses what is too big', async ({ assert }) => {
    const { received, send, stop } = await givenListener()
    assert.equal(await send('info@obchod.test', `Subject: x\r\n\r\n${'x'.repeat(70)}\r\n${'yyyyyyyyyyyyyyy\r\n'.repeat(80_000)}`), 552)
    assert.lengthOf(received, 0)
    await stop()
  })

  test('asks the sender to come again when it cannot be stored', async ({ assert }) => {
    const { send, stop } = await givenListener({ fail: true })
    assert.equal(await send('info@obchod.test'), 451)
    await stop()
  })

  test('is off without a port, and still ends by the signal', async ({ assert }) => {
    const { send, stop } = await givenListener({ off: true })
    assert.equal(await send('info@obchod.test'), 'ESOCKET')
    await stop()
  })
})
