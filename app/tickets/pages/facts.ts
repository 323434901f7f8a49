import { UNTIL_ANSWER } from '#tickets/ticket/snoozable'
import type { Directory } from './directory.js'

/** One line of what happened, ready to be said: a key of `desk.event` and its values. */
export interface Fact {
  readonly id: number
  readonly at: number
  readonly icon: string
  readonly key: string
  readonly values: Record<string, string | number>
  /** Why, if a rule, an absence or an import did it: a key of `desk.because` and its id. */
  readonly because: { readonly key: string; readonly id: string } | null
}

/** These are in the thread themselves, or on their message. */
export const TOLD_ELSEWHERE = ['message:received', 'message:queued', 'message:sent', 'message:delivered', 'message:read', 'note:added', 'message:retried', 'message:failed', 'message:unconfirmed', 'message:changed', 'ticket:customised', 'facts:changed', 'note:mentioned', 'ticket:followed', 'ticket:unfollowed', 'side:written', 'task:changed', 'file:not_fetched']

const ICONS: Record<string, string> = {
  'ticket:opened': 'plus',
  'ticket:assigned': 'assign',
  'ticket:resolved': 'check',
  'ticket:closed': 'check-circle',
  'ticket:snoozed': 'snooze',
  'ticket:woken': 'snooze',
  'ticket:waited': 'clock',
  'ticket:reminder_set': 'snooze',
  'ticket:reminded': 'snooze',
  'message:planned': 'clock',
  'message:held': 'clock',
  'ticket:tagged': 'tag',
  'ticket:marked_spam': 'spam',
  'ticket:renamed': 'pencil',
  'ticket:signed': 'info',
  'ticket:gap': 'warning',
  'message:cancelled': 'undo',
  'message:confirmed': 'check',
  'ticket:merged': 'merge',
  'ticket:merged_in': 'merge',
  'ticket:unmerged': 'undo',
  'ticket:merged_out': 'undo',
  'ticket:split': 'copy',
  'file:asked': 'refresh',
  'file:fetched': 'download',
  'ticket:linked': 'link',
  'ticket:unlinked': 'link',
  'ticket:undone': 'undo',
  'side:started': 'truck',
  'side:answered': 'truck',
  'task:added': 'check-circle',
  'task:due': 'bell',
  'task:done': 'check',
  'task:reopened': 'undo',
  'task:removed': 'close',
  'handover:given': 'handover',
  'handover:asked': 'question',
  'handover:escalated': 'chevron-up',
  'handover:returned': 'return',
  'handover:answered': 'check',
  'handover:declined': 'close',
  'handover:withdrawn': 'undo',
  'note:edited': 'pencil',
  'note:deleted': 'close',
  'coverage:engaged': 'handover',
  'coverage:released': 'handover',
}

/** Who did what and why; null for what is not worth a line. */
export function factOf(row: any, { agents, teams }: Directory): Fact | null {
  const payload = JSON.parse(row.payload)
  // The hand-over itself is the line; that the owner changed with it goes without saying.
  if (row.name === 'ticket:assigned' && /^handover:/.test(row.because ?? '')) return null
  const who = row.actor_kind === 'agent' ? (agents.get(Number(row.actor_id))?.name ?? '?') : ''
  const [reason, id] = String(row.because ?? '').split(':')
  const owner = payload.ownerId ? (agents.get(payload.ownerId)?.name ?? '?') : payload.toKind === 'agent' ? (agents.get(payload.toId)?.name ?? '?') : ''
  const team = payload.teamId ? (teams.get(payload.teamId)?.name ?? '?') : payload.toKind === 'team' ? (teams.get(payload.toId)?.name ?? '?') : ''
  return {
    id: Number(row.id),
    at: Number(row.at),
    icon: ICONS[row.name] ?? 'history',
    key: String(row.name).replace(':', '_'),
    values: {
      who,
      actor: row.actor_kind,
      owner,
      team,
      to: owner && team ? 'both' : owner ? 'owner' : team ? 'team' : 'nobody',
      acting: payload.actingId ? (agents.get(payload.actingId)?.name ?? '?') : payload.actingTeamId ? (teams.get(payload.actingTeamId)?.name ?? '?') : '',
      meant: payload.intendedForId ? (agents.get(payload.intendedForId)?.name ?? '?') : '',
      reason: payload.reason ?? '',
      self: row.actor_kind === 'agent' && payload.ownerId === Number(row.actor_id) ? 'yes' : 'no',
      from: payload.from ?? '',
      value: payload.to ?? payload.on ?? '',
      until: payload.until ?? 0,
      sign: payload.words ?? '',
      added: payload.added?.length ?? 0,
      removed: payload.removed?.length ?? 0,
      number: payload.intoId ?? payload.fromId ?? payload.otherId ?? payload.childId ?? 0,
      forever: payload.until >= UNTIL_ANSWER.toMillis() ? 'yes' : 'no',
    },
    because: row.because && !/^handover:/.test(row.because) ? { key: reason, id: id ?? '' } : null,
  }
}
