import db from '@adonisjs/lucid/services/db'
import Agent from '#people/agent'
import Team from '#people/team'
import { nowMs } from '#support/clock'
import { afterCommit } from '#support/transaction'

/** Who works here, by id: names for the thread, choices for owner and team. Those who left keep their name. */
export interface Directory {
  readonly agents: ReadonlyMap<number, { readonly id: number; readonly name: string; readonly active: boolean; readonly mayOwn: boolean }>
  readonly teams: ReadonlyMap<number, { readonly id: number; readonly name: string }>
}

const FRESH_MS = 15_000
let kept: { at: number; directory: Directory } | null = null
let readings = 0

/**
 * Dozens of rows that hardly change, asked for by every page. What changes in this process is seen at once, what
 * changes in another after fifteen seconds at most.
 */
export async function directory(): Promise<Directory> {
  if (kept && nowMs() - kept.at < FRESH_MS && nowMs() >= kept.at) return kept.directory
  const asked = ++readings
  const rows = await db
    .from('agents')
    .select('id', 'name', 'role', 'deactivated_at', db.raw('1 as is_agent'))
    .unionAll(db.from('teams').select('id', 'name', db.raw('null'), db.raw('null'), db.raw('0 as is_agent')))
  const sorted = rows.sort((a, b) => String(a.name).localeCompare(b.name))
  const found: Directory = {
    agents: new Map(
      sorted
        .filter((row) => Number(row.is_agent) === 1)
        .map((row) => [row.id, { id: row.id, name: row.name, active: row.deactivated_at === null, mayOwn: row.deactivated_at === null && row.role !== 'viewer' }])
    ),
    teams: new Map(sorted.filter((row) => Number(row.is_agent) === 0).map((row) => [row.id, { id: row.id, name: row.name }])),
  }
  // Somebody changed while it was read: the next page asks again.
  if (asked === readings) kept = { at: nowMs(), directory: found }
  return found
}

/** Forgets what was read: somebody came, left or changed. */
export function forgetDirectory() {
  readings++
  kept = null
}

for (const model of [Agent, Team]) {
  model.boot()
  model.after('save', () => afterCommit(forgetDirectory))
  model.after('delete', () => afterCommit(forgetDirectory))
}
