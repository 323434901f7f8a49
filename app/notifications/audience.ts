import type { EventName } from '#support/events'
import type { RecordedEvent } from '#support/listeners'
import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import { ASKED_FOR, type Kind } from './kinds.js'

/** One thing to tell one agent. */
export interface Told {
  readonly agentId: number
  readonly kind: Kind
  readonly topic: string
  readonly ticketId: number | null
  readonly event: RecordedEvent
  readonly forId: number | null
}

export interface TicketRow {
  readonly id: number
  readonly owner_id: number | null
  readonly effective_agent_id: number | null
  readonly inbox_id: number
  readonly status: string
}

interface Context {
  readonly ticket: TicketRow | null
  /** Supervisors and admins who work here. */
  readonly supervisors: readonly number[]
  /** Who asked to hear of tickets that nobody has, and may see this one. */
  readonly curious: readonly number[]
  membersOf(teamId: number): readonly number[]
}

/** `topic`: what it is about when that is not the ticket; `forId`: the absent colleague it is about. */
type Rule = (event: RecordedEvent<any>, context: Context) => readonly { readonly agentId: number | null; readonly kind: Kind; readonly topic?: string; readonly forId?: number }[]

const toEffective =
  (kind: Kind): Rule =>
  (_event, { ticket }) => [{ agentId: ticket?.effective_agent_id ?? null, kind }]

/** An agent, or each of a team. */
const receivers = (kind: string, id: number, { membersOf }: Context) => (kind === 'team' ? membersOf(id) : [id])

const toReceiver: Rule = ({ payload }, context) => receivers(payload.toKind, payload.toId, context).map((agentId) => ({ agentId, kind: 'asked' }))
const toTeam: Rule = (event, context) => (event.payload.toKind === 'team' ? toReceiver(event, context) : [])
const toAsker: Rule = ({ payload }) => [{ agentId: payload.createdById, kind: 'asked' }]

const toSubstitutes: Rule = ({ payload }, { membersOf }) => {
  const ids = [...(payload.coverAgentIds ?? []), ...(payload.coverTeamIds ?? []).flatMap(membersOf)] as number[]
  return [...new Set(ids)].filter((id) => id !== payload.agentId).map((agentId) => ({ agentId, kind: 'covering', topic: `absence:${payload.absenceId}`, forId: payload.agentId }))
}

const toSupervisors: Rule = ({ payload }, { supervisors }) =>
  supervisors.filter((id) => id !== payload.agentId).map((agentId) => ({ agentId, kind: 'uncovered', topic: `away:${payload.agentId}`, forId: payload.agentId }))

/**
 * Who hears of which event. Whoever works on the ticket now (`effective`) is told in place of an absent owner, so
 * that coverage is respected without a rule of its own; nobody is told of what they did themselves.
 */
const RULES: Record<string, Rule> = {
  'ticket:assigned': ({ payload }, { ticket }) => [{ agentId: payload.ownerId === null ? null : (ticket?.effective_agent_id ?? payload.ownerId), kind: 'assigned' }],
  'ticket:opened': (_event, { ticket, curious }) => (ticket && ticket.effective_agent_id === null ? curious.map((agentId) => ({ agentId, kind: 'unassigned' as const })) : []),
  'message:received': toEffective('wrote'),
  'side:answered': toEffective('wrote'),
  'message:failed': toEffective('undelivered'),
  'message:unconfirmed': toEffective('undelivered'),
  'message:held': toEffective('undelivered'),
  'ticket:woken': toEffective('woken'),
  'ticket:reminded': toEffective('woken'),
  'task:due': ({ payload }) => [{ agentId: payload.ownerId, kind: 'woken' }],
  'note:mentioned': ({ payload }) => [{ agentId: payload.agentId, kind: 'mentioned' }],
  // An agent hears of a new ticket as its owner; a team has none, so each of it is told.
  'handover:given': toTeam,
  'handover:returned': toTeam,
  'handover:asked': toReceiver,
  'handover:escalated': toReceiver,
  'handover:withdrawn': toReceiver,
  'handover:accepted': toAsker,
  'handover:declined': toAsker,
  'handover:answered': toAsker,
  'absence:planned': toSubstitutes,
  'absence:changed': toSubstitutes,
  'absence:cancelled': toSubstitutes,
  'absence:near': toSubstitutes,
  'absence:declined': toSupervisors,
  'coverage:switched': ({ payload }) => [{ agentId: payload.actingId, kind: 'covering', topic: `absence:${payload.absenceId}`, forId: payload.ownerId }],
  'coverage:gap': toSupervisors,
  'agent:missed': toSupervisors,
}

export const HEARD = Object.keys(RULES) as EventName[]

/** Turns a batch of events into what is told to whom. A handful of queries, whatever the size of the batch. */
export async function audienceOf(events: readonly RecordedEvent[]): Promise<Told[]> {
  const live = events.filter(({ via }) => via !== 'import' && via !== 'demo')
  if (live.length === 0) return []
  const trx = openTransaction()
  const ids = [...new Set(live.flatMap(({ ticketId }) => ticketId ?? []))]
  const rows: TicketRow[] = ids.length > 0 ? await trx.from('tickets').whereIn('id', ids).select('id', 'owner_id', 'effective_agent_id', 'inbox_id', 'status') : []
  const tickets = new Map(rows.map((row) => [row.id, row]))
  const supervisors = (await trx.from('agents').whereIn('role', ['admin', 'supervisor']).whereNull('deactivated_at').select('id')).map(({ id }) => id as number)
  const curious = await curiousAgents(live, tickets)
  const members: any[] = live.some(({ payload }) => 'toKind' in payload || 'coverTeamIds' in payload) ? await trx.from('team_members').select('team_id', 'agent_id') : []
  const membersOf = (teamId: number) => members.filter((row) => row.team_id === teamId).map((row) => row.agent_id as number)

  const told = live.flatMap((event) => {
    const ticket = event.ticketId === null ? null : (tickets.get(event.ticketId) ?? null)
    // What is spam disturbs nobody.
    if (ticket?.status === 'spam') return []
    return RULES[event.name](event, { ticket, supervisors, curious: ticket ? (curious.get(ticket.id) ?? []) : [], membersOf })
      .filter(({ agentId }) => agentId !== null && !(event.by?.kind === 'agent' && event.by.id === agentId))
      .map(({ agentId, kind, topic, forId }): Told => ({
        agentId: agentId!,
        kind,
        topic: topic ?? (ticket ? `ticket:${ticket.id}` : event.name),
        ticketId: topic ? null : (ticket?.id ?? null),
        event,
        forId: forId ?? (ticket && ticket.owner_id !== agentId && ticket.effective_agent_id === agentId ? ticket.owner_id : null),
      }))
  })
  const heard = await withoutThoseWhoMayNotSee(told, tickets)
  // Who is given a ticket hears that, and not also that its customer wrote.
  const given = new Set(heard.filter(({ kind }) => kind === 'assigned').map(({ agentId, topic }) => `${agentId} ${topic}`))
  return heard.filter(({ kind, agentId, topic }) => kind !== 'wrote' || !given.has(`${agentId} ${topic}`))
}

/** A line names the ticket's subject: whoever is limited to some inboxes hears of no other, though a note names them or their team is asked. */
async function withoutThoseWhoMayNotSee(told: readonly Told[], tickets: ReadonlyMap<number, TicketRow>): Promise<readonly Told[]> {
  const about = told.filter(({ ticketId }) => ticketId !== null)
  if (about.length === 0) return told
  const limited: any[] = await openTransaction().from('agents').whereIn('id', [...new Set(about.map(({ agentId }) => agentId))]).where('restricted', 1).whereNot('role', 'admin').select('id')
  if (limited.length === 0) return told
  const ids = new Set(limited.map(({ id }) => id as number))
  const may = await placesOf([...ids])
  return told.filter(({ agentId, ticketId }) => ticketId === null || !ids.has(agentId) || may.has(`${agentId} ${tickets.get(ticketId)!.inbox_id}`))
}

/** Agent and inbox, of those limited to some: by their teams, and lent for an absence (people/access.ts). */
async function placesOf(agentIds: readonly number[]): Promise<ReadonlySet<string>> {
  const trx = openTransaction()
  const at = nowMs()
  const linked: any[] = await trx.from('team_members').join('team_inboxes', 'team_inboxes.team_id', 'team_members.team_id').whereIn('team_members.agent_id', [...agentIds]).select('team_members.agent_id', 'team_inboxes.inbox_id')
  const routed: any[] = await trx.from('team_members').join('inboxes', 'inboxes.team_id', 'team_members.team_id').whereIn('team_members.agent_id', [...agentIds]).select('team_members.agent_id', 'inboxes.id as inbox_id')
  const lent: any[] = await trx
    .from('grants')
    .whereIn('agent_id', [...agentIds])
    .where('valid_from', '<=', at)
    .whereNull('revoked_at')
    .where((open) => void open.whereNull('valid_to').orWhere('valid_to', '>', at))
    .select('agent_id', 'inbox_id')
  return new Set([...linked, ...routed, ...lent].map((row) => `${row.agent_id} ${row.inbox_id}`))
}

/** Who asked to hear of new tickets that nobody has, by ticket: only those who may see its inbox. */
async function curiousAgents(events: readonly RecordedEvent[], tickets: ReadonlyMap<number, TicketRow>): Promise<Map<number, number[]>> {
  const opened = events.filter(({ name }) => name === 'ticket:opened').flatMap(({ ticketId }) => tickets.get(ticketId ?? 0) ?? [])
  if (opened.length === 0) return new Map()
  const trx = openTransaction()
  const asked: any[] = await trx
    .from('notification_choices')
    .join('agents', 'agents.id', 'notification_choices.agent_id')
    .whereIn('notification_choices.kind', [...ASKED_FOR])
    .whereNull('agents.deactivated_at')
    .where((any) => any.where('page', 1).orWhere('push', 1).orWhere('mail', 1))
    .select('agents.id', 'agents.role', 'agents.restricted')
  if (asked.length === 0) return new Map()
  const may = await placesOf(asked.map(({ id }) => id))
  return new Map(opened.map((ticket) => [ticket.id, asked.filter(({ id, role, restricted }) => role === 'admin' || !restricted || may.has(`${id} ${ticket.inbox_id}`)).map(({ id }) => id as number)]))
}
