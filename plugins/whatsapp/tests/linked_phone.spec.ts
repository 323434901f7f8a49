import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type InboxRow from '#channels/inbox'
import { writeConfig } from '#channels/inbox_config'
import { pollOnce } from '#channels/polling'
import { pluginRegistry } from '#plugins/registry'
import { moveClock, now } from '#support/clock'
import { takeLease } from '#support/leases'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { givenAgent, givenInbox } from '#tests/given'
import { signedIn } from '#tests/visitor'
import { FakeWaClient, madeOf } from '../../../tests/fakes/whatsapp_web.js'
import { until } from '#tests/window'
import type { WaMedia } from '../web/client.js'
import type { WhatsappInbox } from '../config.js'
import { connectBeside } from '../web/connection.js'
import { means } from '../web/keeper.js'
import { poll } from '../web/poll.js'
import { checkWeb, sessionActs, sessionPanel } from '../web/status.js'

const PASSWORD = 'correct horse battery'
let hashed: Promise<string>
const JANA = '420777000111@c.us'
const LID = '987654321098765@lid'

/** The unofficial way, on a client with the library's interface (contracts/channels/03). */
test.group('WhatsApp | a linked phone', (group) => {
  let phone: FakeWaClient
  let row: InboxRow
  const before = { ...means }
  group.setup(() => void (hashed = hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    phone = new FakeWaClient().script('qr', 'authenticated', 'ready')
    Object.assign(means, { connect: connectBeside(async () => madeOf(phone)), paceMs: () => 0 })
    row = await givenInbox({ channel: 'whatsapp', address: '+420555000111' })
    await settings({})
    return async () => {
      await poll.end(inbox())
      Object.assign(means, before)
    }
  })
  group.each.teardown(() => moveClock(null))

  const settings = async (values: Record<string, unknown>) => {
    row.config = writeConfig(row, { 'transport': 'web', 'number': '+420555000111', 'web.understood': true, ...values })
    await row.save()
  }
  const inbox = () => pluginRegistry.inboxFor(row) as unknown as WhatsappInbox
  /** One turn of the loop, and all that follows from it. */
  const turn = async () => {
    await takeLease(`poll:${row.id}`, 60_000)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 250)
    await pollOnce(row, pluginRegistry.channel('whatsapp')!, stop.signal)
    await drain()
  }
  const cursor = async (): Promise<string | null> => (await db.from('inbox_cursors').where('inbox_id', row.id).first())?.cursor ?? null
  const messages = () => db.from('messages').where('inbox_id', row.id).orderBy('id')
  const tickets = () => db.from('tickets').where('inbox_id', row.id).orderBy('id')
  const delivery = () => db.from('deliveries').where('inbox_id', row.id).orderBy('id', 'desc').first()
  const health = async () => ({ row: await db.from('inbox_health').where('inbox_id', row.id).first(), panel: (await sessionPanel(inbox())) as Record<string, any> })
  const answer = async (text: string) => {
    const ticket = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    await ticket.reply({ text }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    await drain()
  }

  test('nothing starts before the risk is understood, and the page says so', async ({ assert }) => {
    await settings({ 'web.understood': false })
    await turn()
    assert.equal(phone.started, 0)
    assert.include((await health()).row.reason, 'state.notAllowed')
    assert.isFalse((await checkWeb(inbox())).ok)
  })

  test('the code to scan is on the page as a picture, and goes when it is scanned', async ({ assert }) => {
    phone.script('qr')
    await turn()
    const shown = await health()
    assert.match(shown.panel.code, /^data:image\/svg\+xml;base64,/)
    assert.equal(shown.panel.key, 'whatsapp.state.scan')
    assert.equal(Number(shown.row.ok), 0)
    phone.emit('authenticated')
    phone.emit('ready')
    await turn()
    assert.deepEqual([(await health()).panel.code, (await health()).panel.key, Number((await health()).row.ok)], [null, 'whatsapp.state.connected', 1])
  })

  test('instead of scanning, a code is asked for and typed; new ones follow, and the way back is open', async ({ assert }) => {
    phone.script('qr')
    await turn()
    assert.isNull(await sessionActs.code(inbox()))
    await turn()
    await turn()
    const shown = (await health()).panel
    assert.deepEqual([shown.key, shown.typed, shown.code, shown.reveals], ['whatsapp.state.code', 'ABCD-1234', null, true])
    assert.deepEqual(phone.pairings, ['420555000111'])
    phone.emit('code', 'WXYZ9876')
    phone.emit('qr', '2@new,code,to scan')
    await turn()
    assert.equal((await health()).panel.typed, 'WXYZ-9876', 'what could be scanned meanwhile does not take its place')
    assert.lengthOf(phone.pairings, 1, 'a wish is granted once')

    await sessionActs.scan(inbox())
    await turn()
    await turn()
    assert.deepEqual([(await health()).panel.key, (await health()).panel.typed], ['whatsapp.state.scan', null])
    await sessionActs.code(inbox())
    await turn()
    phone.emit('authenticated')
    phone.emit('ready')
    await turn()
    const linked = (await health()).panel
    assert.deepEqual([linked.key, linked.typed, linked.reveals, linked.acts], ['whatsapp.state.connected', null, false, []])
    assert.notInclude((await db.from('inbox_health').where('inbox_id', row.id).first()).reason ?? '', 'WXYZ')
  })

  test('a code that WhatsApp refuses, that does not come or that nobody types in is said, and both ways stay open', async ({ assert }) => {
    phone.script('qr')
    await turn()
    phone.nextCodes({ refused: 'IQErrorRateOverlimit' }, 'not a code')
    for (const said of ['IQErrorRateOverlimit', 'not a code']) {
      moveClock(now().plus({ seconds: 1 }))
      await sessionActs.code(inbox())
      await turn()
      await turn()
      const { panel } = await health()
      assert.deepEqual([panel.key, panel.detail, panel.acts], ['whatsapp.state.noCode', said, ['code', 'scan']])
    }
    moveClock(now().plus({ seconds: 1 }))
    await sessionActs.code(inbox())
    await turn()
    await turn()
    moveClock(now().plus({ seconds: 220 }))
    await turn()
    assert.equal((await health()).panel.key, 'whatsapp.state.noCode', 'no new one came in time')
    moveClock(now().plus({ minutes: 10 }))
    await turn()
    await turn()
    assert.equal((await health()).panel.key, 'whatsapp.state.scan', 'the phone is not rung for ever')

    await settings({ number: '+420' })
    assert.deepEqual(await sessionActs.code(inbox()), { key: 'panel.noNumber' })
  })

  test('the page shows it without JavaScript, to admins alone; who saw or asked for a code is in the audit list', async ({ assert }) => {
    phone.script('qr')
    await turn()
    const admin = await signedIn(await givenAgent({ role: 'admin', password: await hashed }), PASSWORD)
    const path = `/admin/inboxes/${row.id}`
    assert.include((await admin.open(`${path}/edit`)).text, 'data:image/svg+xml')
    assert.equal((await admin.send(`${path}/state`, { act: 'code' })).location, `${path}/edit`)
    await turn()
    await turn()
    const page = await admin.open(`${path}/edit`)
    assert.include(page.text, 'ABCD-1234')
    assert.include(page.text, 'Scan a code instead')
    assert.equal((await admin.open(`${path}/state`)).location, `${path}/edit`, 'the part alone is no page')
    assert.equal((await admin.send(`${path}/state`, { act: 'logout' })).status, 404)

    const agent = await signedIn(await givenAgent({ password: await hashed }), PASSWORD)
    await agent.open('/profile')
    assert.equal((await agent.send(`${path}/state`, { act: 'scan' })).status, 403)
    assert.equal((await agent.open(`${path}/edit`)).status, 403)
    const recorded = await db.from('events').where('inbox_id', row.id).whereIn('name', ['inbox:acted', 'inbox:revealed']).orderBy('id')
    assert.deepEqual(recorded.map(({ name }) => name), ['inbox:revealed', 'inbox:acted'], 'seen again within the hour is seen once')
    const audit = await admin.open('/admin/audit')
    assert.include(audit.text, 'Link with a code to type')
    assert.notInclude(audit.text, 'ABCD')
  })

  test('"try now" does not wait for the time of the next try, once', async ({ assert }) => {
    phone.failStart(new Error('net::ERR_CONNECTION_REFUSED'))
    await turn()
    await turn()
    assert.deepEqual([phone.started, (await health()).panel.acts], [1, ['start']])
    phone.failStart(new Error('net::ERR_CONNECTION_REFUSED'))
    await sessionActs.start(inbox())
    await turn()
    await turn()
    await turn()
    await turn()
    assert.equal(phone.started, 2)
  })

  test('a message comes once although the library tells it twice, and "ready" may come again', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'Dobrý den', name: 'Jana' })
    phone.emit('ready')
    await turn()
    const [message, ...others] = await messages()
    assert.lengthOf(others, 0)
    assert.deepEqual([message.text, message.from_name, message.from_address], ['Dobrý den', 'Jana', '+420777000111'])
  })

  test('a privacy id and a number are one customer and one ticket', async ({ assert }) => {
    await turn()
    phone.receive({ from: LID, body: 'poprvé' })
    await turn()
    phone.lids.set(JANA, LID)
    phone.receive({ from: JANA, body: 'podruhé' })
    await turn()
    assert.lengthOf(await tickets(), 1)
    assert.deepEqual((await messages()).map(({ from_address: from }) => from), ['lid:987654321098765', '+420777000111'])
    assert.lengthOf(await db.from('addresses').where('customer_id', (await tickets())[0].customer_id), 2)
  })

  test('what came while we were away is taken in after "ready", and nothing twice', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'před pádem' })
    await turn()
    await poll.end(inbox())
    phone.arriveWhileAway({ from: JANA, body: 'během pádu' })
    phone.arriveWhileAway({ from: '420602222333@c.us', body: 'někdo jiný' })
    await turn()
    await turn()
    assert.deepEqual((await messages()).map(({ text }) => text), ['před pádem', 'během pádu', 'někdo jiný'])
    assert.lengthOf(await tickets(), 2)
  })

  test('what could not be kept is handed over again, in its order, and nothing twice', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'první' })
    const id = (await poll.fetch(inbox(), await cursor(), AbortSignal.timeout(500))).items[0]?.externalId
    assert.include(id, 'web:')
    // The database was away just then: the cursor stayed, and somebody goes on writing.
    phone.receive({ from: JANA, body: 'druhá' })
    phone.emit('call', { id: 'hovor', from: JANA })
    await turn()
    assert.deepEqual((await messages()).map(({ text }) => text).filter(Boolean), ['první', 'druhá'])
    assert.lengthOf(await messages(), 3, 'the call too')
    await turn()
    assert.lengthOf(await messages(), 3)
  })

  test('while nothing can be kept, no more waits in memory than there is room for; it is found in the chats afterwards', async ({ assert }) => {
    await turn()
    means.mostWaiting = 1000
    phone.receive({ from: JANA, body: 'malá' })
    phone.receive({ from: JANA, body: 'veliká', media: { data: Buffer.alloc(3000).toString('base64'), mimetype: 'image/png', filename: 'a.png' } })
    await until('the session is let go', async () => phone.destroyed > 0)
    phone.arriveWhileAway({ from: JANA, body: 'mezitím' })
    means.mostWaiting = before.mostWaiting
    await turn()
    moveClock(now().plus({ minutes: 1 }))
    await turn()
    await turn()
    assert.equal(phone.started, 2)
    assert.deepEqual((await messages()).map(({ text }) => text), ['malá', 'veliká', 'mezitím'])
  })

  test('a file that takes its time is not taken for a silence', async ({ assert }) => {
    await turn()
    let come = (_: WaMedia) => {}
    const media = new Promise<WaMedia>((done) => (come = done))
    phone.receive({ from: JANA, body: 'film', timestamp: Math.floor(now().toSeconds()) - 45, media: media as never })
    moveClock(now().plus({ minutes: 11 }))
    await turn()
    come({ data: Buffer.from('x').toString('base64'), mimetype: 'video/mp4', filename: 'film.mp4' })
    moveClock(now().plus({ minutes: 2 }))
    await turn()
    await turn()
    assert.equal(phone.started, 1, 'the browser was not started anew')
    assert.deepEqual((await messages()).map(({ text }) => text), ['film'])
  })

  test('a page that has stopped telling is noticed: what it kept to itself is taken in, and it begins anew', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'slyšíte mě' })
    await turn()
    const before = Math.floor(Date.now() / 1000) - 120
    phone.arriveWhileAway({ from: JANA, body: 'a teď?', timestamp: before })
    await turn()
    assert.lengthOf(await messages(), 1)
    moveClock(now().plus({ seconds: 601 }))
    await turn()
    await turn()
    assert.deepEqual((await messages()).map(({ text }) => text), ['slyšíte mě', 'a teď?'])
    moveClock(now().plus({ seconds: 61 }))
    await turn()
    await turn()
    assert.deepEqual([phone.started, phone.destroyed], [2, 1])
    assert.equal((await health()).panel.key, 'whatsapp.state.connected')

    // The new one tells again, so nothing begins anew.
    phone.receive({ from: JANA, body: 'výborně' })
    await turn()
    for (const seconds of [601, 61]) {
      moveClock(now().plus({ seconds }))
      await turn()
      await turn()
    }
    assert.equal(phone.started, 2)
    assert.lengthOf(await messages(), 3)
  })

  test('out of order, of an unknown kind, or ten megabytes long: the order is that of the phone, and nothing is thrown', async ({ assert }) => {
    await turn()
    const at = Math.floor(Date.now() / 1000)
    phone.receive({ from: JANA, body: 'druhá', timestamp: at - 10 })
    phone.receive({ from: JANA, body: 'první', timestamp: at - 60 })
    phone.receive({ from: JANA, body: 'x'.repeat(10_000_000), timestamp: at - 5 })
    phone.receive({ from: JANA, type: 'hologram', body: '', timestamp: at - 4 })
    phone.emit('message_reaction', { strange: true })
    await turn()
    const rows = (await messages()).sort((a, b) => Number(a.received_at) - Number(b.received_at))
    assert.deepEqual(rows.map(({ text }) => text.slice(0, 6)), ['první', 'druhá', 'xxxxxx', ''])
    assert.isAtMost(rows[2].text.length, 1_000_001)
    assert.include(rows[3].remarks, 'unsupported')
    const items = await db.from('incoming_items').where('inbox_id', row.id)
    assert.lengthOf(items.filter(({ state }) => state === 'failed'), 0)
    assert.lengthOf(items.filter(({ state, external_id: id }) => state === 'ignored' && id.includes('fault')), 1)
  })

  test('groups, statuses and channels stay out; a group comes in when wanted, and is answered as a group', async ({ assert }) => {
    await turn()
    phone.receive({ from: '12036300000@g.us', author: JANA, body: 'Ve skupině' })
    phone.receive({ from: 'status@broadcast', body: 'Stav', isStatus: true })
    phone.receive({ from: '12@newsletter', body: 'Kanál' })
    phone.receive({ from: JANA, type: 'e2e_notification' })
    await turn()
    assert.lengthOf(await messages(), 0)

    await settings({ 'web.groups': true })
    await poll.end(inbox())
    await turn()
    await turn()
    assert.deepEqual((await messages()).map(({ text, from_address: from }) => [text, from]), [['Ve skupině', '+420777000111']])
    await answer('Odpověď skupině')
    assert.equal(phone.sent[0].chat, '12036300000@g.us')
  })

  test('a reply leaves once, without marking the chat as read, and its ticks move it forward', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'Dobrý den' })
    await turn()
    phone.nextSends('ownFirst')
    await answer('Posíláme')
    assert.deepEqual(phone.sent.map(({ chat, content, options }) => [chat, content, options.sendSeen]), [[JANA, 'Posíláme', false]])
    assert.equal((await delivery()).state, 'sent')
    await turn()
    assert.lengthOf(await messages(), 2)

    const { external_id: id } = await delivery()
    phone.ack(id, 3)
    phone.ack(id, 2)
    await turn()
    assert.equal((await delivery()).state, 'read')
  })

  test('what the phone itself writes appears as ours; its ticks concern nobody', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'Dobrý den' })
    const own = phone.writeOnPhone(JANA, 'Z telefonu')
    phone.ack(own.id._serialized, 2)
    await turn()
    assert.deepEqual((await messages()).map(({ kind, text }) => [kind, text]), [['inbound', 'Dobrý den'], ['reply', 'Z telefonu']])
    assert.lengthOf(await db.from('incoming_items').where('inbox_id', row.id).where('state', 'ignored'), 0)
  })

  test('nothing that comes back is a refusal; no answer is unknown and is settled by its echo', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'Dobrý den' })
    await turn()
    phone.nextSends('nothing')
    await answer('Odmítnuto')
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['failed', 'fault.webNothing'])

    phone.nextSends('never')
    await answer('Nejisté')
    assert.equal((await delivery()).state, 'unknown')
    const [echo] = phone.chats.get(JANA)!.slice(-1)
    phone.emit('message_create', echo)
    await turn()
    assert.equal((await delivery()).state, 'sent')
    assert.lengthOf((await messages()).filter(({ text }) => text === 'Nejisté'), 1)
  })

  test('a number that is not on WhatsApp, a full day, and a session that is not ready are said in words', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, body: 'Dobrý den' })
    await turn()
    phone.strangers.add('420777000111')
    await answer('Není tam')
    assert.equal((await delivery()).error_code, 'fault.notOnWhatsapp')

    phone.strangers.clear()
    await settings({ 'web.perDay': 0 })
    await answer('Zítra')
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['pending', 'fault.dayFull'])

    await settings({ 'web.perDay': 200 })
    await db.from('deliveries').where('state', 'pending').delete()
    await poll.end(inbox())
    await answer('Čeká')
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['pending', 'state.off'])
  })

  test('files come in and go out; what cannot be fetched says so', async ({ assert }) => {
    await turn()
    phone.receive({ from: JANA, type: 'image', body: 'Foto', media: { data: '/9j/4AAQSkZJRg==', mimetype: 'image/jpeg' } })
    phone.receive({ from: JANA, type: 'document', body: '', media: null })
    phone.receive({ from: JANA, type: 'video', body: '', media: { data: '', mimetype: 'video/mp4' }, bytes: 90_000_000 })
    await turn()
    const all = await messages()
    assert.lengthOf(await db.from('attachments').whereIn('message_id', all.map(({ id }) => id)), 1)
    assert.include(all[1].remarks, 'mediaGone')
    assert.include(all[2].remarks, 'mediaTooLarge')
  })

  test('an edit, a deletion and a reaction are shown on their message; a missed call is a ticket', async ({ assert }) => {
    await turn()
    const message = phone.receive({ from: JANA, body: 'Chci čevrené' })
    await turn()
    phone.emit('message_edit', message, 'Chci červené', 'Chci čevrené')
    phone.emit('message_reaction', { msgId: message.id, senderId: JANA, reaction: '👍', timestamp: Math.floor(now().toSeconds()) })
    phone.emit('call', { id: 'C1', from: '420602222333@c.us' })
    await turn()
    assert.equal((await messages())[0].text, 'Chci červené')
    assert.lengthOf(await db.from('message_changes').where('message_id', (await messages())[0].id), 2)
    assert.lengthOf(await tickets(), 2)
  })

  test('a start that fails is told in words, tried again with growing patience, and asks for a person at last', async ({ assert }) => {
    for (const [at, wait] of [0, 10, 20, 60, 180].entries()) {
      moveClock(now().plus({ seconds: wait + 1 }))
      phone.failStart(at % 2 ? 'auth timeout' : new Error('net::ERR_CONNECTION_REFUSED'))
      await turn()
      await turn()
      assert.equal(phone.started, at + 1)
      await turn()
      assert.equal(phone.started, at + 1, 'not before its time')
    }
    assert.include((await health()).row.reason, 'state.attention')
    assert.include((await health()).panel.detail, 'ERR_CONNECTION_REFUSED')
    moveClock(now().plus({ minutes: 11 }))
    await turn()
    assert.equal((await health()).panel.key, 'whatsapp.state.connected')
  })

  test('a page that hangs or never becomes ready begins anew; a blocked number does not', async ({ assert }) => {
    phone.hangReady()
    await turn()
    moveClock(now().plus({ seconds: 130 }))
    await turn()
    assert.include((await health()).row.reason, 'state.failed')
    await turn()
    assert.equal(phone.destroyed, 1)

    phone.script('ready')
    moveClock(now().plus({ seconds: 11 }))
    await turn()
    phone.hung = true
    moveClock(now().plus({ seconds: 61 }))
    await turn()
    assert.include((await health()).row.reason, 'state.failed')

    phone.hung = false
    moveClock(now().plus({ minutes: 11 }))
    await turn()
    await turn()
    moveClock(now().plus({ minutes: 11 }))
    await turn()
    phone.drop('TOS_BLOCK')
    await turn()
    moveClock(now().plus({ hours: 2 }))
    const started = phone.started
    await turn()
    await turn()
    assert.equal(phone.started, started)
    assert.include((await health()).row.reason, 'state.blocked')
  })

  test('logged out on the phone, it offers a new code by itself', async ({ assert }) => {
    await turn()
    phone.script('qr')
    phone.drop('LOGOUT')
    await turn()
    assert.include((await health()).row.reason, 'state.loggedOut')
    moveClock(now().plus({ seconds: 11 }))
    await turn()
    await turn()
    assert.isNotNull((await health()).panel.code)
  })
})
