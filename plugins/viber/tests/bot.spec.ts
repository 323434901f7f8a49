import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { checkInbox } from '#channels/health'
import type InboxRow from '#channels/inbox'
import { writeConfig } from '#channels/inbox_config'
import { pluginRegistry } from '#plugins/registry'
import { moveClock, now } from '#support/clock'
import { contentPath, openKept } from '#support/files'
import { askForFile } from '#tickets/file_request'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { givenAgent, givenInbox } from '#tests/given'
import { deskUrl } from '#tests/window'
import { FakeViber } from '../../../tests/fakes/viber.js'
import type { ViberInbox } from '../config.js'
import { sendMessage } from '../send.js'

/** Viber both ways, with the mandatory cases of contracts/channels/00 (R131). */
test.group('Viber', (group) => {
  let viber: FakeViber
  let row: InboxRow
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    viber = await new FakeViber().start()
    row = await givenInbox({ channel: 'viber', address: 'Obchod' })
    await settings({})
    return () => viber.stop()
  })
  group.each.teardown(() => moveClock(null))

  const settings = async (values: Record<string, unknown>) => {
    row.config = writeConfig(row, { 'botName': 'Obchod', 'authToken': viber.authToken, 'api.url': viber.url, 'webhookUrl': deskUrl(), ...values })
    await row.save()
  }
  const inbox = () => pluginRegistry.inboxFor(row) as unknown as ViberInbox
  const hook = () => `${deskUrl()}/hooks/viber/${row.key}`
  const says = async (body: string) => {
    const statuses = await viber.emit(hook(), body)
    await drain()
    return statuses
  }
  const items = () => db.from('incoming_items').where('inbox_id', row.id).orderBy('id')
  const messages = () => db.from('messages').where('inbox_id', row.id).orderBy('id')
  const files = () => db.from('attachments').whereIn('message_id', messages().clearOrder().select('id')).orderBy('id')
  const delivery = () => db.from('deliveries').where('inbox_id', row.id).orderBy('id', 'desc').first()
  const givenAnswered = async (text = 'Η παραγγελία σας στάλθηκε.') => {
    await says(viber.message({ type: 'text', text: 'Καλημέρα' }))
    const ticket = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    await ticket.reply({ text }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    await drain()
  }
  const outgoing = (values: object = {}) => ({ id: 1, reference: 'op.1.2.abc', to: { kind: 'handle' as const, value: 'Ab1==' }, text: 'Καλημέρα', files: [], thread: { references: [] }, attempts: 0, byPerson: true, ...values })

  test('a message becomes a ticket; two whose tokens differ in the last digit are two', async ({ assert }) => {
    assert.deepEqual(await says(viber.message({ type: 'text', text: 'Καλημέρα' }, '5743861234567890123')), [200])
    await says(viber.message({ type: 'text', text: 'Καλημέρα' }, '5743861234567890124'))
    const [one, two] = await messages()
    assert.deepEqual([one.external_id, two.external_id], ['5743861234567890123', '5743861234567890124'])
    assert.deepEqual([one.from_name, one.from_address, one.text], ['Νίκος', 'Ab1==', 'Καλημέρα'])
    assert.equal(one.ticket_id, two.ticket_id)
  })

  test('what comes out of order stands in the order of Viber’s clock', async ({ assert }) => {
    const said = (text: string, secondsAgo: number) => viber.event('message', { timestamp: Date.now() - secondsAgo * 1000, sender: { id: 'Ab1==', name: 'Νίκος' }, message: { type: 'text', text } })
    await says(said('δεύτερο', 60))
    await says(said('πρώτο', 120))
    const rows = (await messages()).sort((a, b) => Number(a.received_at) - Number(b.received_at))
    assert.deepEqual(rows.map(({ text }) => text), ['πρώτο', 'δεύτερο'])
  })

  test('twice is once, a bad signature is turned away, an unknown event is kept and said', async ({ assert }) => {
    const body = viber.message({ type: 'text', text: 'Καλημέρα' })
    assert.deepEqual(await viber.emit(hook(), body, { duplicate: true }), [200, 200])
    assert.deepEqual(await viber.emit(hook(), body, { badSignature: true }), [401])
    await says(viber.event('dreamt'))
    assert.lengthOf(await messages(), 1)
    assert.deepEqual((await items()).map(({ state }) => state), ['done', 'ignored'])
  })

  test('while the database is down Viber is told to come again, and then there is exactly one message', async ({ assert }) => {
    const body = viber.message({ type: 'text', text: 'Καλημέρα' })
    await db.rawQuery('savepoint before_the_fall')
    await db.rawQuery('alter table incoming_items rename to incoming_items_away')
    assert.deepEqual(await viber.emit(hook(), body), [503])
    await db.rawQuery('rollback to savepoint before_the_fall')
    assert.deepEqual(await viber.emit(hook(), body, { duplicate: true }), [200, 200])
    await drain()
    assert.lengthOf(await messages(), 1)
  })

  test('media are fetched at once, without the token; one that is gone does not hold back its message', async ({ assert }) => {
    viber.media.set('foto.jpg', { bytes: Buffer.from('/9j/4AAQSkZJRg==', 'base64'), type: 'image/jpeg' })
    await says(viber.message({ type: 'picture', text: 'Σπασμένο', media: `${viber.url}/media/foto.jpg`, file_name: 'foto.jpg', size: 10 }))
    await says(viber.message({ type: 'file', media: `${viber.url}/media/gone.pdf`, file_name: 'gone.pdf', size: 10 }))
    const [photo, gone] = await files()
    assert.lengthOf(await buffer(openKept(contentPath(photo.sha256))), 10)
    assert.include(gone.error, 'file_gone_there')
    viber.media.set('gone.pdf', { bytes: Buffer.from('%PDF-1.4'), type: 'application/pdf' })
    await askForFile(gone.id, { by: null })
    await drain()
    assert.isNotNull((await files())[1].sha256)
    assert.isTrue(viber.requests.filter(({ path }) => path.startsWith('/media/')).every(({ token }) => token === null))
  })

  test('ten megabytes of text are refused at the door', async ({ assert }) => {
    assert.deepEqual(await says(viber.message({ type: 'text', text: 'x'.repeat(10_000_000) })), [413])
    assert.lengthOf(await items(), 0)
  })

  test('a reply leaves once with the sender, our reference and the buttons; events move it forward only', async ({ assert }) => {
    await settings({ buttons: 'Ναι\n<Όχι>' })
    await givenAnswered()
    assert.lengthOf(viber.sent, 1)
    const [{ receiver, text, sender, tracking_data: reference, keyboard, token }] = viber.sent
    assert.deepEqual([receiver, text, sender.name], ['Ab1==', 'Η παραγγελία σας στάλθηκε.', 'Obchod'])
    assert.deepEqual(keyboard.Buttons.map(({ ActionBody, Text }: any) => [ActionBody, Text]), [['Ναι', 'Ναι'], ['<Όχι>', '&lt;Όχι&gt;']])
    assert.deepEqual([(await delivery()).state, (await delivery()).external_id, (await delivery()).reference], ['sent', token, reference])

    await says(viber.event('seen', { user_id: 'Ab1==' }, token))
    await says(viber.event('delivered', { user_id: 'Ab1==' }, token))
    await says(viber.event('seen', { user_id: 'Ab1==' }, token))
    assert.equal((await delivery()).state, 'read')
    assert.lengthOf((await items()).filter(({ external_id: id }) => id.startsWith('seen:')), 1)
  })

  test('an answer that never comes is unknown, is not sent again, and is settled by what comes back; a wrong token waits for a person', async ({ assert }) => {
    viber.next({ kind: 'drop' })
    await givenAnswered()
    assert.equal((await delivery()).state, 'unknown')
    assert.lengthOf(viber.sent, 1)
    await says(viber.message({ type: 'text', text: 'Ευχαριστώ', tracking_data: viber.sent[0].tracking_data }))
    assert.equal((await delivery()).state, 'delivered')

    await settings({ authToken: 'another token' })
    const health = await checkInbox(row)
    assert.include(JSON.stringify(health), 'fault.token')
    assert.include(JSON.stringify(await sendMessage(outgoing(), inbox())), '"later"')
  })

  test('an event that failed says why; somebody who left is marked and not written to', async ({ assert }) => {
    await givenAnswered()
    await says(viber.event('failed', { user_id: 'Ab1==', desc: 'Out of memory' }, viber.sent[0].token))
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['failed', 'fault.notDelivered'])

    await says(viber.event('unsubscribed', { user_id: 'Ab1==' }))
    assert.lengthOf(await db.from('unreachable_addresses').where('channel', 'viber'), 1)
    viber.next({ kind: 'status', status: 6, said: 'receiverNotSubscribed' })
    assert.deepInclude(await sendMessage(outgoing(), inbox()), { outcome: 'refused', unreachable: true })
  })

  test('what the API says becomes an outcome: busy and trouble wait, the rest is refused in words', async ({ assert }) => {
    const outcomes: string[] = []
    for (const answer of [{ kind: 'status', status: 12 }, { kind: 'http', status: 502 }, { kind: 'status', status: 10 }, { kind: 'status', status: 3 }, { kind: 'status', status: 99 }] as const) {
      viber.next(answer)
      outcomes.push((await sendMessage(outgoing(), inbox())).outcome)
    }
    assert.deepEqual(outcomes, ['later', 'later', 'later', 'refused', 'refused'])
  })

  test('after 24 hours a bot without paid messages sends nothing, and one with them does', async ({ assert }) => {
    const late = outgoing({ lastIncomingAt: now().minus({ hours: 25 }) })
    assert.include(JSON.stringify(await sendMessage(late, inbox())), 'fault.session')
    assert.lengthOf(viber.sent, 0)
    await settings({ paid: true })
    assert.equal((await sendMessage(late, inbox())).outcome, 'sent')
  })

  test('a file that Viber did not take does not stay, however often it is tried', async ({ assert }) => {
    const lying = async () => readdir(join(await inbox().folder(), 'outgoing')).catch(() => [])
    const file = { name: 'návod.pdf', type: 'application/pdf', open: async () => Readable.from([Buffer.from('%PDF-1.4')]) }
    const message = outgoing({ text: '', files: [file] })
    const before = (await lying()).length
    viber.next({ kind: 'status', status: 2 }, { kind: 'status', status: 3 }, { kind: 'http', status: 502 })
    assert.deepEqual([(await sendMessage(message, inbox())).outcome, (await sendMessage(message, inbox())).outcome, (await sendMessage(message, inbox())).outcome], ['later', 'refused', 'later'])
    assert.lengthOf(await lying(), before)
    // It may have been taken, so it must be there when Viber comes for it.
    viber.next({ kind: 'drop' })
    assert.equal((await sendMessage(message, inbox())).outcome, 'unknown')
    assert.lengthOf(await lying(), before + 1)
  })

  test('a file lies under an address that nobody can guess, for a day', async ({ assert, client }) => {
    const file = { name: 'návod.pdf', type: 'application/pdf', open: async () => Readable.from([Buffer.from('%PDF-1.4')]) }
    assert.equal((await sendMessage(outgoing({ files: [file] }), inbox())).outcome, 'sent')
    assert.deepEqual(viber.sent.map(({ type }) => type), ['text', 'file'])
    const path = new URL(viber.sent[1].media).pathname
    assert.equal((await fetch(viber.sent[1].media).then((answer) => answer.text())), '%PDF-1.4')
    ;(await client.get(path.replace(/files\/[^/]+\/.../, (start) => `${start.slice(0, -3)}AAA`))).assertStatus(404)
    moveClock(now().plus({ hours: 25 }))
    ;(await client.get(path)).assertStatus(404)
  })

  test('the check sets the webhook where it must be, with the door open before', async ({ assert }) => {
    assert.deepEqual(await checkInbox(row), { ok: true, note: 'Obchod' })
    assert.equal(viber.webhook, hook())
    assert.lengthOf(await items(), 0)
    const calls = viber.requests.length
    await checkInbox(row)
    assert.deepEqual(viber.requests.slice(calls).map(({ path }) => path), ['/get_account_info'])
  })
})
