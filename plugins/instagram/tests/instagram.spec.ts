import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import i18nManager from '@adonisjs/i18n/services/main'
import { checkInbox } from '#channels/health'
import Inbox from '#channels/inbox'
import { readConfig } from '#channels/inbox_config'
import { renewInboxes } from '#channels/renewal'
import { sayReason } from '#plugins/reasons'
import { moveClock, now, nowMs } from '#support/clock'
import { connectPage, minutesAgo, type ConnectedPage } from '#tests/connected_page'
import { askForFile } from '#tickets/file_request'
import { drain } from '#tests/drain'
import { FakeGraph } from '#tests/fakes/graph'
import { givenAgent } from '#tests/given'

const EVA = '88001'
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

test.group('Instagram', (group) => {
  let page: ConnectedPage
  let agent: { id: number }
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const graph = new FakeGraph({ object: 'instagram', account: '17840001', token: 'instagram-token' })
    const connected = await connectPage('instagram', graph, { login_kind: 'page', page_id: '910001', ig_account_id: graph.account, access_token: graph.token, human_agent_enabled: true })
    page = connected.page
    agent = await givenAgent()
    return connected.leave
  })
  group.each.teardown(() => moveClock(null))

  const said = (stored: string) => sayReason(i18nManager.locale('en'), stored)
  const remarks = async () => (await page.messages()).flatMap(({ remarks: kept }) => (kept ? (JSON.parse(kept) as string[]) : [])).map(said)

  test('two events of one call, twice, are two messages; a wrong signature keeps nothing', async ({ assert }) => {
    const body = page.graph.body([page.graph.text(EVA, 'Máte to i v modré?'), page.graph.text(EVA, 'A v žluté?')])
    assert.equal((await page.graph.emit(page.hook, body, { badSignature: true })).status, 401)
    assert.lengthOf(await page.items(), 0)
    for (let times = 0; times < 2; times++) assert.equal((await page.graph.emit(page.hook, body)).status, 200)
    await drain()
    assert.deepEqual((await page.messages()).map(({ text }) => text), ['Máte to i v modré?', 'A v žluté?'])
  })

  test('what comes out of order stands in the order of their clock; ten megabytes harm nothing; the unknown is kept', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'druhá', {}, minutesAgo(1)))
    await page.receive(page.graph.text(EVA, 'první', {}, minutesAgo(2)))
    assert.deepEqual([...(await page.messages())].sort((a, b) => Number(a.received_at) - Number(b.received_at)).map(({ text }) => text), ['první', 'druhá'])
    const huge = Buffer.from(JSON.stringify(page.graph.body([page.graph.text(EVA, 'x'.repeat(10_000_000))])))
    assert.equal((await page.graph.emit(page.hook, huge)).status, 413)
    await page.receive(page.graph.event(EVA, { telepathy: {} }))
    assert.equal((await page.items()).at(-1).state, 'ignored')
  })

  test('when the database is away the call must come again, and then there is exactly one message', async ({ assert }) => {
    const body = page.graph.body([page.graph.text(EVA, 'Jen jednou')])
    const query = Inbox.query
    Inbox.query = (() => {
      throw new Error('The database is away')
    }) as never
    try {
      assert.equal((await page.graph.emit(page.hook, body)).status, 503)
    } finally {
      Inbox.query = query
    }
    for (let times = 0; times < 2; times++) await page.graph.emit(page.hook, body)
    await drain()
    assert.lengthOf(await page.messages(), 1)
  })

  test('a message that the customer takes back is blank everywhere, and what it said is kept', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Tajné', { mid: 'aWdf1', attachments: [{ type: 'image', payload: { url: page.graph.store('tajne.png', PNG) } }] }))
    await page.receive(page.graph.event(EVA, { message: { mid: 'aWdf1', is_deleted: true } }, nowMs() + 1000))
    const [message] = await page.messages()
    assert.include(message, { text: '', html: null })
    assert.isNotNull(message.deleted_at)
    assert.equal((await page.ticket()).preview, '')
    assert.deepInclude((await db.from('message_changes').where('message_id', message.id))[0], { kind: 'deleted', text: 'Tajné' })
    assert.lengthOf(await page.items(), 2)
  })

  test('stories are named and not kept; what is not shared is said; a file that is gone says so', async ({ assert }) => {
    const attachments = [{ type: 'story_mention', payload: { url: page.graph.store('pribeh.png', PNG) } }, { type: 'image', payload: { url: `${page.graph.url}/files/gone.png` } }, { type: 'share', payload: { url: 'https://www.instagram.com/p/1', title: 'Boty' } }]
    await page.receive(page.graph.text(EVA, 'Koukejte', { attachments }), page.graph.event(EVA, { message: { mid: 'aW9', is_unsupported: true } }), page.graph.text(EVA, 'Hezké', { reply_to: { story: { id: 's', url: 'https://cdn.example/s' } } }))
    const all = (await remarks()).join('\n')
    for (const words of ['Mentioned us in a story', 'does not share with us', 'Answers our story', 'Boty']) assert.include(all, words)
    const files = await db.from('attachments').orderBy('id')
    assert.deepEqual(files.map(({ name, sha256 }) => [name, sha256]), [['gone.png', null]])
    assert.include(files[0].error, 'file_gone_there')
    page.graph.store('gone.png', PNG)
    await askForFile(files[0].id, { by: null })
    await drain()
    assert.isNotNull((await db.from('attachments').where('id', files[0].id).first()).sha256)
  })

  test('bytes are counted: a long Czech answer leaves in parts of a thousand bytes', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Povídejte'))
    const text = 'Žluťoučký kůň úpěl ďábelské ódy. '.repeat(40).trim()
    const message = await page.answer(agent, { text })
    await drain()
    assert.equal((await page.delivery(message)).state, 'sent')
    assert.isTrue(page.graph.sends.length > 1 && page.graph.sends.every(({ body }) => Buffer.byteLength(body.message.text) <= 1000))
    assert.isTrue(page.graph.sends.every(({ body }) => !('metadata' in body.message)))
    assert.equal(page.graph.requests.find(({ path }) => path.endsWith('/messages'))!.path, '/v25.0/910001/messages')

    await page.receive(...page.graph.sends.map((sent) => page.graph.echo(sent, null)))
    assert.lengthOf(await page.messages(), 2, 'no echo becomes a message of its own')
    await page.receive(page.graph.event(EVA, { read: { mid: page.graph.sends.at(-1)!.mid } }))
    assert.equal((await page.delivery(message)).state, 'read')
  })

  test('no answer: unknown, not sent again by itself, settled by the echo with the same words', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Haló'))
    page.graph.next({ kind: 'drop' })
    const message = await page.answer(agent, { text: 'Snad dojde' })
    await drain()
    assert.equal((await page.delivery(message)).state, 'unknown')
    await page.receive(page.graph.echo({ mid: 'aWphone', to: EVA, body: { message: { text: 'Z telefonu' } }, file: null }, null))
    assert.equal((await page.delivery(message)).state, 'unknown')
    await page.receive(page.graph.echo(page.graph.sends[0], null))
    assert.include(await page.delivery(message), { state: 'sent', external_id: page.graph.sends[0].mid })
    assert.deepEqual((await page.messages()).map(({ text }) => text), ['Haló', 'Snad dojde', 'Z telefonu'])
  })

  test('an echo that comes before the answer of the call waits, and makes no second message', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Haló'))
    const { takeNextIncoming } = await import('#channels/inbound/processing')
    page.graph.next({
      kind: 'first',
      then: async (sent) => {
        await page.graph.emit(page.hook, page.graph.body([page.graph.echo(sent, null)]))
        await takeNextIncoming()
      },
    })
    const message = await page.answer(agent, { text: 'Rychle' })
    await drain()
    moveClock(now().plus({ seconds: 30 }))
    await drain()
    assert.equal((await page.delivery(message)).state, 'sent')
    assert.lengthOf(await page.messages(), 2)
    assert.deepEqual((await page.items()).map(({ state }) => state), ['done', 'ignored'])
  })

  test('after a day by the tag, after seven by nobody; refused in words', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Haló'))
    moveClock(now().plus({ hours: 30 }))
    await page.answer(agent, { text: 'Po víkendu' })
    await drain()
    assert.include(page.graph.sends[0].body, { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })
    moveClock(now().plus({ days: 7 }))
    await assert.rejects(() => page.answer(agent, { text: 'Pozdě' }), 'chat.errors.window_closed')
  })

  test('an expired token waits for a new one; a token of the Business Login is renewed in time and kept encrypted', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Haló'))
    page.graph.tokenValid = false
    const message = await page.answer(agent, { text: 'Čeká' })
    await drain()
    assert.equal((await page.delivery(message)).state, 'pending')
    assert.include(said((await db.from('inbox_health').where('inbox_id', page.inbox.id).firstOrFail()).reason), 'disconnected this account')

    page.graph.tokenValid = true
    await page.set({ login_kind: 'business', token_expires_at: now().plus({ days: 3 }).toISO() })
    const health = await checkInbox(page.inbox)
    assert.isTrue(health.ok)
    assert.include(JSON.stringify(health), 'fault.expires')
    await renewInboxes()
    const renewed = await Inbox.findOrFail(page.inbox.id)
    assert.isAbove(Date.parse(String(readConfig(renewed).token_expires_at)), nowMs() + 50 * 86_400_000)
    assert.notInclude(renewed.config, page.graph.token)
  })

  test('pictures of more than 8 MB and files of an unknown kind are not begun', async ({ assert }) => {
    await page.receive(page.graph.text(EVA, 'Haló'))
    const ticket = await page.ticket()
    const by = { kind: 'agent', id: agent.id } as const
    await assert.rejects(() => ticket.reply({ text: 'Foto', files: [{ name: 'f.png', type: 'image/png', bytes: 9_000_000, sha256: null }] }, { by }), 'chat.errors.file_size')
    await assert.rejects(() => ticket.reply({ text: 'Zip', files: [{ name: 'f.zip', type: 'application/zip', bytes: 9000, sha256: null }] }, { by }), 'chat.errors.file_type')
  })
})
