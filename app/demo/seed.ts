import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { hasAgents } from '#people/agents'
import { dispatchEvents } from '#support/dispatcher'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { demo, furnish } from './desk.js'
import { playHistory } from './history.js'
import { markAllRead } from './read_marks.js'

export interface Seeded {
  readonly tickets: number
  readonly messages: number
  readonly customers: number
  readonly seconds: number
}

/** Says that a demo was begun here and not finished. */
const halfMark = () => join(env.get('DATA_DIR'), 'tmp', 'demo-begun')

/**
 * Takes away what an interrupted demo left, so that it can begin anew. Only a database file that
 * was begun as a demo; call it before anything opens the database.
 */
export async function clearAwayHalf() {
  const folder = env.get('DATA_DIR')
  if (env.get('DATABASE_URL') || !existsSync(halfMark()) || existsSync(join(folder, 'demo.json'))) return
  await db.manager.closeAll(false)
  for (const end of ['', '-wal', '-shm']) await rm(join(folder, `opora.sqlite${end}`), { force: true })
  await rm(join(folder, 'drive'), { recursive: true, force: true })
}

/**
 * Furnishes an empty desk and plays the shop's history; writes DATA_DIR/demo.json when all is there.
 *
 * @throws when somebody works here already
 */
export async function seedDemo({ tickets, days }: { tickets: number; days: number }): Promise<Seeded> {
  if (await hasAgents()) throw new Error(`This desk has agents already. The demo wants an empty one: choose another DATA_DIR than ${env.get('DATA_DIR')}.`)
  const started = Date.now()
  await mkdir(join(env.get('DATA_DIR'), 'tmp'), { recursive: true })
  await writeFile(halfMark(), new Date(started).toISOString())

  const desk = await furnish()
  const made = await playHistory(desk, { tickets, days })
  await markAllRead(desk)
  await transaction(() => record('demo:seeded', { tickets: made }, demo(null)))
  while (await dispatchEvents()) {
    // Each turn tells one batch to the search index and to whoever listens.
  }

  const done = { tickets: made, messages: await count('messages'), customers: await count('customers'), seconds: Math.round((Date.now() - started) / 1000) }
  await writeFile(join(env.get('DATA_DIR'), 'demo.json'), JSON.stringify({ ...done, at: new Date(started).toISOString() }))
  await rm(halfMark(), { force: true })
  return done
}

async function count(table: string): Promise<number> {
  const row = await db.from(table).count('* as total').first()
  return Number(row.total)
}

/** Whether this desk was furnished as a demo. */
export async function isSeeded(): Promise<boolean> {
  return (await db.from('events').where('name', 'demo:seeded').select('id').first()) !== null
}
