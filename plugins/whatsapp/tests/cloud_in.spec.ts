import { buffer } from 'node:stream/consumers'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type InboxRow from '#channels/inbox'
import { moveClock, now } from '#support/clock'
import { contentPath, openKept } from '#support/files'
import { askForFile } from '#tickets/file_request'
import { drain } from '#tests/drain'
import { deskUrl } from '#tests/window'
import { FakeWhatsappCloud } from '../../../tests/fakes/whatsapp_cloud.js'
import { givenNumber, jana, status, wrote } from './inbox.js'

/** The way in: Meta's calls at the real door, to a ticket (contracts/channels/00 and 04; R130). */
test.group('WhatsApp Cloud API | in', (group) => {
  let cloud: FakeWhatsappCloud
  let row: InboxRow
  group.setup(async () => {
    cloud = await new FakeWhatsappCloud().start()
    return () => cloud.stop()
  })
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    cloud.mediaHost = null
    ;({ row } = await givenNumber(cloud))
  })
  group.each.teardown(() => moveClock(null))

  const hook = () => `${deskUrl()}/hooks/whatsapp/${row.key}`
  const items = () => db.from('incoming_items').where('inbox_id', row.id).orderBy('id')
  const messages = () => db.from('messages').where('inbox_id', row.id).orderBy('id')
  const tickets = () => db.from('tickets').where('inbox_id', row.id).orderBy('id')
  const files = () => db.from('attachments').whereIn('message_id', messages().clearOrder().select('id')).orderBy('id')
  const arrives = async (value: object, field?: string) => {
    const statuses = await cloud.emit(hook(), cloud.body(value, field))
    await drain()
    return statuses
  }

  test('the handshake knows the word that was typed at Meta, and no other', async ({ client }) => {
    const asked = (token: string) => client.get(`/hooks/whatsapp/${row.key}`).qs({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' })
    ;(await asked('ověřovací slovo')).assertTextIncludes('1158201444')
    ;(await asked('jiné')).assertStatus(403)
  })

  test('a message becomes a ticket of a customer who is known by number and by id', async ({ assert }) => {
    assert.deepEqual(await arrives({ contacts: [jana], messages: [wrote({ id: 'wamid.A1' })] }), [200])
    const [message] = await messages()
    assert.equal(message.text, 'Dobrý den, kde je moje zásilka?')
    assert.deepEqual([message.external_id, message.from_name, message.from_address], ['wamid.A1', 'Jana Malá', '+420777000111'])
    const [ticket] = await tickets()
    assert.equal(ticket.channel, 'whatsapp')
    const addresses = await db.from('addresses').where('customer_id', ticket.customer_id).orderBy('id').select('kind', 'value')
    assert.deepEqual(addresses.map(({ kind, value }) => [kind, value]), [['phone', '+420777000111'], ['handle', 'CZ.9988776655']])
  })

  test('somebody who hides the number later is the same customer in the same ticket', async ({ assert }) => {
    await arrives({ contacts: [jana], messages: [wrote()] })
    const hidden = { profile: { name: 'Jana Malá', username: 'jana.k' }, user_id: 'CZ.9988776655' }
    await arrives({ contacts: [hidden], messages: [wrote({ from: undefined, text: { body: 'Ještě jedna věc' } })] })
    assert.lengthOf(await tickets(), 1)
    assert.lengthOf(await messages(), 2)
  })

  test('a call that comes twice is one message', async ({ assert }) => {
    const body = cloud.body({ contacts: [jana], messages: [wrote()] })
    assert.deepEqual(await cloud.emit(hook(), body, { duplicate: true }), [200, 200])
    await drain()
    assert.lengthOf(await messages(), 1)
    assert.lengthOf(await items(), 1)
  })

  test('all events of a batch are taken, messages and statuses of all entries and changes', async ({ assert }) => {
    const one = JSON.parse(cloud.body({ contacts: [jana], messages: [wrote({ text: { body: 'jedna' } }), wrote({ text: { body: 'dvě' } })], statuses: [status('wamid.unknown', 'read')] }))
    const two = JSON.parse(cloud.body({ contacts: [jana], messages: [wrote({ text: { body: 'tři' } })] }))
    one.entry[0].changes.push(two.entry[0].changes[0])
    one.entry.push(JSON.parse(cloud.body({ contacts: [jana], messages: [wrote({ text: { body: 'čtyři' } })] })).entry[0])
    await cloud.emit(hook(), JSON.stringify(one))
    await drain()
    assert.deepEqual((await messages()).map(({ text }) => text), ['jedna', 'dvě', 'tři', 'čtyři'])
    assert.lengthOf(await items(), 5)
    assert.lengthOf(await tickets(), 1)
  })

  test('what comes out of order stands in the order of Meta’s clock, and the window begins with the latest', async ({ assert }) => {
    const at = Math.floor(Date.now() / 1000)
    await arrives({ contacts: [jana], messages: [wrote({ timestamp: String(at - 60), text: { body: 'druhá' } })] })
    await arrives({ contacts: [jana], messages: [wrote({ timestamp: String(at - 120), text: { body: 'první' } })] })
    const rows = (await messages()).sort((a, b) => Number(a.received_at) - Number(b.received_at))
    assert.deepEqual(rows.map(({ text }) => text), ['první', 'druhá'])
    assert.equal(Number((await tickets())[0].window_from_at), (at - 60) * 1000)
  })

  test('a bad signature is turned away and leaves nothing', async ({ assert }) => {
    assert.deepEqual(await cloud.emit(hook(), cloud.body({ messages: [wrote()] }), { badSignature: true }), [401])
    assert.lengthOf(await items(), 0)
  })

  test('while the database is down Meta is told to come again, and then there is exactly one message', async ({ assert }) => {
    const body = cloud.body({ contacts: [jana], messages: [wrote()] })
    // The test's own transaction is the database here: it goes away, and comes back as it was.
    await db.rawQuery('savepoint before_the_fall')
    await db.rawQuery('alter table incoming_items rename to incoming_items_away')
    assert.deepEqual(await cloud.emit(hook(), body), [503])
    await db.rawQuery('rollback to savepoint before_the_fall')
    assert.deepEqual(await cloud.emit(hook(), body), [200])
    assert.deepEqual(await cloud.emit(hook(), body), [200])
    await drain()
    assert.lengthOf(await messages(), 1)
  })

  test('media are fetched at once with the token, in two steps, under a name', async ({ assert }) => {
    cloud.media.set('M1', { bytes: Buffer.from('%PDF-1.4 účtenka'), type: 'application/pdf' })
    const requests = cloud.requests.length
    await arrives({ contacts: [jana], messages: [wrote({ type: 'document', text: undefined, document: { id: 'M1', filename: 'účtenka.pdf', mime_type: 'application/pdf', caption: 'Tady je účtenka' } })] })
    const [message] = await messages()
    assert.equal(message.text, 'Tady je účtenka')
    const [file] = await files()
    assert.deepEqual([file.name, file.type], ['účtenka.pdf', 'application/pdf'])
    assert.equal((await buffer(openKept(contentPath(file.sha256)))).toString(), '%PDF-1.4 účtenka')
    assert.deepEqual(cloud.requests.slice(requests).map(({ path }) => path), ['/v25.0/M1', '/download/M1'])
  })

  test('a file that is gone does not hold back its message, and says so', async ({ assert }) => {
    cloud.media.set('M2', { bytes: Buffer.from('x'), type: 'image/jpeg', gone: true })
    await arrives({ contacts: [jana], messages: [wrote({ type: 'image', text: undefined, image: { id: 'M2', mime_type: 'image/jpeg', caption: 'Rozbité' } })] })
    const [file] = await files()
    assert.equal((await messages())[0].text, 'Rozbité')
    assert.isNull(file.sha256)
    assert.include(file.error, 'file_gone_there')

    cloud.media.delete('M2')
    await askForFile(file.id, { by: null })
    await drain()
    assert.include((await files())[0].error, 'file_gone_there', 'after seven days Meta does not know its id any more')
    cloud.media.set('M2', { bytes: Buffer.from('/9j/4AAQSkZJRg==', 'base64'), type: 'image/jpeg' })
    await askForFile(file.id, { by: null })
    await drain()
    assert.deepEqual([(await files())[0].error, (await files())[0].type], [null, 'image/jpeg'])
  })

  test('the token is never sent to a host that the answer names', async ({ assert }) => {
    const stranger = await new FakeWhatsappCloud().start()
    cloud.mediaHost = stranger.url
    cloud.media.set('M3', { bytes: Buffer.from('x'), type: 'image/jpeg' })
    await arrives({ contacts: [jana], messages: [wrote({ type: 'image', text: undefined, image: { id: 'M3', mime_type: 'image/jpeg' } })] })
    await askForFile((await files())[0].id, { by: null })
    await drain()
    await stranger.stop()
    assert.lengthOf(stranger.requests, 0)
    assert.include((await files())[0].error, "which is not WhatsApp's")
  })

  test('ten megabytes of text are refused at the door, and the longest that passes stays whole', async ({ assert }) => {
    assert.deepEqual(await arrives({ contacts: [jana], messages: [wrote({ text: { body: 'x'.repeat(10_000_000) } })] }), [413])
    assert.lengthOf(await items(), 0)
    await arrives({ contacts: [jana], messages: [wrote({ text: { body: 'ř'.repeat(400_000) } })] })
    assert.lengthOf((await messages())[0].text, 400_000)
  })

  test('an event of an unknown kind is kept and said, not thrown', async ({ assert }) => {
    assert.deepEqual(await arrives({ something: 'new' }, 'account_update'), [200])
    assert.deepEqual((await items()).map(({ state }) => state), ['ignored'])
    await arrives({ contacts: [jana], messages: [wrote({ type: 'hologram', text: undefined, hologram: {} })] })
    const [message] = await messages()
    assert.equal(message.text, '')
  })

  test('an event of another number of the same app does not come in here', async ({ assert }) => {
    const body = cloud.body({ contacts: [jana], messages: [wrote()] }).replaceAll('PN1', 'PN2')
    await cloud.emit(hook(), body)
    await drain()
    assert.lengthOf(await messages(), 0)
    assert.deepEqual((await items()).map(({ state }) => state), ['ignored'])
  })

  test('places, cards, orders and buttons are read as words', async ({ assert }) => {
    await arrives({
      contacts: [jana],
      messages: [
        wrote({ type: 'location', location: { latitude: 50.08, longitude: 14.42, name: 'Výdejna', address: 'Lidická 1' } }),
        wrote({ type: 'contacts', contacts: [{ name: { formatted_name: 'Petr Novák' }, phones: [{ phone: '+420 602 111 222' }], emails: [{ email: 'petr@posta.test' }] }] }),
        wrote({ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'ano', title: 'Ano, vyměnit' } } }),
        wrote({ type: 'order', order: { text: 'Prosím', product_items: [{ product_retailer_id: 'KAVA-1', quantity: 2, item_price: 249, currency: 'CZK' }] } }),
      ],
    })
    const texts = (await messages()).map(({ text }) => text)
    assert.match(texts[0], /^Výdejna, Lidická 1\n50.08, 14.42\nhttps:/)
    assert.equal(texts[1], 'Petr Novák, +420 602 111 222, petr@posta.test')
    assert.equal(texts[2], 'Ano, vyměnit')
    assert.equal(texts[3], 'Prosím\n2 × KAVA-1: 249 CZK')
  })

  test('what was written on the phone of the number appears in the thread as ours', async ({ assert }) => {
    await arrives({ contacts: [jana], messages: [wrote()] })
    await arrives({ message_echoes: [{ from: '420555000111', to: '420777000111', id: 'wamid.E1', timestamp: String(Math.floor(now().toSeconds())), type: 'text', text: { body: 'Hned se podívám' } }] }, 'smb_message_echoes')
    const [, echo] = await messages()
    assert.deepEqual([echo.kind, echo.text], ['reply', 'Hned se podívám'])
    assert.lengthOf(await tickets(), 1)
  })

  test('a forged sender of the address book never becomes a customer of ours by name', async ({ assert }) => {
    await arrives({ contacts: [{ profile: { name: 'Jana Malá' }, wa_id: '420999000999' }], messages: [wrote({ from: '420999000999' })] })
    await arrives({ contacts: [jana], messages: [wrote()] })
    assert.lengthOf(await tickets(), 2)
  })
})
