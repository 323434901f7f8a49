import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type InboxRow from '#channels/inbox'
import { checkInbox } from '#channels/health'
import { askAboutUnknown } from '#channels/outbound/deliver'
import { moveClock, now } from '#support/clock'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { givenAgent } from '#tests/given'
import { deskUrl } from '#tests/window'
import { FakeWhatsappCloud } from '../../../tests/fakes/whatsapp_cloud.js'
import { sendByCloud } from '../cloud/send.js'
import { templatesOf } from '../cloud/templates.js'
import type { WhatsappInbox } from '../config.js'
import { givenNumber, jana, status, wrote } from './inbox.js'

/** The way out: what the API accepts, refuses or leaves in the dark, and the statuses that come after (R130, M037). */
test.group('WhatsApp Cloud API | out', (group) => {
  let cloud: FakeWhatsappCloud
  let row: InboxRow
  let inbox: WhatsappInbox
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    cloud = await new FakeWhatsappCloud().start()
    ;({ row, inbox } = await givenNumber(cloud))
    return () => cloud.stop()
  })
  group.each.teardown(() => moveClock(null))

  const hook = () => `${deskUrl()}/hooks/whatsapp/${row.key}`
  const says = async (value: object) => {
    await cloud.emit(hook(), cloud.body(value))
    await drain()
  }
  const delivery = () => db.from('deliveries').where('inbox_id', row.id).orderBy('id', 'desc').first()
  const givenAnswered = async (text = 'Zásilka dorazí zítra.', contact: object = jana, message: Record<string, unknown> = {}) => {
    await says({ contacts: [contact], messages: [wrote(message)] })
    const ticket = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    await ticket.reply({ text }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    await drain()
    return ticket
  }
  const outgoing = (values: object = {}) => ({ id: 1, reference: 'op.1.2.abc', to: { kind: 'phone' as const, value: '+420777000111' }, text: 'Dobrý den', files: [], thread: { references: [] }, attempts: 0, byPerson: true, ...values })

  test('a reply leaves as one text with our reference, and statuses move it forward only', async ({ assert }) => {
    await givenAnswered()
    assert.lengthOf(cloud.sent, 1)
    const [{ id, to, type, text, biz_opaque_callback_data: reference }] = cloud.sent
    assert.deepEqual([to, type, text.body], ['420777000111', 'text', 'Zásilka dorazí zítra.'])
    assert.equal((await delivery()).state, 'sent')
    assert.equal((await delivery()).external_id, id)
    assert.equal((await delivery()).reference, reference)

    await says({ statuses: [status(id, 'read')] })
    assert.equal((await delivery()).state, 'read')
    await says({ statuses: [status(id, 'delivered'), status(id, 'sent')] })
    assert.equal((await delivery()).state, 'read')
  })

  test('somebody without a number is written to by the id', async ({ assert }) => {
    await givenAnswered('Dobrý den', { profile: { name: 'Jana' }, user_id: 'CZ.9988776655' }, { from: undefined })
    assert.deepEqual([cloud.sent[0].to, cloud.sent[0].recipient], [undefined, 'CZ.9988776655'])
  })

  test('an answer that never comes is unknown, is not sent again, and is settled by the status with our reference', async ({ assert }) => {
    cloud.next({ kind: 'drop' })
    await givenAnswered()
    assert.equal((await delivery()).state, 'unknown')
    moveClock(now().plus({ minutes: 5 }))
    await askAboutUnknown()
    await drain()
    assert.lengthOf(cloud.sent, 1)

    const [{ id, biz_opaque_callback_data: reference }] = cloud.sent
    await says({ statuses: [status(id, 'delivered', { biz_opaque_callback_data: reference })] })
    assert.equal((await delivery()).state, 'delivered')
    assert.equal((await delivery()).external_id, id)
  })

  test('a status that overtakes the answer of the call is not lost', async ({ assert }) => {
    await says({ contacts: [jana], messages: [wrote()] })
    const ticket = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    const message = await ticket.reply({ text: 'Hned' }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    const { reference } = await db.from('deliveries').where('message_id', message.id).first()
    await db.from('deliveries').where('message_id', message.id).update({ state: 'sending', lease_until: now().plus({ minutes: 1 }).toMillis() })
    await says({ statuses: [status('wamid.EARLY', 'delivered', { biz_opaque_callback_data: reference })] })
    assert.deepEqual([(await delivery()).state, (await delivery()).external_id], ['delivered', 'wamid.EARLY'])
  })

  test('an expired token keeps the reply waiting and says "reconnect"; a new one sends it', async ({ assert }) => {
    cloud.next({ kind: 'error', code: 190, status: 401, details: 'Session has expired' })
    await givenAnswered()
    assert.equal((await delivery()).state, 'pending')
    assert.include((await delivery()).error, 'fault.reconnect')

    const wrong = await givenNumber(cloud, { 'cloud.accessToken': 'old token' })
    const health = await checkInbox(wrong.row)
    assert.isFalse(health.ok)
    assert.include(JSON.stringify(health), 'fault.reconnect')

    await row.change({ config: { cloud: { accessToken: cloud.token } }, name: 'WhatsApp 2' }, { by: null })
    await drain()
    assert.equal((await delivery()).state, 'sent')
  })

  test('after 24 hours Meta refuses, in words that say what can be done; a failed status after "sent" says it too', async ({ assert }) => {
    cloud.next({ kind: 'error', code: 131047, details: 'Message failed to send because more than 24 hours have passed' })
    await givenAnswered()
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['failed', 'fault.window'])

    const ticket = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    await ticket.reply({ text: 'Ještě jednou' }, { by: { kind: 'agent', id: (await givenAgent()).id } })
    await drain()
    const { id } = cloud.sent.at(-1)
    await says({ statuses: [status(id, 'failed', { errors: [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'Recipient not on WhatsApp' } }] })] })
    assert.deepEqual([(await delivery()).state, (await delivery()).error_code], ['failed', 'fault.undeliverable'])
    assert.include((await delivery()).error, 'Recipient not on WhatsApp')
  })

  test('what is only for a moment is tried again: trouble, limits, one customer too quickly', async ({ assert }) => {
    for (const answer of [{ kind: 'error', code: 131016 }, { kind: 'error', code: 130429, retryAfter: 30 }, { kind: 'error', code: 131056 }, { kind: 'status', status: 502 }] as const) {
      cloud.next(answer)
      assert.equal((await sendByCloud(outgoing(), inbox)).outcome, 'later', JSON.stringify(answer))
    }
    cloud.next({ kind: 'error', code: 131056 })
    const pair = await sendByCloud(outgoing({ attempts: 2 }), inbox)
    assert.approximately((pair as { after: { toMillis(): number } }).after.toMillis(), now().toMillis() + 24_000, 5000)
    assert.lengthOf(cloud.sent, 0)
  })

  test('a template is sent with its values, by name where it has names', async ({ assert }) => {
    cloud.templates = [
      { name: 'order_followup', language: 'cs', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Vaše objednávka {{1}} je na cestě.', example: { body_text: [['2026-0042']] } }] },
      { name: 'dotaz', language: 'cs', status: 'APPROVED', category: 'MARKETING', components: [{ type: 'BODY', text: 'Dobrý den, {{jmeno}}', example: { body_text_named_params: [{ param_name: 'jmeno', example: 'Jano' }] } }] },
      { name: 'obrazek', language: 'cs', status: 'APPROVED', category: 'MARKETING', components: [{ type: 'HEADER', format: 'IMAGE' }, { type: 'BODY', text: 'Sleva' }] },
      { name: 'stara', language: 'cs', status: 'PAUSED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Ahoj' }] },
    ]
    cloud.templatesAPage = 2
    const templates = await templatesOf(inbox)
    assert.deepEqual(templates.map(({ name, state, placeholders }) => [name, state, ...placeholders]), [['order_followup', 'approved', '2026-0042'], ['dotaz', 'approved', 'Jano'], ['stara', 'paused']])
    assert.equal(templates[1].body, 'Dobrý den, {{1}}')
    assert.isTrue(cloud.requests.every(({ authorization }) => authorization === `Bearer ${cloud.token}`))

    await sendByCloud(outgoing({ template: { name: 'order_followup', language: 'cs', parameters: ['2026-0099'] } }), inbox)
    await sendByCloud(outgoing({ template: { name: 'dotaz', language: 'cs', parameters: ['Jano'] } }), inbox)
    assert.deepEqual(cloud.sent.map(({ template }) => template), [
      { name: 'order_followup', language: { code: 'cs' }, components: [{ type: 'body', parameters: [{ type: 'text', text: '2026-0099' }] }] },
      { name: 'dotaz', language: { code: 'cs' }, components: [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'jmeno', text: 'Jano' }] }] },
    ])
  })

  test('a long answer leaves in parts and files after it; a part that was accepted is never sent twice', async ({ assert }) => {
    const { Readable } = await import('node:stream')
    const file = { name: 'návod.pdf', type: 'application/pdf', open: async () => Readable.from([Buffer.from('%PDF-1.4')]) }
    cloud.next({ kind: 'ok' }, { kind: 'error', code: 131016 })
    const message = outgoing({ text: `${'Slovo. '.repeat(700)}`, files: [file] })
    assert.equal((await sendByCloud(message, inbox)).outcome, 'later')
    assert.lengthOf(cloud.sent, 1)
    assert.equal((await sendByCloud(message, inbox)).outcome, 'sent')
    assert.deepEqual(cloud.sent.map(({ type }) => type), ['text', 'text', 'document'])
    assert.isTrue(cloud.sent.every(({ text }) => !text || [...text.body].length <= 4096))
    assert.equal(cloud.sent[2].document.filename, 'návod.pdf')
    assert.include(cloud.media.get(cloud.sent[2].document.id)!.bytes.toString(), '%PDF-1.4')
    assert.equal(cloud.sent[2].biz_opaque_callback_data, 'op.1.2.abc')
  })

  test('the check names the number and warns of a bad rating', async ({ assert }) => {
    assert.deepEqual(await checkInbox(row), { ok: true, note: 'Zrno a mlýn, +420 555 000 111' })
    cloud.number.quality_rating = 'RED'
    assert.include(JSON.stringify(await checkInbox(row)), 'health.quality')
  })
})
