import { createHmac } from 'node:crypto'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import i18nManager from '@adonisjs/i18n/services/main'
import { checkInbox } from '#channels/health'
import { askAboutUnknown } from '#channels/outbound/deliver'
import { sayReason } from '#plugins/reasons'
import { moveClock, now } from '#support/clock'
import { keepFile } from '#support/files'
import { retryDelivery } from '#tickets/message_delivery'
import { drain } from '#tests/drain'
import { givenAgent } from '#tests/given'
import type { ConnectedPage } from '#tests/connected_page'
import { connectFacebook } from './page.js'

const ANNA = '55501'

test.group('Messenger | what goes out', (group) => {
  let page: ConnectedPage
  let agent: { id: number }
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const connected = await connectFacebook({ human_agent_enabled: true })
    page = connected.page
    agent = await givenAgent()
    await page.receive(page.graph.text(ANNA, 'Kde je balík?'))
    return connected.leave
  })
  group.each.teardown(() => moveClock(null))

  const pass = (hours: number) => moveClock(now().plus({ hours }))
  const words = (stored: string | null) => sayReason(i18nManager.locale('en'), stored)

  test('a reply leaves with its type and our mark; token and proof stand where they belong', async ({ assert }) => {
    const message = await page.answer(agent, { text: 'Dorazí zítra. 📦' })
    await drain()
    const delivery = await page.delivery(message)
    assert.include(delivery, { state: 'sent', external_id: page.graph.sends[0].mid })
    assert.deepEqual(page.graph.sends[0].body, { recipient: { id: ANNA }, messaging_type: 'RESPONSE', message: { text: 'Dorazí zítra. 📦', metadata: delivery.reference } })
    const call = page.graph.requests.find(({ path }) => path.endsWith('/messages'))!
    assert.equal(call.path, `/v25.0/${page.graph.account}/messages`)
    assert.equal(call.headers.authorization, `Bearer ${page.graph.token}`)
    assert.deepEqual(call.query, { appsecret_proof: createHmac('sha256', page.graph.secret).update(page.graph.token).digest('hex') })
    const [row] = await db.from('messages').where('id', message.id)
    assert.deepEqual([row.subject, row.html, row.text], [null, null, 'Dorazí zítra. 📦'])
  })

  test('delivered, then read, then only forward', async ({ assert }) => {
    const message = await page.answer(agent, { text: 'Ano' })
    await drain()
    const mark = now().plus({ seconds: 1 }).toMillis()
    await page.receive(page.graph.event(ANNA, { delivery: { mids: [page.graph.sends[0].mid], watermark: mark } }))
    assert.equal((await page.delivery(message)).state, 'delivered')
    await page.receive(page.graph.event(ANNA, { read: { watermark: mark } }))
    assert.equal((await page.delivery(message)).state, 'read')
    await page.receive(page.graph.event(ANNA, { delivery: { watermark: mark + 5 } }))
    assert.equal((await page.delivery(message)).state, 'read')
  })

  test('a mark before the message says nothing of it', async ({ assert }) => {
    const before = now().minus({ minutes: 5 }).toMillis()
    const message = await page.answer(agent, { text: 'Ano' })
    await drain()
    await page.receive(page.graph.event(ANNA, { read: { watermark: before } }))
    assert.equal((await page.delivery(message)).state, 'sent')
  })

  test('a long text leaves in parts, in order; after a fault it goes on where it stopped', async ({ assert }) => {
    const text = `${'První odstavec má hodně slov. '.repeat(60)}\n\n${'Druhý odstavec také. '.repeat(60)}`.trim()
    page.graph.next({ kind: 'first', then: async () => {} }, { kind: 'error', code: 613 })
    const message = await page.answer(agent, { text })
    await drain()
    assert.lengthOf(page.graph.sends, 1)
    assert.equal((await page.delivery(message)).state, 'pending')
    moveClock(now().plus({ seconds: 30 }))
    await drain()
    assert.lengthOf(page.graph.sends, 2)
    assert.equal((await page.delivery(message)).state, 'sent')
    assert.equal(page.graph.sends.map(({ body }) => body.message.text).join(' ').replace(/\s+/g, ' '), text.replace(/\s+/g, ' '))
    assert.isTrue(page.graph.sends.every(({ body }) => [...body.message.text].length <= 2000))

    const echoes = page.graph.sends.map((sent) => page.graph.echo(sent))
    await page.receive(...echoes)
    assert.lengthOf(await page.messages(), 2, 'no part becomes a message of its own')
  })

  test('files leave one by one after the words, as what they are', async ({ assert }) => {
    const uploads = []
    for (const [name, type] of [['navod.pdf', 'application/pdf'], ['foto.png', 'image/png']] as const) {
      const { sha256, bytes } = await keepFile(Buffer.from(name))
      const [row] = await db.table('uploads').insert({ agent_id: agent.id, name, type, bytes, sha256, created_at: now().toMillis() }).returning('id')
      uploads.push(typeof row === 'object' ? row.id : row)
    }
    const message = await page.answer(agent, { text: 'Tady to je', uploadIds: uploads })
    await drain()
    assert.deepEqual(page.graph.sends.map(({ body, file }) => [body.message.attachment?.type ?? 'text', file?.name ?? null, body.messaging_type]), [
      ['text', null, 'RESPONSE'],
      ['file', 'navod.pdf', 'RESPONSE'],
      ['image', 'foto.png', 'RESPONSE'],
    ])
    assert.equal((await page.delivery(message)).external_id, page.graph.sends[2].mid)
  })

  test('a file has the time that a slow line needs; words have not', async ({ assert, cleanup }) => {
    const given: number[] = []
    const { timeout } = AbortSignal
    AbortSignal.timeout = (ms) => {
      given.push(ms)
      return timeout.call(AbortSignal, ms)
    }
    cleanup(() => void (AbortSignal.timeout = timeout))
    const { sha256, bytes } = await keepFile(Buffer.from('film'))
    const [row] = await db.table('uploads').insert({ agent_id: agent.id, name: 'film.mp4', type: 'video/mp4', bytes, sha256, created_at: now().toMillis() }).returning('id')
    await page.answer(agent, { text: 'Tady je', uploadIds: [typeof row === 'object' ? row.id : row] })
    await drain()
    assert.lengthOf(page.graph.sends, 2)
    assert.include(given, 15_000)
    // The desk's own limit of a call stands beside the plugin's: with a file both are a minute.
    assert.isAtLeast(given.filter((ms) => ms === 60_000).length, 3)
  })

  test('in days two to seven a person answers by the tag, a machine does not; then nobody', async ({ assert }) => {
    pass(26)
    const message = await page.answer(agent, { text: 'Omlouváme se za zpoždění' })
    await drain()
    assert.include(page.graph.sends[0].body, { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })
    assert.equal((await page.delivery(message)).state, 'sent')
    await assert.rejects(() => page.answer(agent, { text: 'Automat', automatic: true }), 'chat.errors.window_person')
    pass(6 * 24)
    await assert.rejects(() => page.answer(agent, { text: 'Pozdě' }), 'chat.errors.window_closed')
    await page.receive(page.graph.text(ANNA, 'Ještě jsem tu'))
    await page.answer(agent, { text: 'My taky' })
    await drain()
    assert.equal(page.graph.sends.at(-1)!.body.messaging_type, 'RESPONSE')
  })

  test('without the grant the window closes after a day', async ({ assert }) => {
    await page.set({ human_agent_enabled: false })
    pass(25)
    await assert.rejects(() => page.answer(agent, { text: 'Pozdě' }), 'chat.errors.window_closed')
  })

  test('no answer: nobody knows whether it left, it is not sent again by itself, and its echo settles it', async ({ assert }) => {
    page.graph.next({ kind: 'drop' })
    const message = await page.answer(agent, { text: 'Snad dojde' })
    await drain()
    assert.equal((await page.delivery(message)).state, 'unknown')
    moveClock(now().plus({ minutes: 10 }))
    await askAboutUnknown()
    await drain()
    assert.lengthOf(page.graph.sends, 1)
    await page.receive(page.graph.echo(page.graph.sends[0]))
    assert.include(await page.delivery(message), { state: 'sent', external_id: page.graph.sends[0].mid })
    assert.lengthOf(await page.messages(), 2)
  })

  test('an echo that comes before the answer of the call makes no second message', async ({ assert }) => {
    page.graph.next({ kind: 'first', then: async (sent) => assert.equal((await page.graph.emit(page.hook, page.graph.body([page.graph.echo(sent)]))).status, 200) })
    const message = await page.answer(agent, { text: 'Rychlá ozvěna' })
    await drain()
    assert.equal((await page.delivery(message)).state, 'sent')
    assert.lengthOf(await page.messages(), 2)
  })

  test('a token that is no longer valid: health says reconnect, the reply waits, and leaves when it is put right', async ({ assert }) => {
    page.graph.tokenValid = false
    const message = await page.answer(agent, { text: 'Čeká' })
    await drain()
    assert.include(words((await page.delivery(message)).error), 'Reconnect')
    assert.equal((await page.delivery(message)).state, 'pending')
    const health = await db.from('inbox_health').where('inbox_id', page.inbox.id).firstOrFail()
    assert.equal(Number(health.ok), 0)
    assert.include(words(health.reason), 'disconnected this page')
    assert.notInclude(JSON.stringify([health, await page.delivery(message)]), page.graph.token)

    page.graph.tokenValid = true
    await page.inbox.change({ config: { graph_version: 'v24.0' } }, { by: null })
    await drain()
    assert.equal((await page.delivery(message)).state, 'sent')
  })

  const refusals = [
    { code: 10, subcode: 2018278, state: 'failed', says: 'last wrote too long ago' },
    { code: 551, state: 'failed', says: 'cannot receive messages', unreachable: true },
    { code: 100, subcode: 2018001, state: 'failed', says: 'does not find this customer', unreachable: true },
    { code: 368, state: 'failed', says: 'restricted the messages' },
    { code: 613, state: 'pending', says: 'slow down' },
    { code: 2, state: 'pending', says: 'out of order' },
    { code: 200, state: 'pending', says: 'pages_messaging' },
    { code: 12345, state: 'failed', says: 'did not accept' },
  ]
  for (const { code, subcode, state, says, unreachable } of refusals) {
    test(`refusal ${code}${subcode ? `/${subcode}` : ''} is said in words, with what stands behind it`, async ({ assert }) => {
      await page.set({ human_agent_enabled: false })
      page.graph.next({ kind: 'error', code, subcode })
      const message = await page.answer(agent, { text: 'Zkouška' })
      await drain()
      const delivery = await page.delivery(message)
      assert.equal(delivery.state, state)
      assert.include(words(delivery.error), says)
      assert.include(words(delivery.error), 'AbcTrace')
      assert.equal((await db.from('unreachable_addresses').where('channel', 'messenger')).length === 1, unreachable === true)
    })
  }

  test('who writes again can be reached again', async ({ assert }) => {
    page.graph.next({ kind: 'error', code: 551 })
    const message = await page.answer(agent, { text: 'Jste tam?' })
    await drain()
    await page.receive(page.graph.text(ANNA, 'Už ano'))
    assert.lengthOf(await db.from('unreachable_addresses').where('channel', 'messenger'), 0)
    await retryDelivery(message as never, { by: null })
    await drain()
    assert.equal((await page.delivery(message)).state, 'sent')
  })

  test('another tool has the thread: a person’s answer takes it', async ({ assert }) => {
    page.graph.next({ kind: 'error', code: 10, subcode: 2018300 })
    const message = await page.answer(agent, { text: 'Beru si to' })
    await drain()
    assert.isTrue(page.graph.requests.some(({ path }) => path.endsWith('/take_thread_control')))
    assert.equal((await page.delivery(message)).state, 'sent')
  })

  test('the check subscribes the page where it is not, and says what Facebook has against it', async ({ assert }) => {
    assert.isTrue((await checkInbox(page.inbox)).ok)
    assert.includeMembers(page.graph.subscribed, ['messages', 'message_echoes', 'standby', 'message_edits'])
    await page.receive(page.graph.event(ANNA, { policy_enforcement: { action: 'block', reason: 'Spam' } }))
    assert.isFalse((await checkInbox(page.inbox)).ok)
    await page.receive(page.graph.event(ANNA, { policy_enforcement: { action: 'unblock' } }))
    assert.isTrue((await checkInbox(page.inbox)).ok)
  })

  test('typing is told; seen only where the shop wants it', async ({ assert }) => {
    const { signalCustomer } = await import('#channels/signals')
    await signalCustomer(await page.ticket(), 'typing')
    await signalCustomer(await page.ticket(), 'seen')
    await drain()
    assert.deepEqual(page.graph.actions, ['typing_on'])
  })

  test('neither copies nor too much text nor a file that is too big is begun', async ({ assert }) => {
    const ticket = await page.ticket()
    const by = { kind: 'agent', id: agent.id } as const
    await assert.rejects(() => ticket.reply({ text: 'Kopie', cc: [{ address: 'jan@posta.test' }] }, { by }), 'chat.errors.no_copies')
    await assert.rejects(() => ticket.reply({ text: 'x'.repeat(10_001) }, { by }), 'chat.errors.too_long')
    await assert.rejects(() => ticket.reply({ text: 'Video', files: [{ name: 'v.mp4', type: 'video/mp4', bytes: 26_000_000, sha256: null }] }, { by }), 'chat.errors.file_size')
  })
})
