import { DateTime } from 'luxon'
import { reading, transaction } from '#support/transaction'
import { setting } from '#support/settings'
import { KINDS, KIND_NAMES, WAYS, type Kind, type Ways } from './kinds.js'

export interface Hours {
  /** Minutes since midnight in the agent's zone; null: none. */
  readonly quietFrom: number | null
  readonly quietUntil: number | null
  readonly showContent: boolean
}

export interface Choices extends Hours {
  readonly ways: Readonly<Record<Kind, Ways>>
  readonly zone: string
}

/** What each of these agents has chosen; the defaults where they have not. Two queries, whatever their number. */
export async function choicesOf(agentIds: readonly number[]): Promise<Map<number, Choices>> {
  if (agentIds.length === 0) return new Map()
  const chosen: any[] = await reading().from('notification_choices').whereIn('agent_id', [...agentIds])
  const agents: any[] = await reading()
    .from('agents')
    .leftJoin('notification_hours', 'notification_hours.agent_id', 'agents.id')
    .whereIn('agents.id', [...agentIds])
    .select('agents.id', 'agents.time_zone', 'notification_hours.quiet_from', 'notification_hours.quiet_until', 'notification_hours.show_content')
  const company = await setting('company.time_zone')
  return new Map(agents.map((row) => [row.id, choicesFrom(row, chosen.filter((choice) => choice.agent_id === row.id), company)]))
}

function choicesFrom(row: any, chosen: readonly any[], company: string): Choices {
  const waysOf = (kind: Kind): Ways => {
    const own = chosen.find((choice) => choice.kind === kind)
    return own ? { page: Boolean(own.page), push: Boolean(own.push), mail: Boolean(own.mail), sound: Boolean(own.sound) } : KINDS[kind]
  }
  return {
    ways: Object.fromEntries(KIND_NAMES.map((kind) => [kind, waysOf(kind)])) as Record<Kind, Ways>,
    quietFrom: row.quiet_from ?? null,
    quietUntil: row.quiet_until ?? null,
    showContent: row.show_content === null || row.show_content === undefined || Boolean(row.show_content),
    zone: row.time_zone ?? company,
  }
}

/** Keeps an agent's choices; kinds that are not named stay as they were. */
export async function choose(agentId: number, ways: Partial<Record<Kind, Ways>>, hours: Hours) {
  await transaction(async (trx) => {
    const rows = Object.entries(ways).map(([kind, way]) => ({ agent_id: agentId, kind, ...Object.fromEntries(WAYS.map((name) => [name, way![name] ? 1 : 0])) }))
    if (rows.length > 0) await trx.knexQuery().table('notification_choices').insert(rows).onConflict(['agent_id', 'kind']).merge()
    await trx
      .knexQuery()
      .table('notification_hours')
      .insert({ agent_id: agentId, quiet_from: hours.quietFrom, quiet_until: hours.quietUntil, show_content: hours.showContent ? 1 : 0 })
      .onConflict('agent_id')
      .merge()
  })
}

/**
 * The moment at which this agent may be disturbed: `at` itself, or the end of the quiet hours it falls into.
 *
 * @param at - ms UTC
 */
export function whenAwake({ quietFrom, quietUntil, zone }: Choices, at: number): number {
  if (quietFrom === null || quietUntil === null || quietFrom === quietUntil) return at
  const local = DateTime.fromMillis(at, { zone })
  const minute = local.hour * 60 + local.minute
  const overnight = quietFrom > quietUntil
  const quiet = overnight ? minute >= quietFrom || minute < quietUntil : minute >= quietFrom && minute < quietUntil
  if (!quiet) return at
  const end = local.startOf('day').set({ hour: Math.floor(quietUntil / 60), minute: quietUntil % 60 })
  return (end <= local ? end.plus({ days: 1 }) : end).toMillis()
}
