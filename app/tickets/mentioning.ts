import { nowMs } from '#support/clock'
import type { Cause } from '#support/actor'
import { fold } from '#search/folding'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import { follow } from '#tickets/following'
import type Ticket from '#tickets/ticket'

/** Whom a name after @ can mean. */
export interface Nameable {
  readonly id: number
  readonly name: string
  readonly email?: string
}

/** A team's name means its members. */
export interface NameableTeam extends Nameable {
  readonly memberIds: readonly number[]
}

/**
 * Whom a text names by `@Jana Malá`, `@jana`, `@jana.mala` or a team's name; folded, so that `@jana mala` is she too.
 * The longest name that fits wins; a first name counts if one colleague alone has it.
 */
export function namedIn(text: string, agents: readonly Nameable[], teams: readonly NameableTeam[] = []): number[] {
  const names = namesOf(agents, teams)
  const folded = fold(text)
  const found = new Set<number>()
  for (let at = folded.indexOf('@'); at !== -1; at = folded.indexOf('@', at + 1)) {
    // An address has letters before its @; a mention has none.
    if (at > 0 && /[\p{L}\p{N}._-]/u.test(folded[at - 1]!)) continue
    const rest = folded.slice(at + 1)
    const hit = names.find(({ name }) => rest.startsWith(name) && !/^[\p{L}\p{N}_-]/u.test(rest.slice(name.length)))
    for (const id of hit?.ids ?? []) found.add(id)
  }
  return [...found]
}

function namesOf(agents: readonly Nameable[], teams: readonly NameableTeam[]): { name: string; ids: readonly number[] }[] {
  const ways = new Map<string, Set<number>>()
  const add = (name: string, ids: readonly number[]) => {
    const key = fold(name.trim())
    if (key === '') return
    const known = ways.get(key) ?? new Set<number>()
    for (const id of ids) known.add(id)
    ways.set(key, known)
  }
  for (const { id, name, email } of agents) {
    const words = name.trim().split(/\s+/)
    for (const way of new Set([name, words[0]!, words.join('.'), email?.split('@')[0] ?? ''])) add(way, [id])
  }
  // A name that several have names nobody; a team's stands for all of them.
  const clear = [...ways].filter(([, ids]) => ids.size === 1).map(([name, ids]) => ({ name, ids: [...ids] }))
  return [...clear, ...teams.map(({ name, memberIds }) => ({ name: fold(name.trim()), ids: memberIds }))].sort((a, b) => b.name.length - a.name.length)
}

/**
 * Keeps whom a note names, in the open transaction: each of them finds the ticket under Mentions, follows it from
 * then on, and is told by an event. Written again after a change, it tells of the new ones only. Naming oneself
 * does nothing.
 *
 * @param chosen - named by a tick beside the note, for those who write without JavaScript
 */
export async function keepMentions(ticket: Ticket, note: { readonly id: number; readonly text: string }, chosen: readonly number[], cause: Cause) {
  const trx = openTransaction()
  const before = (await trx.from('mentions').where('note_id', note.id).select('agent_id')).map((row) => row.agent_id as number)
  if (!note.text.includes('@') && chosen.length === 0 && before.length === 0) return

  const agents: Nameable[] = await trx.from('agents').whereNull('deactivated_at').select('id', 'name', 'email')
  const members = await trx.from('teams').join('team_members', 'team_members.team_id', 'teams.id').select('teams.id', 'teams.name', 'team_members.agent_id')
  const teams = [...new Set(members.map(({ id }) => id))].map((id) => ({ id, name: members.find((row) => row.id === id)!.name, memberIds: members.filter((row) => row.id === id).map((row) => row.agent_id) }))
  const active = new Set(agents.map(({ id }) => id))
  const self = cause.by?.kind === 'agent' ? cause.by.id : null
  const named = [...new Set([...namedIn(note.text, agents, teams), ...chosen])].filter((id) => active.has(id) && id !== self)

  const gone = before.filter((id) => !named.includes(id) && chosen.length === 0)
  if (gone.length > 0) await trx.from('mentions').where('note_id', note.id).whereIn('agent_id', gone).delete()
  for (const agentId of named.filter((id) => !before.includes(id))) {
    await trx.knexQuery().table('mentions').insert({ note_id: note.id, agent_id: agentId, ticket_id: ticket.id, created_at: nowMs() }).onConflict(['note_id', 'agent_id']).ignore()
    await follow(ticket, agentId, cause)
    await ticket.tell('note:mentioned', { noteId: note.id, agentId }, cause)
  }
  afterCommit(() => poke(['list']))
}

/** Somebody stands in for whoever was named: they find it under Mentions and are told, and follow nothing. */
export async function forwardMention(ticket: Ticket, noteId: number, agentId: number, cause: Cause) {
  const row = { note_id: noteId, agent_id: agentId, ticket_id: ticket.id, created_at: nowMs() }
  const made = await openTransaction().knexQuery().table('mentions').insert(row).onConflict(['note_id', 'agent_id']).ignore().returning('agent_id')
  if (made.length === 0) return
  await ticket.tell('note:mentioned', { noteId, agentId }, cause)
  afterCommit(() => poke(['list']))
}

/** A note that is gone names nobody. */
export async function forgetMentions(noteId: number) {
  await openTransaction().from('mentions').where('note_id', noteId).delete()
}
