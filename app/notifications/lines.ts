import type { I18n } from '@adonisjs/i18n'
import { reading } from '#support/transaction'
import type { Kind } from './kinds.js'

/** One line of what an agent was told, in their language. */
export interface Line {
  readonly id: number
  readonly kind: Kind
  readonly text: string
  /** The ticket's subject, or null where there is none. */
  readonly subject: string | null
  readonly href: string
  readonly count: number
  /** ms UTC */
  readonly at: number
  readonly seen: boolean
  readonly sound: boolean
  readonly ticketId: number | null
}

export const ICONS: Record<Kind, string> = {
  assigned: 'assign',
  wrote: 'mail',
  mentioned: 'at',
  asked: 'question',
  undelivered: 'warning',
  woken: 'snooze',
  covering: 'handover',
  uncovered: 'warning',
  unassigned: 'inbox',
}

/** Says rows of `notifications` in words. Three queries, whatever their number. */
export async function linesOf(rows: readonly any[], i18n: I18n): Promise<Line[]> {
  const tickets = await byId('tickets', rows.map((row) => row.ticket_id), 'id', 'subject', 'customer_id')
  const agents = await byId('agents', rows.flatMap((row) => [row.for_id, row.actor_kind === 'agent' ? Number(row.actor_id) : null]), 'id', 'name')
  const customers = await byId('customers', [...tickets.values()].map((ticket) => ticket.customer_id), 'id', 'name')
  return rows.map((row) => {
    const ticket = tickets.get(row.ticket_id)
    const by = row.actor_kind === 'agent' ? agents.get(Number(row.actor_id))?.name : row.actor_kind === 'customer' && ticket ? customers.get(ticket.customer_id)?.name : null
    const absent = agents.get(row.for_id)?.name
    const aboutAbsence = row.ticket_id === null && absent !== undefined
    const said = i18n.t(`notifications.line.${row.kind}`, { name: aboutAbsence ? absent : (by ?? 'Opora'), count: row.count })
    return {
      id: row.id,
      kind: row.kind,
      text: absent && !aboutAbsence ? i18n.t('notifications.line.instead', { said, absent }) : said,
      subject: ticket ? `${ticket.subject} #${ticket.id}` : null,
      href: row.ticket_id ? `/tickets/${row.ticket_id}` : HREFS[row.kind as Kind] ?? '/notifications',
      count: row.count,
      at: Number(row.at),
      seen: row.seen_at !== null,
      sound: Boolean(row.sound),
      ticketId: row.ticket_id,
    }
  })
}

const HREFS: Partial<Record<Kind, string>> = { covering: '/absences', uncovered: '/absences' }

async function byId(table: string, ids: readonly (number | null | undefined)[], ...columns: string[]): Promise<Map<number, any>> {
  const wanted = [...new Set(ids.filter((id) => id !== null && id !== undefined))] as number[]
  if (wanted.length === 0) return new Map()
  const rows = await reading().from(table).whereIn('id', wanted).select(...columns)
  return new Map(rows.map((row) => [row.id, row]))
}
