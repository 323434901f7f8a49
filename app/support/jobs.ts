import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { nowMs } from './clock.js'
import { leaves, outsideTransaction, transaction } from './transaction.js'

export type JobData = Record<string, string | number | null>
type Handler = (data: JobData, job: { readonly id: number; readonly attempts: number }) => Promise<void>

const LEASE_MS = 5 * 60_000
/** Seconds before the next try, by the number of tries made; after the last the job is dead and shown. */
const BACK_OFF_SECONDS = [5, 20, 60, 300, 900, 3600]

const handlers = new Map<string, Handler>()

/** Names a kind of job and what runs it. At least once: a crash between the work and its end runs it again. */
export function defineJob(name: string, handler: Handler) {
  handlers.set(name, handler)
}

/**
 * Writes a job, in the open transaction or in one of its own.
 *
 * @param options.once - a key: while a job with it waits or runs, another is not written.
 * @param options.at - not before this moment, ms.
 */
export async function enqueue(name: string, data: JobData, options: { at?: number; once?: string } = {}) {
  await transaction(async (trx) => {
    const at = nowMs()
    const key = options.once ?? `${name}-${at}-${Math.random().toString(36).slice(2)}`
    await trx
      .knexQuery()
      .table('jobs')
      .insert({ key, name, data: JSON.stringify(data), state: 'pending', due_at: options.at ?? at, created_at: at })
      .onConflict('key')
      .ignore()
    leaves('jobs')
  })
}

/** Takes one due job and runs it. False: none was due. */
export async function runNextJob(): Promise<boolean> {
  const at = nowMs()
  const due = await db
    .from('jobs')
    .whereIn('state', ['pending', 'running'])
    .where('due_at', '<=', at)
    .orderBy('due_at')
    .orderBy('id')
    .select('id')
    .limit(8)

  for (const { id } of due) {
    // `due_at` of a running job is the end of its lease: one index serves both.
    const claimed = await db
      .from('jobs')
      .where('id', id)
      .whereIn('state', ['pending', 'running'])
      .where('due_at', '<=', at)
      .update({ state: 'running', due_at: at + LEASE_MS, lease_until: at + LEASE_MS })
    if (Number(claimed) === 1) {
      await outsideTransaction(() => runJob(id))
      return true
    }
  }
  return false
}

/** Gives a dead job another life. */
export async function retryJob(id: number) {
  await transaction(async (trx) => {
    await trx.from('jobs').where('id', id).where('state', 'dead').update({ state: 'pending', attempts: 0, due_at: nowMs(), finished_at: null })
    leaves('jobs')
  })
}

async function runJob(id: number) {
  const job = await db.from('jobs').where('id', id).first()
  if (!job) return
  try {
    const handler = handlers.get(job.name)
    if (!handler) throw new Error(`Nothing runs jobs named "${job.name}"`)
    await handler(JSON.parse(job.data), { id, attempts: job.attempts })
    await db.from('jobs').where('id', id).delete()
  } catch (error) {
    await putBack(job, error as Error)
  }
}

async function putBack(job: any, error: Error) {
  const attempts = job.attempts + 1
  const wait = BACK_OFF_SECONDS[job.attempts]
  const at = nowMs()
  logger.warn({ err: error, job: job.name, id: job.id, attempts }, 'A job failed')
  await db
    .from('jobs')
    .where('id', job.id)
    .update({
      attempts,
      error: `${error.message}`.slice(0, 2000),
      lease_until: null,
      ...(wait === undefined ? { state: 'dead', finished_at: at } : { state: 'pending', due_at: at + wait * 1000 }),
    })
}
