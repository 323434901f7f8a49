import type { HttpContext } from '@adonisjs/core/http'
import edge from 'edge.js'
import type { I18n } from '@adonisjs/i18n'
import { markSeen } from '#notifications/telling'
import { reading } from '#support/transaction'
import { wantsFragments } from '#web/answer'
import type { Kind } from '#notifications/kinds'
import { ICONS, linesOf, type Line } from '#notifications/lines'

const PAGE = 50
const MOST_COUNTED = 100

/** What the bell shows: how much is unseen (counted to a hundred), and what the page may ring for. */
export interface Bell {
  readonly unseen: number
  /** Highest id among what makes a sound; a page that knew a lower one rings. */
  readonly ringsFor: number
  /** The newest of them in words, for a reader who hears the page; null where the page is drawn for the first time. */
  readonly news: string | null
  /** Tickets that something unseen is about. */
  readonly ticketIds: readonly number[]
}

/** Asked by every whole page: one query, bounded, and along an index. With a language it says the newest in words. */
export async function bellOf(agentId: number, i18n?: I18n): Promise<Bell> {
  const rows = await reading().from('notifications').where('agent_id', agentId).whereNull('seen_at').where('in_page', 1).orderBy('id', 'desc').limit(MOST_COUNTED)
  const ringing = rows.filter((row) => row.sound)
  const [newest] = i18n ? await linesOf(rows.slice(0, 1), i18n) : []
  return {
    unseen: rows.length,
    ringsFor: Math.max(0, ...ringing.map((row) => Number(row.event_id))),
    news: newest ? [newest.text, newest.subject].filter(Boolean).join(': ') : null,
    ticketIds: rows.flatMap((row) => row.ticket_id ?? []),
  }
}

/**
 * Opening a ticket is seeing what was told of it. A whole page asks for its bell anyway, and writes only if there is
 * something to mark.
 */
export async function seeTicket(ctx: HttpContext, agentId: number, ticketId: number) {
  const bell = wantsFragments(ctx) ? null : await bellOf(agentId)
  const marked = (bell === null || bell.ticketIds.includes(ticketId)) && (await markSeen(agentId, { ticketId })) > 0
  if (bell && !marked) ctx.view.share({ knownBell: bell })
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
