import edge from 'edge.js'
import type { I18n } from '@adonisjs/i18n'
import { reading } from '#support/transaction'
import type { Kind } from '#notifications/kinds'
import { ICONS, linesOf, type Line } from '#notifications/lines'

const PAGE = 50
const MOST_COUNTED = 100

/** What the bell shows: how much is unseen (counted to a hundred), and what the page may ring for. */
export interface Bell {
  readonly unseen: number
  /** Highest id among what makes a sound; a page that knew a lower one rings. */
  readonly ringsFor: number
  /** The latest unseen lines, newest first. */
  readonly lines: readonly Line[]
}

/** Asked by every whole page: bounded, and along an index. */
export async function bellOf(agentId: number, i18n: I18n): Promise<Bell> {
  const rows = await reading().from('notifications').where('agent_id', agentId).whereNull('seen_at').where('in_page', 1).orderBy('id', 'desc').limit(MOST_COUNTED)
  const ringing = rows.filter((row) => row.sound)
  return {
    unseen: rows.length,
    ringsFor: Math.max(0, ...ringing.map((row) => Number(row.event_id))),
    lines: await linesOf(rows.slice(0, 8), i18n),
  }
}

/** One page of what an agent was told, newest first. @param before - the lowest id of the page before it */
export async function readNotifications(agentId: number, i18n: I18n, before?: number, limit = PAGE): Promise<{ lines: Line[]; older: number | null }> {
  const rows = await reading()
    .from('notifications')
    .where('agent_id', agentId)
    .where('in_page', 1)
    .if(before, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
  return { lines: await linesOf(rows.slice(0, limit), i18n), older: rows.length > limit ? rows[limit - 1].id : null }
}

/** For the frame around every page; see resources/views/layouts/_side.edge. */
edge.global('bellOf', bellOf)
edge.global('noticeIcon', (kind: Kind) => ICONS[kind] ?? 'bell')
