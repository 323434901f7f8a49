import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { accept, ingest } from '#channels/inbound/gateway'
import { nameDowntime } from '#channels/gaps'
import type Inbox from '#channels/inbox'
import { readTemplatesAnew } from '#channels/templates'
import { refused, splitText, textLength, unknown } from '#plugin'
import { moveClock, now, nowMs } from '#support/clock'
import { transaction } from '#support/transaction'
import { withoutMarks } from '#tickets/formatting'
import { recount } from '#tickets/recounting'
import { formattedParagraphs } from '#tickets/pages/plain_text'
import { api, givenToken } from '#tests/api'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenCustomer, givenInbox } from '#tests/given'
import { queriesOf } from '#tests/queries'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'correct horse battery'
let hashed: Promise<string>
const asAgent = (agent: { email: string }) => signedIn(agent, PASSWORD)
const EVA = { kind: 'handle' as const, value: 'fake:1' }

test.group('Chat channels', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  group.setup(() => void (hashed = hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    fake = new FakeChannel('fake', { body: 'text', threads: 'customer', text: { max: 20, unit: 'bytes', parts: 3 }, files: { maxBytes: 1000, types: ['image/*'] }, window: { hours: 24, byPersonHours: 168, templates: true }, writesTo: ['handle'], formatting: { bold: '*', italic: '_' }, replayHours: 2 })
    const restore = fake.install()
    inbox = await givenInbox({ channel: 'fake', name: 'Stránka' })
    return restore
  })
  group.each.teardown(() => moveClock(null))

  const hears = async (text = 'Dobrý den', values: object = {}) => {
    const { ticketId } = await ingest(inbox, fake.raw({ from: EVA, text, subject: undefined, ...values }), { via: 'hook' })
    return fresh({ id: ticketId! })
  }
  const thing = async (what: Record<string, unknown>) => {
    const [{ id }] = await accept(inbox, [fake.thing({ from: EVA, at: now().toISO(), ...what } as never)], { via: 'hook' })
    await drain()
    return db.from('incoming_items').where('id', id).firstOrFail()
  }
  const pass = (hours: number) => moveClock(now().plus({ hours }))
  const person = async () => {
    const agent = await givenAgent({ password: await hashed })
    return { agent, by: { kind: 'agent', id: agent.id } as const }
  }

  test('a chat answer is its words alone: no subject, no signature, no history, to the person and nobody else', async ({ assert }) => {
    await db.from('inboxes').where('id', inbox.id).update({ signature: 'Váš tým' })
    const ticket = await hears()
    const { by } = await person()
    await ticket.reply({ text: 'Dobrý den' }, { by })
    await drain()
    const [message] = fake.outbox
    assert.include(message, { text: 'Dobrý den', subject: undefined, html: undefined, byPerson: true })
    assert.deepEqual([message.to.value, message.cc, message.thread.references], ['fake:1', [], []])
    assert.closeTo(message.lastIncomingAt!.toMillis(), nowMs(), 60_000)
  })

  test('the window follows the channel’s clock, for every ticket of the person here, and the API tells it', async ({ assert, client }) => {
    const at = now().minus({ hours: 10 })
    const ticket = await hears('Před deseti hodinami', { at: at.toISO() })
    assert.equal(Number(ticket.windowUntilAt), at.plus({ hours: 24 }).toMillis())
    await hears('Ještě dřív', { at: at.minus({ hours: 5 }).toISO() })
    assert.equal(Number((await fresh(ticket)).windowUntilAt), at.plus({ hours: 24 }).toMillis(), 'it only moves forward')

    const token = await givenToken()
    const told = async () => (await api(client, token).get(`/tickets/${ticket.id}`)).body().reply_window
    assert.deepInclude(await told(), { mode: 'free', until: at.plus({ hours: 24 }).toISO() })
    pass(20)
    assert.deepInclude(await told(), { mode: 'person' })
    pass(170)
    assert.deepInclude(await told(), { mode: 'template', until: null })
    const answer = await api(client, token).post(`/tickets/${ticket.id}/messages`, { text: 'Pozdě' })
    assert.equal(answer.status(), 422)
    assert.include(answer.body().detail ?? answer.body().title, 'Only an approved template')
  })

  test('a machine answers within the free window only; a planned reply is measured by when it would leave', async ({ assert }) => {
    const ticket = await hears()
    const { by } = await person()
    await ticket.reply({ text: 'Automat', automatic: true }, { by: null })
    await assert.rejects(async () => (await fresh(ticket)).reply({ text: 'Plán', sendAt: now().plus({ days: 8 }) }, { by }), 'chat.errors.window_template')
    pass(30)
    await assert.rejects(async () => (await fresh(ticket)).reply({ text: 'Automat', automatic: true }, { by: null }), 'chat.errors.window_person')
    await (await fresh(ticket)).reply({ text: 'Člověk' }, { by })
  })

  test('what the channel would not take is stopped before anything is written: length in its own unit, kind and size of files', async ({ assert }) => {
    const ticket = await hears()
    const { by } = await person()
    const file = (name: string, type: string, bytes: number) => ({ text: '', files: [{ name, type, bytes, sha256: null }] })
    await assert.rejects(() => ticket.reply({ text: 'žlutý kůň '.repeat(6) }, { by }), 'chat.errors.too_long')
    await assert.rejects(() => ticket.reply(file('a.zip', 'application/zip', 1), { by }), 'chat.errors.file_type')
    await assert.rejects(() => ticket.reply(file('a.png', 'image/png', 2000), { by }), 'chat.errors.file_size')
    await assert.rejects(() => ticket.reply({ text: 'Kopie', bcc: [{ address: 'a@b.test' }] }, { by }), 'chat.errors.no_copies')
    assert.lengthOf(await db.from('messages').where('kind', 'reply'), 0)
    await ticket.reply(file('a.png', 'image/png', 900), { by })
    await assert.rejects(() => ticket.reply({ text: ' ' }, { by }), 'tickets.errors.empty_reply')
  })

  test('a template is what is accepted when the window is closed, each word filled in', async ({ assert, client }) => {
    fake.driver.templates = async () => [
      { name: 'doruceni', language: 'cs', body: 'Zásilka {{1}} dorazí {{2}}.', placeholders: ['číslo', 'den'], state: 'approved' as const },
      { name: 'sleva', language: 'cs', body: 'Sleva', placeholders: [], state: 'rejected' as const },
    ]
    await readTemplatesAnew(inbox)
    const ticket = await hears()
    pass(200)
    const token = await givenToken()
    const write = (body: object) => api(client, token).post(`/tickets/${ticket.id}/messages`, body)
    assert.equal((await write({ template: { name: 'sleva', language: 'cs' } })).status(), 422)
    assert.equal((await write({ template: { name: 'doruceni', language: 'cs', parameters: ['A1'] } })).status(), 422)
    const answer = await write({ template: { name: 'doruceni', language: 'cs', parameters: ['A1', 'v pátek'] } })
    assert.equal(answer.status(), 201)
    assert.equal(answer.body().text, 'Zásilka A1 dorazí v pátek.')
    pass(1)
    await drain()
    assert.deepEqual(fake.outbox[0].template, { name: 'doruceni', language: 'cs', parameters: ['A1', 'v pátek'] })
    assert.lengthOf((await api(client, token).get(`/inboxes/${inbox.id}/templates`)).body().data, 2)
  })

  test('the composer offers what is accepted and nothing else, in each of its four states', async ({ assert }) => {
    fake.driver.templates = async () => [{ name: 'doruceni', language: 'cs', body: 'Zásilka {{1}}', placeholders: ['číslo'], state: 'approved' as const }]
    await readTemplatesAnew(inbox)
    const mail = new FakeChannel('letters')
    const restore = mail.install()
    await givenInbox({ channel: 'letters', name: 'Pošta' })
    const ticket = await hears()
    await db.table('addresses').insert({ customer_id: ticket.customerId, kind: 'email', value: 'eva@posta.test', created_at: nowMs() })
    const { agent } = await person()
    const visitor = await asAgent(agent)
    const page = async (query = '') => (await visitor.open(`/tickets/${ticket.id}${query}`)).text

    const free = await page()
    assert.include(free, 'you can answer freely')
    assert.include(free, 'id="reply-text"')
    assert.notInclude(free, 'id="reply-subject"')
    assert.include(free, 'data-unit="bytes"')
    assert.include(free, 'accept="image/*"')
    assert.include(free, 'id="emoji-menu"')
    pass(30)
    assert.include(await page(), 'a person may still answer')
    pass(170)
    const shut = await page()
    assert.include(shut, 'now takes only approved templates')
    assert.notInclude(shut, 'id="reply-text"')
    assert.include(shut, 'template[parameters][]')
    assert.include(shut, 'eva@posta.test')
    const byMail = await page(`?via=${(await db.from('inboxes').where('channel', 'letters').firstOrFail()).id}`)
    assert.include(byMail, 'id="reply-subject"')
    assert.include(byMail, 'eva@posta.test')

    await db.table('unreachable_addresses').insert({ address_id: (await db.from('addresses').where('value', 'fake:1').firstOrFail()).id, channel: 'fake', at: nowMs() })
    assert.include(await page(), 'cannot be reached')
    restore()
  })

  test('answered by letter, the letter’s answer comes home, and the next answer goes where the customer wrote last', async ({ assert }) => {
    const mail = new FakeChannel('letters')
    const restore = mail.install()
    const letters = await givenInbox({ channel: 'letters' })
    const ticket = await hears()
    await db.table('addresses').insert({ customer_id: ticket.customerId, kind: 'email', value: 'eva@posta.test', created_at: nowMs() })
    const { by } = await person()
    await ticket.reply({ text: 'Píšeme e-mailem', inboxId: letters.id }, { by })
    await drain()
    assert.include(mail.outbox[0].to, { kind: 'email', value: 'eva@posta.test' })
    assert.include(mail.outbox[0].subject!, `[#${ticket.id}]`)

    const home = await ingest(letters, mail.raw({ from: { kind: 'email', value: 'eva@posta.test' }, text: 'Díky', thread: { answers: [`<${mail.outbox[0].reference}@shop.test>`] } }), { via: 'hook' })
    assert.equal(home.ticketId, ticket.id)
    await (await fresh(ticket)).reply({ text: 'Není zač' }, { by })
    await drain()
    assert.lengthOf(mail.outbox, 2)
    assert.lengthOf(fake.outbox, 0)
    restore()
  })

  test('whoever writes in bursts is no machine; a machine that answers each of our own answers is', async ({ assert }) => {
    for (const text of ['Dobrý den', 'mám dotaz', 'k objednávce', '2026-0042', 'prosím', 'rychle', 'díky']) await hears(text)
    const ticket = await hears('Haló?')
    assert.isNull(ticket.automationStoppedAt)
    for (let times = 0; times < 4; times++) await ticket.reply({ text: 'Ozveme se.', automatic: true }, { by: null })
    assert.isNotNull((await hears('Ozveme se.')).automationStoppedAt)
  })

  test('what the inbox confirms by itself, it confirms in a chat too: once, to the person and to no group', async ({ assert }) => {
    await db.from('inboxes').where('id', inbox.id).update({ auto_reply: 1, auto_reply_text: 'Máme to, {number}.' })
    const ticket = await hears()
    await hears('Ještě něco')
    await hears('Ve skupině', { from: { kind: 'handle', value: 'fake:2' }, replyTo: { kind: 'handle', value: 'fake:group' } })
    await drain()
    assert.deepEqual(fake.outbox.map(({ text, to, byPerson }) => [text, to.value, byPerson]), [[`Máme to, #${ticket.id}.`, 'fake:1', false]])
  })

  test('the page of a chat’s inbox asks for nothing that a chat has not, and keeps a zero', async ({ assert }) => {
    await db.from('inboxes').where('id', inbox.id).update({ undo_seconds: 0, signature: 'Váš tým' })
    const visitor = await asAgent(await givenAgent({ role: 'admin', password: await hashed }))
    const page = await visitor.open(`/admin/inboxes/${inbox.id}/edit`)
    for (const name of ['signature', 'link_above_mb', 'link_days']) assert.notInclude(page.text, `name="${name}"`)
    assert.match(page.text, /<input[^>]*value="0"[^>]*name="undo_seconds"|<input[^>]*name="undo_seconds"[^>]*value="0"/)
  })

  test('a matter is called by its first whole words', async ({ assert }) => {
    const ticket = await hears('Dobrý den, kde je můj kávovar? Objednávka 2026-0042. Píšu i na anna.dvorakova@posta.test, děkuji')
    assert.equal(ticket.subject, 'Dobrý den, kde je můj kávovar? Objednávka 2026-0042. Píšu i na…')
  })

  test('edits, deletions and reactions change what is shown and keep what was there; twice is once, and older changes nothing', async ({ assert, client }) => {
    const ticket = await hears('první znění', { externalId: 'x1' })
    const change = (externalId: string, what: object, at = now()) => thing({ type: 'change', externalId, of: 'x1', change: what, at: at.toISO() })
    await change('c2', { kind: 'edited', text: 'druhé znění' }, now().plus({ seconds: 20 }))
    await change('c1', { kind: 'edited', text: 'mezitím' }, now().plus({ seconds: 10 }))
    await change('r1', { kind: 'reaction', emoji: '👍' })
    await change('r2', { kind: 'reaction', emoji: null }, now().plus({ seconds: 1 }))
    await change('r3', { kind: 'reaction', emoji: '❤' }, now().plus({ seconds: 2 }))
    const row = () => db.from('messages').where('external_id', 'x1').firstOrFail()
    assert.equal((await row()).text, 'druhé znění')
    assert.equal((await fresh(ticket)).preview, 'druhé znění')

    const token = await givenToken()
    const [told] = (await api(client, token).get(`/tickets/${ticket.id}/messages`)).body().data
    assert.deepEqual(told.reactions.map(({ emoji }: { emoji: string }) => emoji), ['❤'])
    const visitor = await asAgent((await person()).agent)
    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(page, 'první znění')
    assert.include(page, '❤')

    await change('d1', { kind: 'deleted' }, now().plus({ seconds: 30 }))
    assert.include(await row(), { text: '', html: null })
    const after = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(after, 'deleted this message')
    assert.notInclude(after, 'znění')
    assert.equal((await change('nobody', { kind: 'deleted' })).state, 'done')
  })

  test('a change of a message that never came is set aside in the end', async ({ assert }) => {
    let item = await thing({ type: 'change', externalId: 'c9', of: 'nothing', change: { kind: 'deleted' } })
    for (let round = 0; round < 6 && item.state === 'stored'; round++) {
      pass(1)
      await drain()
      item = await db.from('incoming_items').where('id', item.id).firstOrFail()
    }
    assert.equal(item.state, 'ignored')
    assert.include(item.reason, 'unmatched_change')
  })

  test('who left cannot be reached, until he writes or comes back', async ({ assert }) => {
    const ticket = await hears()
    const marks = () => db.from('unreachable_addresses')
    await thing({ type: 'sign', externalId: 's1', reachable: false })
    assert.lengthOf(await marks(), 1)
    await thing({ type: 'sign', externalId: 's2', reachable: true, opensWindow: true, at: now().plus({ minutes: 3 }).toISO(), remark: 'Přišel z reklamy' })
    assert.lengthOf(await marks(), 0)
    assert.isAbove(Number((await fresh(ticket)).windowFromAt), nowMs())

    fake.answers.push(refused('Blocked', { unreachable: true }))
    const { by } = await person()
    await (await fresh(ticket)).reply({ text: 'Haló' }, { by })
    await drain()
    assert.lengthOf(await marks(), 1)
    await hears('Už jsem tu')
    assert.lengthOf(await marks(), 0)
  })

  test('receipts by a mark move forward only what was sent before it, and never what nobody knows of', async ({ assert }) => {
    const ticket = await hears()
    const { by } = await person()
    const first = await ticket.reply({ text: 'První' }, { by })
    await drain()
    fake.answers.push(unknown('No answer'))
    const second = await (await fresh(ticket)).reply({ text: 'Druhá' }, { by })
    await drain()
    const state = async ({ id }: { id: number }) => (await db.from('deliveries').where('message_id', id).firstOrFail()).state
    await thing({ type: 'receipt', externalId: 'w1', status: 'read', upTo: { to: EVA, at: now().plus({ minutes: 1 }) } as never })
    assert.deepEqual([await state(first), await state(second)], ['read', 'unknown'])
  })

  test('parts of one answer are known by their marks; only the last proves the whole', async ({ assert }) => {
    const ticket = await hears()
    const { by } = await person()
    fake.answers.push(unknown('No answer'))
    const message = await ticket.reply({ text: 'Dvě věty. Obě krátké.' }, { by })
    await drain()
    const delivery = () => db.from('deliveries').where('message_id', message.id).firstOrFail()
    const { reference } = await delivery()
    const echo = (externalId: string, mark: string) => thing({ type: 'message', externalId, outgoing: true, to: [EVA], text: 'x', reference: mark })
    await echo('p1', `${reference}~1`)
    assert.equal((await delivery()).state, 'unknown')
    await echo('p2', reference)
    assert.include(await delivery(), { state: 'sent', external_id: 'p2' })
    await thing({ type: 'receipt', externalId: 'p1', status: 'delivered' })
    assert.equal((await delivery()).state, 'sent')
    assert.lengthOf(await db.from('messages').where('kind', 'reply'), 1)
  })

  test('a time in which the channel was deaf is named on its open tickets and on its page', async ({ assert }) => {
    const ticket = await hears()
    const until = nowMs()
    await nameDowntime(until - 3_600_000, until)
    assert.lengthOf(await db.from('events').where('name', 'inbox:gap'), 0, 'the provider keeps things for two hours')
    await nameDowntime(until - 3 * 3_600_000, until)
    await thing({ type: 'gap', externalId: 'g1', from: now().minus({ hours: 1 }) as never })
    assert.lengthOf(await db.from('events').where('name', 'ticket:gap').where('ticket_id', ticket.id), 2)
    const visitor = await asAgent(await givenAgent({ role: 'admin', password: await hashed }))
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, 'may be missing')
    assert.include((await visitor.open(`/admin/inboxes/${inbox.id}/edit`)).text, 'may be missing')
  })

  test('an address that a customer writes is offered: somebody’s to merge, nobody’s to add; a stranger is not named', async ({ assert }) => {
    await givenCustomer('jana@posta.test', 'Jana Bílá')
    const ticket = await hears('Jsem jana@posta.test nebo nova@posta.test')
    const visitor = await asAgent((await person()).agent)
    const card = (await visitor.open(`/tickets/${ticket.id}/card`)).text
    assert.include(card, 'belongs to Jana Bílá')
    assert.include(card, 'value="nova@posta.test"')
    const limited = await asAgent(await givenAgent({ restricted: 1, password: await hashed }))
    assert.notInclude((await limited.open(`/tickets/${ticket.id}/card`)).text, 'Jana Bílá')
  })

  test('the name and picture of a stranger are asked for afterwards, once a day, and never overwrite', async ({ assert }) => {
    let asked = 0
    fake.driver.profile = async () => {
      asked++
      return { name: 'Eva Horáková', picture: { name: 'eva.png', type: 'image/png', open: async () => Readable.from([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')]) } }
    }
    const ticket = await hears()
    await drain()
    await hears('Ještě něco')
    await drain()
    assert.equal((await db.from('customers').where('id', ticket.customerId).firstOrFail()).name, 'Eva Horáková')
    assert.isAtLeast(asked, 1)
    const visitor = await asAgent((await person()).agent)
    assert.include((await visitor.open(`/tickets/${ticket.id}`)).text, `src="/customers/${ticket.customerId}/picture"`)
    const picture = await visitor.open(`/customers/${ticket.customerId}/picture`)
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/png'])
  })

  test('a subject and a list row made of chat show the words, not the marks of its client', async ({ assert }) => {
    const ticket = await hears('*Dobrý* _den_')
    assert.deepEqual([ticket.subject, ticket.preview], ['Dobrý den', 'Dobrý den'])
    const { by } = await person()
    await ticket.reply({ text: '*Už jede*' }, { by })
    assert.equal((await fresh(ticket)).preview, 'Už jede')
    const again = await fresh(ticket)
    await transaction(async () => {
      await recount(again)
      await again.keep()
    })
    assert.equal((await fresh(ticket)).preview, 'Už jede')

    // Edited, the list says the new words; taken back, neither they nor the first ones stand in the subject.
    const [{ external_id: id }] = await db.from('messages').where({ ticket_id: ticket.id, kind: 'inbound' }).select('external_id')
    await thing({ type: 'change', externalId: 'c1', of: id, change: { kind: 'edited', text: '_Nazdar_' } })
    assert.equal((await fresh(ticket)).preview, 'Nazdar')
    await thing({ type: 'change', externalId: 'c2', of: id, at: now().plus({ seconds: 5 }).toISO(), change: { kind: 'deleted' } })
    assert.equal((await fresh(ticket)).subject, '')
  })

  test('a long chat that is taken back leaves nothing of it in the subject', async ({ assert }) => {
    const ticket = await hears('Tohle je dlouhá věta o mém *tajném* kávovaru, která se do předmětu nevejde celá ani náhodou, nikdy')
    assert.isTrue(ticket.subject.endsWith('…'))
    const { external_id: id } = await db.from('messages').where({ ticket_id: ticket.id }).firstOrFail()
    await thing({ type: 'change', externalId: 'c3', of: id, change: { kind: 'deleted' } })
    assert.equal((await fresh(ticket)).subject, '')
  })

  test('a list of chats costs no more questions than one of letters', async ({ assert }) => {
    for (let number = 0; number < 5; number++) await ingest(inbox, fake.raw({ from: { kind: 'handle', value: `fake:${number}` }, text: 'Ahoj' }), { via: 'hook' })
    const visitor = await asAgent((await person()).agent)
    const ran = await queriesOf(() => visitor.open('/views/waiting'))
    assert.isAtMost(ran.filter(({ sql }) => !sql.includes('sessions')).length, 8)
  })
})

test.group('Chat channels | words', () => {
  test('length is counted in the channel’s own unit, and a long text is cut between sentences, never in a letter', ({ assert }) => {
    assert.deepEqual([textLength('řα😀', 'characters'), textLength('řα😀', 'bytes')], [3, 8])
    const text = 'První věta je tu. Druhá věta je delší než první. Třetí! 👨‍👩‍👧‍👦👨‍👩‍👧‍👦'
    for (const limit of [{ max: 30, unit: 'bytes' }, { max: 25, unit: 'characters' }, { max: 40, unit: 'bytes' }] as const) {
      const parts = splitText(text, limit)
      assert.isTrue(parts.every((part) => textLength(part, limit.unit) <= limit.max), JSON.stringify(parts))
      assert.equal(parts.join('').replace(/\s/g, ''), text.replace(/\s/g, ''))
    }
    assert.deepEqual(splitText('Krátká věta jedna. Krátká věta dvě.', { max: 20, unit: 'characters' }), ['Krátká věta jedna.', 'Krátká věta dvě.'])
    assert.deepEqual(splitText('  ', { max: 5, unit: 'bytes' }), [])
  })

  test('the marks of a client are shown as it shows them, and nothing of it runs', ({ assert }) => {
    const html = (text: string) => formattedParagraphs(text, { bold: '*', italic: '_', strike: '~', code: '`', block: '```' })
    assert.equal(html('*tučně* a _šikmo_ a ~ne~'), '<p><strong>tučně</strong> a <em>šikmo</em> a <s>ne</s></p>')
    assert.equal(html('2*3*4 a snake_case_name'), '<p>2*3*4 a snake_case_name</p>')
    assert.include(html('```<b>*x*</b>```'), '<code>&lt;b&gt;*x*&lt;/b&gt;</code>')
    assert.include(html('https://shop.test/a_b_c'), 'href="https://shop.test/a_b_c"')
    assert.notInclude(html('*<img src=x onerror=alert(1)>*'), '<img')
    assert.include(html('`a ```tajné``` b`'), 'tajné')
  })

  test('without its marks a text keeps every word, and marks that mean nothing', ({ assert }) => {
    const said = (text: string) => withoutMarks(text, { bold: '*', italic: '_', strike: '~', code: '`', block: '```' })
    assert.equal(said('*tučně* a _šikmo_, ~ne~ a `kód`'), 'tučně a šikmo, ne a kód')
    assert.equal(said('*_obojí_* (*závorka*)'), 'obojí (závorka)')
    assert.equal(said('2*3*4, snake_case_name, * hvězda * a ```a_b *c*```'), '2*3*4, snake_case_name, * hvězda * a a_b *c*')
    assert.equal(said('*viz* https://shop.test/_a_b_/*c*'), 'viz https://shop.test/_a_b_/*c*')
    assert.equal(said('`a ```tajné``` b`'), '`a tajné b`')
    assert.equal(said('nul \u00000\u0000 *x*'), 'nul 0 x')
  })
})

