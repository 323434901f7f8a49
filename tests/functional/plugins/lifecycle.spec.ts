import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { runAction } from '#plugins/actions'
import { configure, connectionOf, SettingsInvalid } from '#plugins/connections'
import { desksOf } from '#plugins/desk'
import { factsOf } from '#plugins/facts'
import { latestFaults } from '#plugins/faults'
import { checkConnection, healthOf } from '#plugins/health'
import { installed } from '#plugins/installed'
import { scheduleJobs } from '#plugins/jobs'
import { pluginRegistry } from '#plugins/registry'
import { startDaemons } from '#plugins/daemons'
import { moveClock, now } from '#support/clock'
import { runDueEntries } from '#support/schedule'
import { drain } from '#tests/drain'
import { givenAgent, givenCustomer, givenTicket } from '#tests/given'
import { givenEnabled, givenFixturePlugins } from '#tests/installed_plugins'

const system = { by: null }
const good = () => installed.get('good_shop')!.plugin!
const settings = { url: 'https://shop.test', apiKey: 'k-12345', orders: 7 }

async function goodDesk() {
  await configure(good(), settings, system)
  return (await desksOf(good()))[0].desk
}

test.group('The life of a plugin', (group) => {
  group.setup(givenFixturePlugins)
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => installed.refresh({ force: true }))
  group.each.teardown(() => moveClock(null))

  test('one that throws at import or has a wrong manifest is broken, says why, and stops nobody else', ({ assert }) => {
    assert.include(installed.get('throws_at_import')!.fault!, 'the moon is wrong')
    assert.include(installed.get('wrong_manifest')!.fault!, 'job_missing')
    assert.isNull(installed.get('good_shop')!.fault)
    assert.notInclude(pluginRegistry.all().map(({ id }) => id), 'throws_at_import')
  })

  test('a channel is on at first, anything else waits for an admin; a switch counts at once', async ({ assert }) => {
    assert.isNotNull(pluginRegistry.channel('email'))
    assert.isNull(installed.working('good_shop'))
    await givenEnabled('good_shop')
    assert.isNotNull(installed.working('good_shop'))
  })

  test('settings have one declaration: typed, with defaults, encrypted, a secret kept when it is left empty', async ({ assert }) => {
    const desk = await goodDesk()
    assert.deepEqual(desk.settings, { url: 'https://shop.test', apiKey: 'k-12345', orders: 7, invoices: false, state: 'new' })
    const { settings: kept } = await db.from('plugins').where('id', 'good_shop').first()
    assert.notInclude(kept, 'k-12345')
    assert.notInclude(kept, 'shop.test')

    await configure(good(), { apiKey: '', orders: null, invoices: true }, system)
    assert.deepEqual((await connectionOf(good(), 0))!.settings, { url: 'https://shop.test', apiKey: 'k-12345', orders: 5, invoices: true, state: 'new' })
  })

  test('what does not fit is named, field by field, and nothing is saved', async ({ assert }) => {
    const error: SettingsInvalid = await configure(good(), { url: 'javascript:alert(1)', orders: 'many', state: 'lost' }, system).then(() => null, (error) => error)
    assert.instanceOf(error, SettingsInvalid)
    assert.deepEqual(error.faults, [
      { field: 'url', rule: 'url' },
      { field: 'orders', rule: 'number' },
      { field: 'state', rule: 'choice' },
      { field: 'apiKey', rule: 'required' },
    ])
    assert.isNull((await connectionOf(good(), 0))!.settings.url)
  })

  test('a listener hears an event once in a job of its own; one that throws is tried again and shown', async ({ assert }) => {
    await givenEnabled('good_shop', 'throws_later')
    const desk = await goodDesk()
    const ticket = await givenTicket()
    await drain()
    await ticket.close(system)
    await drain()
    assert.equal(await desk.store.get(`closed:${ticket.id}`), 'yes')
    const waiting = await db.from('jobs').where('name', 'tell').whereLike('key', '%plugin:throws_later').first()
    assert.equal(waiting.error, 'I never work')
    assert.equal((await latestFaults('throws_later'))[0].place, 'listener:ticket:closed')
  })

  test('a plugin that is off hears nothing and runs nothing', async ({ assert }) => {
    const desk = await goodDesk()
    await desk.enqueue('sync', { page: 1 })
    await drain()
    assert.isNull(await desk.store.get('synced'))
  })

  test('its schedule writes a job a turn, and a job of another name is refused', async ({ assert }) => {
    await givenEnabled('good_shop')
    const desk = await goodDesk()
    scheduleJobs()
    moveClock(now().plus({ minutes: 6 }))
    await runDueEntries()
    await drain()
    assert.equal(await desk.store.get('synced'), 'all')
    await assert.rejects(() => desk.enqueue('nothing', {}), /no job named/)
  })

  test('facts are published as declared; only a change is an event', async ({ assert }) => {
    const desk = await goodDesk()
    const customerId = await givenCustomer()
    await desk.publish({ customerId }, { orderState: 'new', orders: 3 })
    await desk.publish({ customerId }, { orderState: 'new', orders: 3 })
    const [{ total }] = await db.from('events').where({ name: 'facts:changed', customer_id: customerId }).count('* as total')
    assert.equal(Number(total), 1)
    assert.deepEqual((await factsOf({ customerId })).map(({ name, value }) => [name, value]), [['orderState', 'new'], ['orders', 3]])
    await assert.rejects(() => desk.publish({ customerId }, { size: 1 }), /no fact named/)
    await assert.rejects(() => desk.publish({ customerId }, { orderState: 'lost' }), /cannot be/)
  })

  test('a note of a plugin is a note, says whose it is, and no customer gets it', async ({ assert }) => {
    const desk = await goodDesk()
    const ticket = await givenTicket()
    await desk.note(ticket.id, 'The parcel left the warehouse')
    const note = await db.from('notes').where('ticket_id', ticket.id).first()
    assert.equal(note.author_kind, 'plugin')
    assert.equal(note.author_id, 'good_shop')
  })

  test('only a person may do what moves money; one click is one run, however often it arrives', async ({ assert }) => {
    const connection = (await connectionOf(good(), 0))!
    const input = { id: 'o-1', values: { amount: 100 }, key: 'click-1' }
    await assert.rejects(() => runAction(good(), 'refund', connection, input, { by: { kind: 'rule', id: 1 } }), 'plugins.errors.needs_person')
    const agent = await givenAgent()
    await assert.rejects(() => runAction(good(), 'refund', connection, { ...input, values: {} }, { by: agent }), 'plugins.errors.invalid')
    assert.deepEqual(await runAction(good(), 'refund', connection, input, { by: agent }), { outcome: 'sent', externalId: 'refunded 100' })
    assert.deepEqual(await runAction(good(), 'refund', connection, input, { by: agent }), { outcome: 'sent', externalId: 'refunded 100' })
    const runs = await db.from('events').where('name', 'action:run')
    assert.lengthOf(runs, 1)
    assert.equal(runs[0].actor_id, String(agent.id))
    assert.equal((await runAction(good(), 'refresh', connection, { id: 'c-1', values: {}, key: 'r-1' }, { by: { kind: 'rule', id: 1 } })).outcome, 'sent')
  })

  test('health is a row with its reason; the third bad answer in a row is told, and so is the recovery', async ({ assert }) => {
    await configure(good(), { ...settings, apiKey: 'wrong' }, system)
    for (let round = 0; round < 4; round++) await checkConnection(good(), (await connectionOf(good(), 0))!)
    const [row] = await healthOf('good_shop')
    assert.equal(row.failures, 4)
    assert.include(row.reason!, 'key_refused')
    await configure(good(), settings, system)
    await checkConnection(good(), (await connectionOf(good(), 0))!)
    const told = await db.from('events').where('name', 'plugin:health_changed').orderBy('id')
    assert.deepEqual(told.map(({ payload }) => JSON.parse(payload).ok), [false, true])
  })

  test('a check that throws is a bad answer and a fault', async ({ assert }) => {
    const plugin = installed.get('throws_later')!.plugin!
    const health = await checkConnection(plugin, (await connectionOf(plugin, 0))!)
    assert.deepEqual(health, { ok: false, reason: 'I never work' })
    assert.equal((await latestFaults('throws_later'))[0].place, 'health')
  })

  test('a desk reaches only the inboxes of its own channel', async ({ assert }) => {
    const desk = await goodDesk()
    const { inboxId } = await givenTicket()
    await assert.rejects(() => desk.receive(inboxId, { externalId: 'x', type: 'text/plain', at: DateTime.utc(), body: Buffer.from('x') }))
    assert.lengthOf(await desk.inboxes(), 0)
  })

  test('daemons end with the signal', async ({ assert }) => {
    const stop = new AbortController()
    const work = startDaemons(stop.signal)
    stop.abort()
    await work
    assert.isTrue(stop.signal.aborted)
  })
})
