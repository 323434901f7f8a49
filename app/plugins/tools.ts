import { randomUUID } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import encryption from '@adonisjs/core/services/encryption'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import env, { fromEnvironment } from '#start/env'
import type { Fields, Tools, Values } from '#plugin'
import { guardedFetch } from '#plugins/guarded_fetch'
import { bare } from '#plugins/outbound_addresses'
import { hostsTypedIn, secretsOf, mask } from '#plugins/typed_values'
import { now, nowMs } from '#support/clock'
import { HOLDER, releaseLease, takeLease } from '#support/leases'
import { transaction } from '#support/transaction'

interface Bound {
  /** Whose part of the store: an inbox, a connection; two of them never share a key. */
  readonly scope?: string
  readonly fields: Fields
  readonly values: Values<Fields>
  /** Bytes of an answer; streamed, so that large ones cost no memory. Without it the guard's own limit. */
  readonly maxBytes?: number
}

/** The tools of one plugin, for one inbox or connection: its own hosts may be called, its own secrets never reach a log. */
export function toolsFor(plugin: string, { scope, fields, values, maxBytes }: Bound): Tools {
  const secrets = secretsOf(fields, values)
  const log = logger.child({ plugin, ...(scope ? { scope } : {}) })
  const typed = new Set(hostsTypedIn(fields, values))
  return {
    fetch: guardedFetch({ plugin, typed, secrets, maxBytes }),
    ...(mayAskDns() ? { resolve: (name: string, type: string) => dns.resolve(name, type) } : {}),
    log: {
      info: (data, text) => log.info(mask(data, secrets), mask(text, secrets)),
      error: (data, text) => log.error(mask(data, secrets), mask(text, secrets)),
    },
    store: storeOf(plugin, scope),
    secrets: vaultOf(plugin, scope),
    alone: (name, seconds, work) => alone(['plugin', plugin, scope, name].filter(Boolean).join(':').slice(0, 120), seconds, work),
    folder: () => privateFolder(plugin, scope),
    now,
    // Whoever runs the machine may put an address of their own network in the place of an outside one.
    environment(name, otherwise) {
      const set = fromEnvironment(name)
      if (set && URL.canParse(set)) typed.add(bare(new URL(set).hostname))
      return set ?? otherwise
    },
  }
}

const dns = new Resolver({ timeout: 1500, tries: 1 })
const mayAskDns = () => env.get('NODE_ENV') !== 'test' && env.get('DEMO') !== '1'

function storeOf(plugin: string, scope?: string): Tools['store'] {
  const full = (key: string) => (scope ? `${scope}:${key}` : key).slice(0, 200)
  return {
    async get(key) {
      const row = await db.from('plugin_store').where({ plugin, key: full(key) }).select('value').first()
      return row?.value ?? null
    },
    async put(key, value) {
      const row = { plugin, key: full(key), value, updated_at: nowMs() }
      await transaction((trx) => trx.knexQuery().table('plugin_store').insert(row).onConflict(['plugin', 'key']).merge(['value', 'updated_at']))
    },
  }
}

const SEALED = 'secret:'

function vaultOf(plugin: string, scope?: string): Tools['secrets'] {
  const { get, put } = storeOf(plugin, scope)
  return {
    async get(key) {
      const sealed = await get(SEALED + key)
      return sealed === null ? null : encryption.decrypt<string>(sealed)
    },
    put: (key, value) => put(SEALED + key, encryption.encrypt(value)),
  }
}

/** A hand of its own each time: two calls in one process are two. */
async function alone<T>(lease: string, seconds: number, work: () => Promise<T>): Promise<T | null> {
  const hand = `${HOLDER}-${randomUUID().slice(0, 8)}`
  if (!(await takeLease(lease, seconds * 1000, hand))) return null
  try {
    return await work()
  } finally {
    await releaseLease(lease, hand)
  }
}

async function privateFolder(plugin: string, scope?: string) {
  const path = join(env.get('DATA_DIR'), 'plugins', plugin, ...(scope ? [scope] : []))
  await mkdir(path, { recursive: true, mode: 0o700 })
  return path
}
