import { mkdtemp } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import type { OutgoingMessage, Stored } from '#plugin'
import { config, type EmailInbox } from '../config.js'

type Filled = EmailInbox['config']

const DEFAULTS = Object.fromEntries(Object.entries(config).map(([name, { default: value }]) => [name, value ?? null])) as unknown as Filled

/** The mailbox of the tests: info@obchod.test, with what the test fills in; its clock stands still unless told. */
export function givenInbox(values: Partial<Filled> = {}, clock: { now: DateTime } = { now: DateTime.utc() }): EmailInbox {
  const kept = new Map<string, string>()
  const busy = new Set<string>()
  let folder: Promise<string> | undefined
  return {
    id: Math.floor(Math.random() * 1e9),
    key: 'info',
    name: 'Obchod',
    config: { ...DEFAULTS, address: 'info@obchod.test', ...values },
    fetch: globalThis.fetch,
    log: { info() {}, error() {} },
    store: { get: async (key) => kept.get(key) ?? null, put: async (key, value) => void kept.set(key, value) },
    secrets: { get: async (key) => kept.get(`secret:${key}`) ?? null, put: async (key, value) => void kept.set(`secret:${key}`, value) },
    async alone(name, _seconds, work) {
      if (busy.has(name)) return null
      busy.add(name)
      return work().finally(() => busy.delete(name))
    },
    folder: () => (folder ??= mkdtemp(join(tmpdir(), 'email-'))),
    now: () => clock.now,
    environment: (name, otherwise) => process.env[name] ?? otherwise,
  }
}

/** Bytes as the gateway hands them to `read`. */
export function givenStored(raw: Buffer | string, type = 'message/rfc822'): Stored {
  const bytes = Buffer.from(raw)
  return {
    externalId: createHash('sha256').update(bytes).digest('hex'),
    type,
    at: DateTime.fromISO('2026-11-02T09:00:00Z', { zone: 'utc' }),
    bytes: bytes.length,
    open: async () => Readable.from(pieces(bytes)),
    text: async () => bytes.toString(),
  }
}

/** A reply to a customer, ready for `send`. */
export function givenOutgoing(values: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: 34,
    reference: 'op.12.34.abcdefghij',
    to: { kind: 'email', value: 'jana@posta.test', name: 'Jana' },
    text: 'Dobrý den, posíláme nového koně.',
    subject: 'Reklamace',
    files: [],
    thread: { references: [] },
    attempts: 0,
    byPerson: true,
    ...values,
  }
}

function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
}
