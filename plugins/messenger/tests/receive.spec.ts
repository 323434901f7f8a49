import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { moveClock, nowMs } from '#support/clock'
import { askForFile } from '#tickets/file_request'
import { FakeGraph } from '#tests/fakes/graph'
import { drain } from '#tests/drain'
import { sayReason } from '#plugins/reasons'
import i18nManager from '@adonisjs/i18n/services/main'
import { minutesAgo, type ConnectedPage } from '#tests/connected_page'
import { connectFacebook } from './page.js'

const ANNA = '55501'

test.group('Messenger | what comes in', (group) => {
  let page: ConnectedPage
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const connected = await connectFacebook()
    page = connected.page
    return connected.leave
  })
  group.each.teardown(() => moveClock(null))

  test('the handshake gives their number back to who knows our word, and to nobody else', async ({ assert }) => {
    const ask = (word: string) => fetch(`${page.hook}?hub.mode=subscribe&hub.verify_token=${word}&hub.challenge=1158201444`)
    const good = await ask('our-word')
    assert.deepEqual([good.status, await good.text()], [200, '1158201444'])
    assert.match(good.headers.get('content-type')!, /^text\/plain/)
    assert.equal((await ask('guess')).status, 403)
  })

  test('a text becomes a ticket of a person; its name is asked for afterwards', async ({ assert }) => {
    page.graph.profiles.set(ANNA, { first_name: 'Anna', last_name: 'Dvořáková', profile_pic: page.graph.store('anna.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')) })
    await page.receive(page.graph.text(ANNA, 'Dobrý den, kde je můj kávovar?'))
    const ticket = await page.ticket()
    assert.include(ticket.$attributes, { channel: 'messenger', status: 'new', subject: 'Dobrý den, kde je můj kávovar?' })
    const customer = await db.from('customers').where('id', ticket.customerId).firstOrFail()
    assert.equal(customer.name, 'Anna Dvořáková')
    assert.equal(customer.picture_type, 'image/png')
    assert.deepInclude(await db.from('addresses').where('customer_id', ticket.customerId).firstOrFail(), { kind: 'handle', value: `messenger:${ANNA}` })
  })

  test('all entries and all events of a call are taken, and the same call again changes nothing', async ({ assert }) => {
    const body = { object: 'page', entry: [{ id: page.graph.account, time: nowMs(), messaging: [page.graph.text(ANNA, 'Jedna'), page.graph.text(ANNA, 'Dvě')] }, { id: page.graph.account, time: nowMs(), messaging: [page.graph.text('55502', 'Tři')] }] }
    for (let times = 0; times < 2; times++) assert.equal((await page.graph.emit(page.hook, body)).status, 200)
    await drain()
    assert.sameMembers((await page.messages()).map(({ text }) => text), ['Jedna', 'Dvě', 'Tři'])
    assert.lengthOf(await db.from('tickets').where('inbox_id', page.inbox.id), 2)
  })

  test('the signature covers the bytes as they were sent, escaped letters included; without one nothing is kept', async ({ assert }) => {
    const body = page.graph.body([page.graph.text(ANNA, 'Příliš žluťoučký kůň, ąę, αβγ 😀')])
    assert.equal((await page.graph.emit(page.hook, body, { badSignature: true })).status, 401)
    assert.equal((await page.graph.emit(page.hook, body, { signature: null })).status, 401)
    assert.equal((await page.graph.emit(page.hook, body, { signature: 'sha256=' })).status, 401)
    assert.lengthOf(await page.items(), 0)
    assert.equal((await page.graph.emit(page.hook, body)).status, 200)
    await drain()
    assert.equal((await page.messages())[0].text, 'Příliš žluťoučký kůň, ąę, αβγ 😀')
  })

  test('what comes out of order stands in the order of their clock', async ({ assert }) => {
    await page.receive(page.graph.text(ANNA, 'druhá', {}, minutesAgo(1)))
    await page.receive(page.graph.text(ANNA, 'první', {}, minutesAgo(2)))
    const rows = await page.messages()
    assert.deepEqual([...rows].sort((a, b) => Number(a.received_at) - Number(b.received_at)).map(({ text }) => text), ['první', 'druhá'])
  })

  test('files are fetched when they come; one that is gone does not hold back its words', async ({ assert }) => {
    const attachments = [
      { type: 'image', payload: { url: page.graph.store('sroub.png', Buffer.from('89504e470d0a1a0a', 'hex')) } },
      { type: 'file', payload: { url: `${page.graph.url}/files/gone.pdf` } },
      { type: 'image', payload: { url: page.graph.store('like.png', Buffer.from('89504e470d0a1a0a', 'hex')), sticker_id: 369239263222822 } },
      { type: 'image', payload: { url: 'https://elsewhere.test/evil.png' } },
      { type: 'location', payload: { coordinates: { lat: 50.1, long: 14.4 } } },
      { type: 'fallback' },
    ]
    await page.receive(page.graph.text(ANNA, 'Posílám fotky', { attachments }))
    const [message] = await page.messages()
    assert.include(message.text, 'Posílám fotky')
    assert.include(message.text, 'mlat=50.1')
    const files = await db.from('attachments').where('message_id', message.id).orderBy('id')
    assert.deepEqual(files.map(({ name, type, sha256 }) => [name, type, sha256 !== null]), [
      ['sroub.png', 'image/png', true],
      ['gone.pdf', 'application/octet-stream', false],
      ['sticker.png', 'image/png', true],
    ])
    assert.include(files[1].error, 'file_gone_there')
    const said = (JSON.parse(message.remarks) as string[]).map((remark) => sayReason(i18nManager.locale('en'), remark)).join(' ')
    assert.include(said, 'evil.png')
    assert.isFalse(page.graph.requests.some(({ path }) => path.includes('evil')))
  })

  test('an address that is wrongly written takes no message with it', async ({ assert }) => {
    await page.receive(page.graph.text(ANNA, 'Sleva', { attachments: [{ type: 'file', payload: { url: `${page.graph.url}/files/100%-sleva.pdf` } }, { type: 'image', payload: { url: `${page.graph.url}/files/%E0%A4%A` } }] }))
    const [message] = await page.messages()
    assert.equal(message?.text, 'Sleva')
    assert.deepEqual((await db.from('attachments').where('message_id', message.id).orderBy('id')).map(({ name }) => name), ['100%-sleva.pdf', 'image-2.jpg'])
  })

  test('a file is fetched once more when somebody asks, from their store alone and without our token', async ({ assert }) => {
    const stranger = await new FakeGraph().start()
    try {
      page.graph.moved.set('faktura.pdf', stranger.store('faktura.pdf', '%PDF-1.4'))
      await page.receive(page.graph.text(ANNA, 'Faktura', { attachments: [{ type: 'file', payload: { url: `${page.graph.url}/files/faktura.pdf` } }] }))
      const file = () => db.from('attachments').firstOrFail()
      const again = async () => {
        await askForFile((await file()).id, { by: null })
        await drain()
        return file()
      }
      assert.isNull((await again()).sha256, 'it leads elsewhere')
      assert.lengthOf(stranger.fetched, 0)
      page.graph.moved.clear()
      page.graph.store('faktura.pdf', '%PDF-1.4', 'application/pdf')
      assert.include(await again(), { type: 'application/pdf', error: null })
      assert.deepEqual(page.graph.fetched.filter(({ authorization }) => authorization !== null), [])
    } finally {
      await stranger.stop()
    }
  })

  test('buttons and quick replies say their words; a reaction, an edit and a link change what is there', async ({ assert }) => {
    await page.receive(page.graph.event(ANNA, { postback: { mid: 'm_pb', title: 'Kde je zásilka', payload: 'TRACK' } }), page.graph.text(ANNA, 'Ano', { quick_reply: { payload: 'YES' }, mid: 'm_qr' }))
    assert.deepEqual((await page.messages()).map(({ text }) => text), ['Kde je zásilka', 'Ano'])

    await page.receive(page.graph.event(ANNA, { message_edit: { mid: 'm_qr', text: 'Ano, prosím', num_edit: 1 } }, nowMs() + 1000))
    const [, edited] = await page.messages()
    assert.equal(edited.text, 'Ano, prosím')
    assert.deepInclude((await db.from('message_changes').where('message_id', edited.id))[0], { kind: 'edited', text: 'Ano' })

    await page.receive(page.graph.event(ANNA, { reaction: { mid: 'm_qr', action: 'react', reaction: 'love', emoji: '❤' } }, nowMs() + 2000))
    await page.receive(page.graph.event(ANNA, { referral: { ref: 'leto', source: 'SHORTLINK', type: 'OPEN_THREAD' } }, nowMs() + 3000))
    assert.lengthOf(await page.messages(), 2)
    assert.equal(Number((await page.ticket()).windowFromAt), Number((await page.items()).at(-1).received_at))
    assert.lengthOf(await db.from('events').where('name', 'ticket:signed').where('ticket_id', (await page.ticket()).id), 1)
  })

  test('a reaction that overtakes its message waits for it', async ({ assert }) => {
    await page.receive(page.graph.event(ANNA, { reaction: { mid: 'm_late', action: 'react', emoji: '👍' } }))
    assert.equal((await page.items())[0].state, 'stored')
    await page.receive(page.graph.text(ANNA, 'Díky', { mid: 'm_late' }))
    moveClock((await import('#support/clock')).now().plus({ seconds: 30 }))
    await drain()
    assert.deepEqual((await page.items()).map(({ state }) => state), ['done', 'done'])
    assert.lengthOf(await db.from('message_changes').where('kind', 'reaction'), 1)
  })

  test('what another tool handles is recorded and starts nothing; an unknown event is kept and said', async ({ assert }) => {
    await page.graph.emit(page.hook, page.graph.body([page.graph.text(ANNA, 'Mluvím s robotem')], 'standby'))
    await page.graph.emit(page.hook, page.graph.body([{ field: 'feed', value: { item: 'comment' } }], 'changes'))
    await page.receive(page.graph.event(ANNA, { telepathy: { thought: 1 } }))
    const [message] = await page.messages()
    assert.equal(message.automatic, 1)
    const items = await page.items()
    assert.deepEqual(items.map(({ state }) => state), ['done', 'ignored', 'ignored'])
    assert.include(items[2].reason, 'telepathy')
  })

  test('an event of another page of the same app is not taken for ours', async ({ assert }) => {
    const body = { object: 'page', entry: [{ id: '910099', time: nowMs(), messaging: [page.graph.text(ANNA, 'Pro jinou stránku')] }] }
    await page.graph.emit(page.hook, body)
    await drain()
    assert.lengthOf(await page.messages(), 0)
    assert.equal((await page.items())[0].state, 'ignored')
  })

  test('what cannot be cut is kept whole; ten megabytes are turned away and harm nothing', async ({ assert }) => {
    assert.equal((await page.graph.emit(page.hook, Buffer.from('{"object":"page"'))).status, 200)
    assert.equal((await page.items())[0].state, 'failed')
    const huge = Buffer.from(JSON.stringify(page.graph.body([page.graph.text(ANNA, 'x'.repeat(10_000_000))])))
    assert.equal((await page.graph.emit(page.hook, huge)).status, 413)
    await page.receive(page.graph.text(ANNA, 'A teď normálně'))
    assert.deepEqual((await page.messages()).map(({ text }) => text), ['A teď normálně'])
  })

  test('a reply from the page’s own inbox stands in the thread as ours', async ({ assert }) => {
    await page.receive(page.graph.text(ANNA, 'Haló?'))
    await page.receive(page.graph.echo({ mid: 'm_phone', to: ANNA, body: { message: { text: 'Hned jsem u vás' } }, file: null }, null))
    const [, reply] = await page.messages()
    assert.include(reply, { kind: 'reply', text: 'Hned jsem u vás', external_id: 'm_phone' })
    assert.isNotNull((await page.ticket()).firstResponseAt)
  })

  test('when the database is away the call must come again, and then there is exactly one message', async ({ assert }) => {
    const body = page.graph.body([page.graph.text(ANNA, 'Jen jednou')])
    const { default: Inbox } = await import('#channels/inbox')
    const query = Inbox.query
    Inbox.query = (() => {
      throw new Error('The database is away')
    }) as never
    try {
      assert.equal((await page.graph.emit(page.hook, body)).status, 503)
    } finally {
      Inbox.query = query
    }
    for (let times = 0; times < 2; times++) assert.equal((await page.graph.emit(page.hook, body)).status, 200)
    await drain()
    assert.lengthOf(await page.messages(), 1)
  })
})
