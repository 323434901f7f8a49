import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { ChannelDriver } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import Inbox from '#channels/inbox'
import { core, reportHealth } from '#channels/health'
import { pause, within } from '#support/patience'
import { releaseLease, takeLease } from '#support/leases'
import { accept } from './inbound/gateway.js'

const LOOK_MS = 5000
const LEASE_MS = 60_000
const RENEW_MS = 20_000
const END_SECONDS = 30
/** Seconds before the next try after a fault, by the number of faults in a row. */
const BACK_OFF_SECONDS = [5, 10, 20, 60, 120, 300]

interface Loop {
  readonly stop: AbortController
  /** What the inbox was like when the loop began; another value starts it anew. */
  readonly stamp: string
  readonly ended: Promise<void>
}

/**
 * Fetches for every working inbox whose channel is asked rather than called. Loop, lease, cursor and
 * back-off are here; a driver only fetches what is new after a cursor. Settles when the signal has
 * ended all of them.
 */
export async function runPolling(signal: AbortSignal) {
  const loops = new Map<number, Loop>()
  while (!signal.aborted) {
    try {
      await matchLoops(loops, signal)
    } catch (error) {
      logger.error({ err: error }, 'The inboxes could not be listed; asked again in a moment')
    }
    await pause(LOOK_MS, signal)
  }
  for (const { stop } of loops.values()) stop.abort()
  await Promise.allSettled([...loops.values()].map(({ ended }) => ended))
}

async function matchLoops(loops: Map<number, Loop>, signal: AbortSignal) {
  const inboxes = await Inbox.query().whereNull('deleted_at').whereNull('paused_at')
  const wanted = new Map<number, { inbox: Inbox; driver: ChannelDriver<any>; stamp: string }>()
  for (const inbox of inboxes) {
    const driver = pluginRegistry.channel(inbox.channel)
    if (driver?.poll && (await isAsked(inbox, driver))) wanted.set(inbox.id, { inbox, driver, stamp: `${inbox.updatedAt.toMillis()}` })
  }

  for (const [id, loop] of loops) {
    if (wanted.get(id)?.stamp !== loop.stamp) loop.stop.abort()
  }
  for (const [id, { inbox, driver, stamp }] of wanted) {
    if (loops.has(id)) continue
    const stop = new AbortController()
    signal.addEventListener('abort', () => stop.abort(), { once: true })
    const ended = pollInbox(inbox, driver, stop.signal).finally(() => loops.delete(id))
    loops.set(id, { stop, stamp, ended })
  }
}

async function isAsked(inbox: Inbox, driver: ChannelDriver<any>): Promise<boolean> {
  if (!driver.poll!.when) return true
  try {
    return driver.poll!.when((await pluginRegistry.inboxFor(inbox)).config)
  } catch {
    // Settings that cannot be read: its own loop says so, and the others go on.
    return true
  }
}

/** One inbox, until the signal; only while the lease is ours. */
async function pollInbox(inbox: Inbox, driver: ChannelDriver<any>, signal: AbortSignal) {
  const lease = `poll:${inbox.id}`
  let faults = 0
  try {
    while (!signal.aborted) {
      if (!(await holdLease(lease))) {
        await endSession(inbox, driver)
        await pause(LOOK_MS, signal)
        continue
      }
      try {
        const found = await pollOnce(inbox, driver, signal)
        faults = 0
        // More may wait where something was; otherwise the driver's own rhythm.
        if (found === 0) await pause(driver.poll!.everySeconds * 1000, signal)
      } catch (error) {
        if (signal.aborted) return
        await sayFault(inbox, error as Error)
        await pause((BACK_OFF_SECONDS[faults++] ?? BACK_OFF_SECONDS.at(-1)!) * 1000, signal)
      }
    }
  } finally {
    // Before the lease is given back: two must never have one session.
    await endSession(inbox, driver)
    await releaseLease(lease).catch((error: Error) => logger.warn({ err: error, lease }, 'A lease could not be given back; it ends by its time'))
  }
}

/** Never throws, and waits half a minute at most: what a driver cannot end must not keep the loop. */
async function endSession(inbox: Inbox, driver: ChannelDriver<any>) {
  if (!driver.poll?.end) return
  try {
    await within(END_SECONDS, driver.poll.end(await pluginRegistry.inboxFor(inbox)))
  } catch (error) {
    logger.warn({ err: error, inbox: inbox.id }, 'A session could not be ended')
  }
}

async function holdLease(lease: string): Promise<boolean> {
  try {
    return await takeLease(lease, LEASE_MS)
  } catch {
    // The database is away: as good as another's lease, until it is back.
    return false
  }
}

/**
 * Asks once and takes in what came, with the cursor in the same commit.
 *
 * @returns how many things came
 */
export async function pollOnce(inbox: Inbox, driver: ChannelDriver<any>, signal: AbortSignal): Promise<number> {
  const round = new AbortController()
  const end = () => round.abort()
  signal.addEventListener('abort', end, { once: true })
  const renewal = setInterval(() => {
    void holdLease(`poll:${inbox.id}`).then((ours) => {
      if (!ours) round.abort()
    })
  }, RENEW_MS)
  try {
    const seen = await pluginRegistry.inboxFor(inbox)
    const row = await db.from('inbox_cursors').where('inbox_id', inbox.id).select('cursor').first()
    const before: string | null = row?.cursor ?? null
    const { items, cursor, health } = await settledOrStopped(driver.poll!.fetch(seen, before, round.signal), round.signal)
    if (items.length > 0 || cursor !== before) await accept(inbox, items, { via: 'poll', cursor })
    await reportHealth(inbox, health ?? { ok: true })
    return items.length
  } finally {
    clearInterval(renewal)
    signal.removeEventListener('abort', end)
  }
}

/** A fetch that does not hear the signal must not hold up the end for longer than five seconds. */
function settledOrStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    work.then(done, fail)
    const give = () => setTimeout(() => fail(new Error('Stopped')), 5000).unref()
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}

async function sayFault(inbox: Inbox, error: NodeJS.ErrnoException & { reason?: string | { key: string } }) {
  logger.warn({ err: error, inbox: inbox.id }, 'Fetching failed')
  try {
    // A driver that knows the words for its fault puts them on the error.
    const full = ['ENOSPC', 'EDQUOT'].includes(error.code ?? '') || /SQLITE_FULL/.test(error.message)
    await reportHealth(inbox, { ok: false, reason: (error.reason as never) ?? core(full ? 'disk_full' : 'poll_failed', {}, error.message) })
  } catch (unsaid) {
    logger.error({ err: unsaid, inbox: inbox.id }, 'The health of an inbox could not be written')
  }
}
