import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { accept } from '#channels/inbound/gateway'
import { now } from '#support/clock'
import { forgetDirectory } from '#tickets/pages/directory'
import { sanitiseMail } from '#tickets/mail_html'
import { drain } from '#tests/drain'
import { givenAgent, givenInbox, givenTicket, words } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'correct horse battery'
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const FIXTURES = new URL('../../fixtures/mail/', import.meta.url)

async function atWork(values: Parameters<typeof givenAgent>[0] = {}) {
  const agent = await givenAgent({ language: 'en', ...values, password: await hash.make(PASSWORD) })
  const visitor = await signedIn(agent, PASSWORD)
  await visitor.open('/views/waiting')
  return { agent, visitor }
}

/** A mail of the corpus through the whole gateway; returns its message's row. */
async function arrived(name: string) {
  const inbox = await givenInbox({ channel: 'email' })
  await db.from('inboxes').where('id', inbox.id).update({ config: JSON.stringify({ address: inbox.address }) })
  await accept(inbox, [{ externalId: name, type: 'message/rfc822', at: now(), body: readFileSync(new URL(`${name}/mail.eml`, FIXTURES)) }], { via: 'poll' })
  await drain()
  return db.from('messages').where('inbox_id', inbox.id).firstOrFail()
}

/** A message with these pictures from the internet. */
async function withPictures(addresses: string[]) {
  const ticket = await givenTicket()
  const { html, remoteImages } = sanitiseMail(addresses.map((address) => `<p>Foto</p><img src="${address}">`).join(''))
  return ticket.receive(words(ticket.inboxId, ticket.customerId, { html, remoteImages }), { by: { kind: 'customer', id: ticket.customerId } })
}

test.group('Thread | what a mail holds', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())

  test('an invitation stands as a card: what, when, where, who', async ({ assert }) => {
    const { visitor } = await atWork()
    const message = await arrived('structure-invitation')
    const page = (await visitor.open(`/tickets/${message.ticket_id}`)).text
    assert.match(page, /class="invitation"[^]*Předání zakázky, Brno[^]*Where[^]*Kancelář, Brno[^]*Who invites[^]*Jana Nováková[^]*Invited[^]*Obchod/)
  })

  test('a sealed mail says what it is, and its bytes are a click away', async ({ assert }) => {
    const { visitor } = await atWork()
    const message = await arrived('structure-smime-encrypted')
    const page = (await visitor.open(`/tickets/${message.ticket_id}`)).text
    assert.include(page, 'Encrypted')
    assert.include(page, 'cannot be shown here')
    assert.include(page, `/messages/${message.id}/raw`)
  })

  test('a mail whose label lies can be read again in another encoding', async ({ assert }) => {
    const { visitor } = await atWork()
    const message = await arrived('charset-windows-1250')
    const asGreek = (await visitor.open(`/messages/${message.id}/reading?as=windows-1253`)).text
    assert.include(asGreek, 'Greek (Windows)')
    assert.notInclude(asGreek, 'žluťoučkého')
    assert.include((await visitor.open(`/messages/${message.id}/reading?as=windows-1250`)).text, 'žluťoučkého')
    assert.equal((await visitor.open(`/messages/${message.id}/reading?as=../../etc`)).status, 200)
  })

  test('the time a sender names is told, and decides nothing', async ({ assert }) => {
    const message = await arrived('header-date-obsolete')
    assert.equal(Number(message.sent_at), Date.parse('2026-11-02T09:00:00Z'))
    assert.notEqual(Number(message.received_at), Number(message.sent_at))
  })

  test('a picture from the internet comes through us: only one that stands in the mail, and only if it is one', async ({ assert }) => {
    const seen: IncomingMessage['headers'][] = []
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      seen.push(request.headers)
      if (request.url === '/page') return void response.writeHead(200, { 'content-type': 'image/png' }).end('<script>parent.hacked=1</script>')
      if (request.url === '/big') return void response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.concat([PNG, Buffer.alloc(6_000_000)]))
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'spy=1' }).end(PNG)
    }).listen(0, '127.0.0.1')
    await new Promise((ready) => server.once('listening', ready))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const { visitor } = await atWork()
      const id = await withPictures([`${base}/p.png?a=1&b=2`, `${base}/page`, `${base}/big`])

      assert.equal((await visitor.open(`/messages/${id}/images/0`)).status, 404, 'a private address is never asked')
      assert.lengthOf(seen, 0)

      env.set('OUTBOUND_ALLOW', '127.0.0.1')
      const picture = await visitor.open(`/messages/${id}/images/0`)
      assert.equal(picture.status, 200)
      assert.equal(picture.headers.get('content-type'), 'image/png')
      assert.equal(picture.headers.get('x-content-type-options'), 'nosniff')
      assert.notInclude(String(picture.headers.get('set-cookie')), 'spy')
      assert.isUndefined(seen[0].cookie)
      assert.isUndefined(seen[0].referer)
      for (const n of [1, 2, 3, 'x', '-1']) assert.equal((await visitor.open(`/messages/${id}/images/${n}`)).status, 404, String(n))
    } finally {
      env.set('OUTBOUND_ALLOW', '')
      server.closeAllConnections()
      server.close()
    }
  })

  test('nobody sees them who may not see the ticket', async ({ assert }) => {
    const id = await withPictures(['https://tracker.example/p.gif'])
    const { visitor } = await atWork({ restricted: 1 })
    for (const path of [`/messages/${id}/images/0`, `/messages/${id}/reading`]) assert.oneOf((await visitor.open(path)).status, [403, 404])
  })
})
