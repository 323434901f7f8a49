import { DateTime } from 'luxon'
import { channel, field, sent, type ChannelDriver, type Health, type Inbox, type Incoming, type OutgoingMessage, type Raw, type Sent, type Stored } from '#plugin'
import { readConfig } from '#channels/inbox_config'
import type InboxRow from '#channels/inbox'
import { pluginRegistry, useRegistry } from '#plugins/registry'
import { now } from '#support/clock'

type Capabilities = ChannelDriver<any>['capabilities']
type Thing = Record<string, unknown> & { type: Incoming['type'] }

/** What a test says of a message that came in; the rest is filled in. */
export type Came = Partial<{ [K in keyof Extract<Incoming, { type: 'message' }>]: Extract<Incoming, { type: 'message' }>[K] }>

/**
 * A channel for tests: what comes in is JSON, what goes out is collected, and each answer of the other
 * side can be written beforehand.
 */
export class FakeChannel {
  /** What was handed over to be sent, in order. */
  readonly outbox: OutgoingMessage[] = []
  /** Answers of the next sends; afterwards each is sent. A function may throw or hang. */
  readonly answers: (Sent | (() => Sent | Promise<Sent>))[] = []
  /** Faults of the next readings, each used once. */
  readonly readFaults: (() => void | Promise<void>)[] = []
  health: Health = { ok: true }
  /** What the next polls find. */
  readonly polls: (() => { items: Raw[]; cursor: string })[] = []
  readonly cursors: (string | null)[] = []
  readonly driver: ChannelDriver<any>
  #counter = 0

  constructor(
    readonly id: string,
    capabilities: Partial<Capabilities> & { sends?: boolean } = {}
  ) {
    const { sends = true, ...rest } = capabilities
    const driver = channel({
      config: {
        'address': field.text(),
        'aliases': field.text({ lines: true }),
        'server.host': field.text(),
        'server.port': field.number({ default: 1 }),
        'server.password': field.secret(),
        'mode': field.choice(['calm', 'quick']),
        'listens': field.toggle(),
      },
      capabilities: { body: 'html', threads: 'references', repeatable: false, ...rest },
      read: (item) => this.#read(item),
      send: (message) => this.#send(message),
      webhook: {
        verify: ({ headers }) => headers['x-signature'] === 'good',
        split: ({ body, at }) => {
          const events: { id: string; thing: Thing }[] = JSON.parse(Buffer.from(body).toString())
          return events.map(({ id: externalId, thing }) => ({ externalId, type: 'application/json', at, body: Buffer.from(JSON.stringify(thing)) }))
        },
        handshake: ({ query }) => (query.token === 'right' ? query.challenge : null),
      },
      poll: {
        everySeconds: 1,
        fetch: async (_inbox, cursor) => {
          this.cursors.push(cursor)
          return (this.polls.shift() ?? (() => ({ items: [], cursor: cursor ?? '' })))()
        },
      },
      address: (config) => config.address,
      check: async () => this.health,
    })
    this.driver = sends ? driver : { ...driver, send: undefined }
  }

  /** A message that came in, as it would be handed to the gateway. */
  raw(came: Came = {}, externalId = `item-${this.id}-${++this.#counter}`): Raw {
    return this.thing({ type: 'message', ...messageOf(came, externalId) }, externalId)
  }

  /** Anything else: a receipt, a bounce, a call. */
  thing(thing: Thing, externalId = `item-${this.id}-${++this.#counter}`): Raw {
    return { externalId, type: 'application/json', at: now(), body: Buffer.from(JSON.stringify(thing)) }
  }

  /** Puts it in the place of a plugin; call what comes back to take it away. */
  install(): () => void {
    const before = pluginRegistry
    const { id, driver } = this
    useRegistry({
      ...before,
      all: () => before.all(),
      channel: (name) => (name === id ? driver : before.channel(name)),
      inboxFor: (row) => (row.channel === id ? seen(row as InboxRow) : before.inboxFor(row as InboxRow)) as never,
    })
    return () => void useRegistry(before)
  }

  async #read(item: Stored): Promise<Incoming[]> {
    await this.readFaults.shift()?.()
    const text = await item.text()
    const things: unknown[] = [JSON.parse(text)].flat()
    return things.map((thing) => revive(thing as Record<string, any>))
  }

  async #send(message: OutgoingMessage): Promise<Sent> {
    this.outbox.push(message)
    const answer = this.answers.shift() ?? sent(`<${message.reference}@shop.test>`)
    return typeof answer === 'function' ? answer() : answer
  }
}

function messageOf(came: Came, externalId: string) {
  return {
    externalId: `<${externalId}@posta.test>`,
    from: { kind: 'email', value: 'anna@posta.test', name: 'Anna Dvořáková' },
    at: now().toISO(),
    text: 'Dobrý den, kde je můj kávovar?',
    subject: 'Kávovar',
    ...came,
  }
}

/** JSON knows no times and no files. */
function revive(thing: Record<string, any>): Incoming {
  const files = thing.files?.map((file: { content: string }) => ({ ...file, open: async () => [Buffer.from(file.content)] }))
  const moment = (value: string) => DateTime.fromISO(value, { zone: 'utc' })
  const more = thing.type === 'gap' ? { from: moment(thing.from) } : thing.upTo ? { upTo: { ...thing.upTo, at: moment(thing.upTo.at) } } : {}
  return { ...thing, ...more, at: DateTime.fromISO(thing.at ?? now().toISO()!, { zone: 'utc' }), ...(files ? { files } : {}) } as Incoming
}

function seen(row: InboxRow): Inbox<any> {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    config: readConfig(row) as never,
    fetch: globalThis.fetch,
    log: { info() {}, error() {} },
    store: { get: async () => null, put: async () => {} },
    secrets: { get: async () => null, put: async () => {} },
    alone: (_name, _seconds, work) => work(),
    folder: async () => '/nonexistent',
    now,
    environment: (_name, otherwise) => otherwise,
  }
}
