import type { Plugin } from '#plugin'
import { connectionsOf, type Connection } from '#plugins/connections'
import { deskOf } from '#plugins/desk'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { pause } from '#support/patience'
import { releaseLease, takeLease } from '#support/leases'
import logger from '@adonisjs/core/services/logger'

/*
 * Work that lasts as long as the process: in one worker at a time (a lease), started again after a fault with
 * growing patience, started anew when its settings change, ended by the signal.
 */

const LOOK_MS = 2000
const LEASE_MS = 15_000
const RENEW_MS = 5000
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000
/** What ran that long was well: the next wait is short again. */
const WELL_MS = 60_000

interface Running {
  readonly changedAt: number
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** Starts the daemons of the plugins that are switched on, and follows their switches and settings; settles once the signal has ended them all. */
export async function startDaemons(signal: AbortSignal): Promise<void> {
  const running = new Map<string, Running>()
  while (!signal.aborted) {
    await look(running, signal).catch((error: Error) => logger.warn({ err: error }, 'Could not look which daemons should run'))
    await pause(LOOK_MS, signal)
  }
  await Promise.all([...running.values()].map(({ ended }) => ended))
}

async function look(running: Map<string, Running>, signal: AbortSignal) {
  await installed.refresh()
  const wanted = await wantedDaemons()
  for (const [name, one] of running) {
    if (wanted.get(name)?.connection.changedAt === one.changedAt) continue
    one.stop.abort()
    await one.ended
    running.delete(name)
  }
  for (const [name, { plugin, daemon, connection }] of wanted) {
    if (running.has(name)) continue
    const stop = new AbortController()
    const ended = keepRunning(name, plugin, daemon, connection, AbortSignal.any([signal, stop.signal]))
    running.set(name, { changedAt: connection.changedAt, stop, ended })
  }
}

async function wantedDaemons() {
  const wanted = new Map<string, { plugin: Plugin<any>; daemon: string; connection: Connection }>()
  for (const { id, plugin } of installed.working()) {
    const names = Object.keys(plugin.daemons ?? {})
    if (names.length === 0) continue
    for (const connection of await connectionsOf(plugin)) {
      for (const daemon of names) wanted.set(`daemon:${id}:${daemon}:${connection.id}`, { plugin, daemon, connection })
    }
  }
  return wanted
}

async function keepRunning(lease: string, plugin: Plugin<any>, daemon: string, connection: Connection, signal: AbortSignal) {
  let wait = FIRST_WAIT_MS
  while (!signal.aborted) {
    if (!(await takeLease(lease, LEASE_MS).catch(() => false))) {
      await pause(RENEW_MS, signal)
      continue
    }
    const started = Date.now()
    try {
      await runHolding(lease, signal, (own) => plugin.daemons![daemon](deskOf(plugin, connection), own))
      // It ended by itself: there is nothing to do now; look again in a while.
      wait = LONGEST_WAIT_MS
    } catch (error) {
      if (signal.aborted) break
      await noteFault(plugin.id, `daemon:${daemon}`, error)
      wait = Date.now() - started > WELL_MS ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS)
    }
    await pause(wait, signal)
  }
  await releaseLease(lease).catch((error: Error) => logger.warn({ err: error, lease }, 'A lease could not be given back; it ends by its time'))
}

/** Runs it while the lease is ours; losing the lease ends it, for then another worker runs it. */
async function runHolding(lease: string, signal: AbortSignal, run: (signal: AbortSignal) => Promise<void>) {
  const lost = new AbortController()
  const timer = setInterval(() => {
    takeLease(lease, LEASE_MS)
      .then((ours) => ours || lost.abort())
      .catch((error: Error) => logger.warn({ err: error, lease }, 'A lease could not be renewed'))
  }, RENEW_MS)
  try {
    await run(AbortSignal.any([signal, lost.signal]))
  } finally {
    clearInterval(timer)
  }
}
