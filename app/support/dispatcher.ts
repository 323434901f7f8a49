import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { nowMs } from './clock.js'
import { defineJob } from './jobs.js'
import { followers, listeners, readEvent, type RecordedEvent } from './listeners.js'
import { leaves, transaction } from './transaction.js'

const BATCH = 200

/**
 * Tells events to whoever listens: one transaction a batch writes one job for each listener,
 * lets followers do their work, and marks the events as told. Interrupted anywhere, it
 * starts over with the same rows. True: the batch was full, so more may wait.
 */
export async function dispatchEvents(): Promise<boolean> {
  const rows = await db.from('events').whereNull('dispatched_at').orderBy('id').limit(BATCH)
  if (rows.length === 0) return false
  const events = rows.map(readEvent)

  const broken = new Set<string>()
  while (!(await tell(events, broken))) {
    // A follower threw: the same batch again, with that one's share as jobs.
  }
  return rows.length === BATCH
}

async function tell(events: readonly RecordedEvent[], broken: Set<string>): Promise<boolean> {
  let failing: string | null = null
  try {
    await transaction(async (trx) => {
      const taken = await trx.from('events').whereIn('id', events.map((event) => event.id)).whereNull('dispatched_at').update({ dispatched_at: nowMs() })
      if (Number(taken) !== events.length) throw new TakenMeanwhile()

      const jobs = events.flatMap((event) => jobsFor(event, broken))
      for (let at = 0; at < jobs.length; at += 50) {
        await trx.knexQuery().table('jobs').insert(jobs.slice(at, at + 50)).onConflict('key').ignore()
      }
      if (jobs.length > 0) leaves('jobs')

      for (const follower of followers.values()) {
        const theirs = events.filter((event) => follower.names.has(event.name))
        if (theirs.length === 0 || broken.has(follower.id)) continue
        failing = follower.id
        await follower.handle(theirs)
        failing = null
      }
    })
    return true
  } catch (error) {
    if (error instanceof TakenMeanwhile) return true
    if (!failing) throw error
    logger.error({ err: error, follower: failing }, 'A follower failed; its events become jobs')
    broken.add(failing)
    return false
  }
}

function jobsFor(event: RecordedEvent, broken: Set<string>) {
  const hearing = [
    // What was taken over from before is no news: nobody is told, no rule, clock or plugin hears of it. It is searchable.
    ...(event.via === 'import' ? [] : [...listeners.values()]).filter(({ names }) => names === 'all' || names.has(event.name)).map(({ id }) => id),
    ...[...followers.values()].filter(({ id, names }) => broken.has(id) && names.has(event.name)).map(({ id }) => id),
  ]
  const at = nowMs()
  return hearing.map((id) => ({
    key: `e${event.id}-${id}`,
    name: 'tell',
    data: JSON.stringify({ event: event.id, listener: id }),
    state: 'pending',
    due_at: at,
    created_at: at,
  }))
}

defineJob('tell', async ({ event: id, listener }) => {
  const row = await db.from('events').where('id', id!).first()
  if (!row) return
  const event = readEvent(row)
  const one = listeners.get(String(listener))
  const many = followers.get(String(listener))
  if (one) await one.handle(event)
  else if (many) await transaction(() => many.handle([event]))
})

class TakenMeanwhile extends Error {}
