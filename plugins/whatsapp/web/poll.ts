import { DateTime } from 'luxon'
import type { Health, Raw } from '#plugin'
import { isWeb, type WhatsappConfig, type WhatsappInbox } from '../config.js'
import { keeperFor, letGo } from './keeper.js'
import { healthOf, keepState } from './status.js'

/** So long a fetch waits for something to come; milliseconds. */
const WAIT_MS = 2000

/** Where the last fetch ended: the time of the newest message, in seconds, and the mark of what it handed over. */
interface Cursor {
  readonly since: number
  readonly mark?: string
}

/** The session lives where its inbox is polled: a fetch tends it and takes what it has gathered. */
export const poll = {
  everySeconds: 1,
  when: (values: WhatsappConfig) => isWeb(values),

  async fetch(inbox: WhatsappInbox, cursor: string | null, signal: AbortSignal): Promise<{ items: readonly Raw[]; cursor: string; health: Health }> {
    const { since, mark: kept }: Cursor = cursor ? JSON.parse(cursor) : { since: Math.floor(inbox.now().toSeconds()) }
    if (!inbox.config['web.understood']) {
      await letGo(inbox)
      await keepState({ name: 'notAllowed' }, 0, inbox)
      return { items: [], cursor: JSON.stringify({ since }), health: healthOf({ name: 'notAllowed' }, 0) }
    }
    const keeper = keeperFor(inbox)
    keeper.reclaim(kept)
    await keeper.tend(inbox, since)
    await keepState(keeper.state, keeper.failures, inbox)
    const { items, mark } = await keeper.take(WAIT_MS, signal)
    await keepState(keeper.state, keeper.failures, inbox)

    const newest = items.filter(({ body }) => (body as { kind: string }).kind === 'message').map(({ at }) => at)
    return {
      items: items.map(({ externalId, at, body }) => ({ externalId: `web:${externalId}`, type: 'application/json', at: DateTime.fromSeconds(at, { zone: 'utc' }), body: Buffer.from(JSON.stringify(body)) })),
      cursor: JSON.stringify({ since: Math.max(since, ...newest), mark: mark ?? kept } satisfies Cursor),
      health: healthOf(keeper.state, keeper.failures),
    }
  },

  async end(inbox: WhatsappInbox) {
    await letGo(inbox)
    await keepState({ name: 'off' }, 0, inbox)
  },
}
