import logger from '@adonisjs/core/services/logger'
import { takeNextIncoming } from '#channels/inbound/processing'
import { settleAllAbandoned, takeNextDelivery } from '#channels/outbound/deliver'
import { runImports } from '#channels/importing/run_imports'
import { runPolling } from '#channels/polling'
import { startDaemons } from '#plugins/daemons'
import { reconcile } from '#routing/coverage/reconcile'
import env from '#start/env'
import { dispatchEvents } from '#support/dispatcher'
import { InProcessWakeUp } from '#support/in_process_wake_up'
import { runNextJob } from '#support/jobs'
import { releaseAllLeases, releaseLeasesOfTheDead } from '#support/leases'
import { outsideSettled, runDueEntries } from '#support/schedule'
import { currentWakeUp, useWakeUp } from '#support/wake_up'

const CLOCK_MS = 5000
/** A stream of mail is taken in handfuls; a single one never waits for this. */
const REST_MS = 40

/** What has not ended by then is cut off; its leases lapse, and its rows are found again. */
const HARD_EXIT_MS = 15_000

/** Whether this process works, or only answers pages: `OPORA_ROLE`, else alone without Redis. */
export function worksHere(): boolean {
  const role = env.get('OPORA_ROLE')
  return role === undefined ? !env.get('REDIS_URL') : role !== 'serve'
}

/**
 * Starts all that works behind the pages: the dispatcher, the gateway, deliveries, jobs, polls, the
 * plugins' daemons and the clock. Gives back what ends it in order: stop taking, finish, release.
 */
export async function startWork(): Promise<() => Promise<void>> {
  const stop = new AbortController()
  await recover()

  if (!currentWakeUp()) useWakeUp(new InProcessWakeUp())
  const wakeUp = currentWakeUp()!
  wakeUp.serve('events', () => dispatchEvents())
  wakeUp.serve('incoming', () => takeNextIncoming({ restMs: REST_MS }))
  wakeUp.serve('deliveries', () => takeNextDelivery())
  wakeUp.serve('jobs', () => runNextJob())

  const lasting = [runPolling(stop.signal), runImports(stop.signal), startDaemons(stop.signal)]
  for (const work of lasting) work.catch((error: Error) => logger.error({ err: error }, 'Something that should last has ended'))
  const endClock = startClock()

  return async () => {
    setTimeout(() => process.exit(process.exitCode ?? 0), HARD_EXIT_MS).unref()
    const ticked = endClock()
    stop.abort()
    await wakeUp.close()
    await Promise.allSettled([ticked, ...lasting])
    await releaseAllLeases().catch((error: Error) => logger.warn({ err: error }, 'Leases could not be given back; they lapse'))
  }
}

/** After a crash on one machine nothing need wait for leases of the dead. */
async function recover() {
  try {
    await releaseLeasesOfTheDead()
    // Alone on a file: whoever was sending is dead.
    if (!env.get('DATABASE_URL') && !env.get('REDIS_URL') && env.get('OPORA_ROLE') !== 'work') await settleAllAbandoned()
    // Absences that began or ended while the desk was off.
    await reconcile()
  } catch (error) {
    logger.warn({ err: error }, 'What a crash left could not be looked through; leases lapse by themselves')
  }
}

/** Looks every few seconds what is due; each entry has one turn among all processes. */
function startClock(): () => Promise<void> {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= runDueEntries({ waitForOutside: false })
      .catch((error: Error) => logger.warn({ err: error }, 'The clock could not look what is due'))
      .finally(() => {
        running = null
      })
  }, CLOCK_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
    await outsideSettled()
  }
}
