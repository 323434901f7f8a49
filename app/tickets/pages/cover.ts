import db from '@adonisjs/lucid/services/db'
import type { Away } from '#routing/absence/away_now'
import { UNFINISHED } from '#routing/coverage/coverable'
import { stillPlanned } from '../planned.js'
import type { Sheet } from './sheet.js'

/** Why somebody else works on a ticket, as its page says it. */
export interface CoverLine {
  /** By which the banner is chosen: the reader stands in, owns it, or looks on. */
  readonly role: 'acting' | 'owner' | 'other' | 'team' | 'nobody' | 'taken_back' | 'left'
  readonly coverageId: number | null
  /** When the owner is back; ms, null: nobody knows. */
  readonly until: number | null
  /** Agents from the owner on. */
  readonly path: readonly number[]
  readonly publicNote: string | null
  /** What the owner wanted the substitutes to know; for them alone. */
  readonly handoverNote: string | null
  /** Replies of the owner that leave by themselves: the substitute may stop them. */
  readonly scheduled: readonly { readonly messageId: number; readonly at: number }[]
}

/** Null where the owner works himself, or nobody owns it. Up to two queries, and only on covered tickets. */
export async function readCover(sheet: Sheet, reader: { id: number }, away: ReadonlyMap<number, Away>): Promise<CoverLine | null> {
  const { owner, acting, actingTeam } = sheet
  if (!owner || !UNFINISHED.includes(sheet.status)) return null
  const absent = away.get(owner.id)
  if (!acting && !actingTeam) {
    if (!absent) return null
    return { ...bare(absent), role: owner.id === reader.id ? 'taken_back' : 'nobody' }
  }
  const coverage = await db.from('coverages').leftJoin('absences', 'absences.id', 'coverages.absence_id').where('coverages.ticket_id', sheet.id).whereNull('coverages.released_at').select('coverages.id', 'coverages.path', 'absences.ends_at', 'absences.public_note', 'absences.handover_note').first()
  const role = owner.id === reader.id ? 'owner' : acting?.id === reader.id ? 'acting' : acting ? 'other' : absent ? 'team' : 'left'
  const standsIn = role === 'acting' || role === 'team'
  const scheduled = standsIn
    ? await db
        .from('deliveries')
        .join('messages', 'messages.id', 'deliveries.message_id')
        .where({ 'messages.ticket_id': sheet.id, 'messages.author_kind': 'agent', 'messages.author_id': String(owner.id) })
        .where(stillPlanned)
        .select('messages.id', 'deliveries.due_at')
    : []
  return {
    role,
    coverageId: coverage?.id ?? null,
    until: coverage?.ends_at ? Number(coverage.ends_at) : null,
    path: coverage ? JSON.parse(coverage.path) : [],
    publicNote: coverage?.public_note ?? null,
    handoverNote: standsIn ? (coverage?.handover_note ?? null) : null,
    scheduled: scheduled.map((row) => ({ messageId: row.id, at: Number(row.due_at) })),
  }
}

function bare({ until, publicNote }: Away): Omit<CoverLine, 'role'> {
  return { coverageId: null, until, path: [], publicNote, handoverNote: null, scheduled: [] }
}
