import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type { Fields, HookCall, Inbox, Incoming, OutgoingMessage, Plugin, Stored } from '#plugin'
import type InboxModel from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { writeConfig } from '#channels/inbox_config'
import { connectionsOf } from '#plugins/connections'
import { deskOf } from '#plugins/desk'
import { findRoute } from '#plugins/doors/route_table'
import { installed } from '#plugins/installed'
import { manifestFault } from '#plugins/manifest_faults'
import { pluginRegistry } from '#plugins/registry'
import { within } from '#support/patience'
import { textsOf } from '#plugins/texts'
import { givenInbox } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'

/** Something the channel once received, as it came. */
export interface Sample {
  readonly name: string
  /** `message/rfc822`, `application/json`, … */
  readonly type: string
  readonly body: string | Uint8Array
}

interface Given {
  /** Settings of an inbox that leads nowhere: nobody listens there, so nothing can be sent. Needed for a channel. */
  readonly inbox?: Readonly<Record<string, unknown>>
  /** Recorded bodies; a channel has at least one. */
  readonly samples?: readonly Sample[]
}

const LANGUAGES = ['en', 'cs']
const TYPES = ['message', 'receipt', 'bounce', 'change', 'sign', 'gap', 'other', 'call', 'review']

/**
 * What the desk relies on, of every plugin. A plugin's own tests call it once; it knows no plugin.
 *
 * The samples are read as they were received; nothing is called but what the plugin itself calls.
 */
export function pluginContract(plugin: Plugin<any>, { inbox, samples = [] }: Given = {}) {
  test.group(`The contract | ${plugin.id}`, (group) => {
    group.each.setup(() => testUtils.db().withGlobalTransaction())
    group.each.setup(() => givenEnabled(plugin.id))

    test('the manifest is sound and its folder is found', ({ assert }) => {
      assert.isNull(manifestFault(plugin, plugin.id))
      assert.isNull(installed.get(plugin.id)?.fault ?? null)
      assert.isTrue(existsSync(folder(plugin)))
    })

    test('every word is there, in every language', ({ assert }) => {
      const texts = textsOf(folder(plugin))
      assert.includeMembers(Object.keys(texts), LANGUAGES)
      for (const [language, said] of Object.entries(texts)) {
        assert.deepEqual(wordsOf(plugin).filter((key) => !said[key]?.trim()), [], `missing in lang/${language}.json`)
      }
      const keys = LANGUAGES.map((language) => Object.keys(texts[language]).sort())
      assert.deepEqual(keys[0], keys[1], 'the languages say different things')
    })

    test('what the manifest names is there', ({ assert }) => {
      for (const { view } of Object.values(plugin.panels ?? {})) {
        const [disk, name] = view.split('::')
        assert.equal(disk, plugin.id)
        assert.isTrue(existsSync(join(folder(plugin), 'views', `${name}.edge`)), `views/${name}.edge`)
      }
      for (const door of ['agents', 'hooks', 'public'] as const) assert.doesNotThrow(() => findRoute(plugin, door, 'GET', 'nothing'))
    })

    test('who keeps something of a customer erases it with the customer', ({ assert }) => {
      if (namesCustomer(plugin)) assert.isFunction(plugin.on?.['customer:erased'], 'the migrations name a customer, and nothing listens to customer:erased')
    })

    if (plugin.check) {
      test('its check answers, good or bad', async ({ assert }) => {
        for (const connection of await connectionsOf(plugin)) assertHealth(assert, await within(35, plugin.check!(deskOf(plugin, connection))))
      }).timeout(40_000)
    }

    if (plugin.channel) channelContract(plugin, inbox ?? {}, samples)
  })
}

function channelContract(plugin: Plugin<any>, config: Readonly<Record<string, unknown>>, samples: readonly Sample[]) {
  const driver = plugin.channel!

  test('there is a sample of what it receives', ({ assert }) => assert.isNotEmpty(samples))

  if (driver.webhook) {
    test('a call with a bad signature is turned away', async ({ assert }) => {
      const { seen } = await givenSeen(plugin, config)
      const wrong: Record<string, string>[] = [{}, { 'x-hub-signature-256': 'sha256=00', 'x-signature': 'bad', 'authorization': 'Bearer bad', 'x-viber-content-signature': '00' }]
      for (const headers of wrong) {
        assert.isFalse(await driver.webhook!.verify(call(headers, samples[0]), seen))
      }
    })
  }

  for (const sample of samples) {
    test(`reads ${sample.name}, and again with the same meaning`, async ({ assert }) => {
      const { seen } = await givenSeen(plugin, config)
      const first = await driver.read(stored(sample), seen)
      for (const incoming of first) assertIncoming(assert, incoming)
      const second = await driver.read(stored(sample), seen)
      assert.deepEqual(second.map(({ type, externalId }) => [type, externalId]), first.map(({ type, externalId }) => [type, externalId]))
    })

    test(`${sample.name} twice is one message`, async ({ assert }) => {
      const { row } = await givenSeen(plugin, config)
      const body = Buffer.from(sample.body as string)
      const at = DateTime.utc()
      for (const externalId of ['first', 'again']) await ingest(row, { externalId, type: sample.type, at, body }, { via: 'api' })
      const messages = await db.from('messages').where('inbox_id', row.id).select('external_id')
      assert.lengthOf(new Set(messages.map((message) => message.external_id)), messages.length)
    })
  }

  if (driver.send) {
    test('what cannot be sent is never said to be sent', async ({ assert }) => {
      const { seen } = await givenSeen(plugin, config)
      const outcome = await within(60, driver.send!(message(), seen)).then((sent) => sent.outcome, () => 'threw')
      assert.include(['refused', 'later', 'unknown', 'threw'], outcome)
    }).timeout(70_000)
  }

  test('its check says in words what is wrong', async ({ assert }) => {
    const { seen } = await givenSeen(plugin, config)
    assertHealth(assert, await within(35, driver.check(seen)))
  }).timeout(40_000)
}

type Assert = Parameters<NonNullable<Parameters<typeof test>[1]>>[0]['assert']

function assertHealth(assert: Assert, health: { ok: boolean; reason?: unknown }) {
  assert.isBoolean(health.ok)
  if (!health.ok) assert.isTrue(typeof health.reason === 'string' ? health.reason !== '' : typeof (health.reason as { key?: unknown })?.key === 'string')
}

function assertIncoming(assert: Assert, incoming: Incoming) {
  assert.include(TYPES, incoming.type)
  assert.isNotEmpty(incoming.externalId)
  const at = incoming.type === 'call' ? incoming.startedAt : incoming.at
  assert.isTrue(DateTime.isDateTime(at) && at.isValid, 'a time that is one')
  if (incoming.type !== 'message') return
  assert.include(['email', 'phone', 'handle'], incoming.from.kind)
  assert.isNotEmpty(incoming.from.value)
  assert.isString(incoming.text)
  for (const file of incoming.files ?? []) assert.isFunction(file.open)
}

async function givenSeen(plugin: Plugin<any>, config: Readonly<Record<string, unknown>>): Promise<{ row: InboxModel; seen: Inbox<Fields> }> {
  const row = await givenInbox({ channel: plugin.id })
  row.config = writeConfig(row, { ...config })
  await row.save()
  return { row, seen: pluginRegistry.inboxFor(row) }
}

/** Every key the desk will ask for. */
function wordsOf(plugin: Plugin<any>): string[] {
  const labels = (scope: string, fields: Fields = {}) =>
    Object.entries(fields).flatMap(([name, { kind, options }]) => [`${scope}.${name}.label`, ...(kind === 'choice' && scope !== 'facts' ? (options ?? []).map((option) => `${scope}.${name}.options.${option}`) : [])])
  return [
    'name',
    'about',
    ...labels('settings', plugin.settings),
    ...labels('config', plugin.channel?.config),
    ...labels('facts', plugin.facts),
    ...Object.entries(plugin.actions ?? {}).flatMap(([name, action]) => [`actions.${name}.label`, ...labels(`actions.${name}`, action.fields)]),
    ...Object.keys(plugin.panels ?? {}).map((name) => `panels.${name}.label`),
  ]
}

function namesCustomer(plugin: Plugin<any>) {
  const migrations = join(folder(plugin), 'migrations')
  if (!existsSync(migrations)) return false
  return readdirSync(migrations).some((file) => /customer/i.test(readFileSync(join(migrations, file), 'utf8')))
}

const folder = (plugin: Plugin<any>) => installed.get(plugin.id)?.path ?? ''

function stored({ type, body, name }: Sample): Stored {
  const bytes = Buffer.from(body as string)
  return { externalId: name, type, at: DateTime.utc(), bytes: bytes.length, open: async () => Readable.from([bytes]), text: async () => bytes.toString('utf8') }
}

function call(headers: Record<string, string>, sample: Sample): HookCall {
  return { method: 'POST', url: '/hooks', query: {}, headers, body: Buffer.from(sample.body as string), at: DateTime.utc() }
}

function message(): OutgoingMessage {
  return {
    id: 1,
    reference: 'contract-1',
    to: { kind: 'email', value: 'nobody@customer.test' },
    text: 'Good day',
    subject: 'Good day',
    files: [],
    thread: { references: [] },
    attempts: 0,
    byPerson: true,
  }
}
