import { createServer } from 'node:net'
import nodemailer from 'nodemailer'
import db from '@adonisjs/lucid/services/db'
import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import { furnish } from '#app/demo/desk'
import { closeTheWayOut } from '#app/demo/no_way_out'
import { OutsideWorld } from '#app/demo/outside_world'
import { readConfig } from '#channels/inbox_config'
import Inbox from '#channels/inbox'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'

const QUIET = { letters: [3_600_000, 3_600_000], answers: [3_600_000, 3_600_000] } as const

test.group('The demo | the world outside', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a customer writes, and it is a ticket', async ({ assert, cleanup }) => {
    await furnish()
    const world = new OutsideWorld(QUIET, 7)
    await world.begin()
    cleanup(() => world.end())

    await world.write()
    await drain()

    const item = await db.from('incoming_items').first()
    assert.equal(item.state, 'done')
    assert.equal(item.outcome, 'created')
    assert.exists(await Ticket.find(item.ticket_id))
  })

  test('an answer of the shop goes to the sink, and the customer answers into the same ticket', async ({ assert, cleanup }) => {
    const desk = await furnish()
    const world = new OutsideWorld({ ...QUIET, answers: [1, 1] }, 8)
    await world.begin()
    cleanup(() => world.end())
    await world.write()
    await drain()
    const ticket = await Ticket.query().firstOrFail()
    await db.from('inboxes').update({ undo_seconds: 0 })

    await ticket.reply({ text: 'Dobrý den, zásilka je na cestě.' }, { by: desk.agents[0].agent })
    await drain()
    for (let tries = 0; tries < 50 && (await db.from('incoming_items')).length < 2; tries++) await new Promise((resolve) => setTimeout(resolve, 100))
    await drain()

    assert.equal((await db.from('deliveries').firstOrFail()).state, 'sent')
    const messages = await db.from('messages').where('ticket_id', ticket.id).orderBy('id')
    assert.deepEqual(messages.map(({ kind }) => kind), ['inbound', 'reply', 'inbound'])
    assert.equal(messages[2].from_address, messages[0].from_address)
    assert.notInclude(messages[2].visible_text, 'zásilka je na cestě')
    assert.include(messages[2].text, 'zásilka je na cestě')
  })

  test('whatever an inbox was told, its mail leaves to this machine alone', async ({ assert, cleanup }) => {
    const { inboxes } = await furnish()
    const config = { address: inboxes.info.address, smtp: { host: 'smtp.provider.example', port: 465 }, imap: { host: 'imap.provider.example', username: 'info', password: 'x' } }
    await inboxes.info.change({ config }, { by: null })
    const world = new OutsideWorld(QUIET, 9)
    await world.begin()
    cleanup(() => world.end())

    const told = readConfig(await Inbox.findOrFail(inboxes.info.id))
    assert.equal(told['smtp.host'], '127.0.0.1')
    assert.isNull(told['imap.host'])
  })
})

test.group('The demo | the way out', (group) => {
  group.each.setup(() => closeTheWayOut([]))

  test('mail to another machine is refused before anything is sent', async ({ assert }) => {
    const transport = nodemailer.createTransport({ host: '198.51.100.7', port: 25, connectionTimeout: 2000 })
    await assert.rejects(() => transport.sendMail({ from: 'a@b.example', to: 'c@d.example', text: 'x' }), /connects to nothing outside/)
  })

  test('HTTP to another machine is refused, TLS too', async ({ assert }) => {
    for (const url of ['http://198.51.100.7/', 'https://198.51.100.7/', 'http://shop.example/']) {
      const error = await fetch(url).then(() => null, (reason: Error) => reason.cause as Error)
      assert.match(String(error), /connects to nothing outside/)
    }
  })

  test('this machine itself can be reached', async ({ assert, cleanup }) => {
    const server = createServer((socket) => socket.end('HTTP/1.1 204 Gone by\r\nconnection: close\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanup(() => void server.close())
    const { port } = server.address() as { port: number }
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 204)
  })
})
