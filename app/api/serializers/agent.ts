import { reading } from '#support/transaction'
import { DISTRIBUTIONS, ESCALATIONS, MATCHINGS, readWork } from '#people/work'
import { id, idOf, integer, iso, listOf, mapOf, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { namedAgent } from './ticket.js'

const week = { ...mapOf(listOf(listOf(text('HH:mm')))), description: 'spans by weekday (mon … sun): [["08:00", "16:30"]]; null: always, or the hours of the team' }
const agentWork = object({ hours: nullable(week), languages: listOf(text()), topics: listOf(text()), caps: { ...mapOf(integer), description: 'open tickets at most, by channel; `*` for all together' } })
const teamWork = object({
  distribution: oneOf(...DISTRIBUTIONS),
  sticky: yesNo,
  matching: oneOf(...MATCHINGS),
  most_open: nullable(integer),
  most_at_once: nullable(integer),
  only_present: yesNo,
  hours: nullable(week),
  time_zone: nullable(text()),
  escalation: oneOf(...ESCALATIONS),
})

export const ROLES = ['admin', 'supervisor', 'agent', 'viewer'] as const

export const agentSchema = name(
  'Agent',
  object({
    id,
    name: text(),
    email: text(),
    role: oneOf(...ROLES),
    language: text(),
    time_zone: nullable(text()),
    restricted: { ...yesNo, description: "limited to their teams' inboxes" },
    availability: text(),
    teams: listOf(namedAgent),
    work: agentWork,
    signature: nullable(text()),
    last_seen_at: nullable(time),
    deactivated_at: nullable(time),
    created_at: time,
    updated_at: time,
  })
)

export const teamSchema = name('Team', object({ id, name: text(), supervisor: nullable(namedAgent), members: listOf(namedAgent), inboxes: listOf(namedAgent), work: teamWork, created_at: time, updated_at: time }))

type Row = Record<string, any>
const named = (row: Row) => ({ id: idOf(row.id as number), name: row.name as string })

/** Rows of `agents` as the API tells them; never a password, invite or session. */
export async function agentsJson(rows: readonly Row[]) {
  const ids = rows.map((row) => row.id as number)
  const teams: Row[] = await reading()
    .from('team_members')
    .join('teams', 'teams.id', 'team_members.team_id')
    .whereIn('team_members.agent_id', ids)
    .orderBy('teams.name')
    .select('team_members.agent_id', 'teams.id', 'teams.name')
  const work = await readWork(ids)
  return rows.map((row) => ({
    id: idOf(row.id as number),
    name: row.name,
    email: row.email,
    role: row.role,
    language: row.language,
    time_zone: row.time_zone,
    restricted: Boolean(row.restricted),
    availability: row.availability,
    teams: teams.filter((team) => team.agent_id === row.id).map(named),
    work: work.get(row.id as number)!,
    signature: row.signature,
    last_seen_at: iso(row.last_seen_at),
    deactivated_at: iso(row.deactivated_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }))
}

export async function teamsJson(rows: readonly Row[]) {
  const ids = rows.map((row) => row.id as number)
  const db = reading()
  const members: Row[] = await db
    .from('team_members')
    .join('agents', 'agents.id', 'team_members.agent_id')
    .whereIn('team_members.team_id', ids)
    .orderBy('agents.name')
    .select('team_members.team_id', 'agents.id', 'agents.name')
  const inboxes: Row[] = await db
    .from('team_inboxes')
    .join('inboxes', 'inboxes.id', 'team_inboxes.inbox_id')
    .whereIn('team_inboxes.team_id', ids)
    .whereNull('inboxes.deleted_at')
    .orderBy('inboxes.name')
    .select('team_inboxes.team_id', 'inboxes.id', 'inboxes.name')
  const supervisors: Row[] = await db.from('agents').whereIn('id', rows.map((row) => row.supervisor_id).filter(Boolean)).select('id', 'name')
  return rows.map((row) => {
    const supervisor = supervisors.find((agent) => agent.id === row.supervisor_id)
    return {
      id: idOf(row.id as number),
      name: row.name,
      supervisor: supervisor ? named(supervisor) : null,
      members: members.filter((agent) => agent.team_id === row.id).map(named),
      inboxes: inboxes.filter((inbox) => inbox.team_id === row.id).map(named),
      work: {
        distribution: row.distribution,
        sticky: row.sticky === 1,
        matching: row.matching,
        most_open: row.most_open,
        most_at_once: row.most_at_once,
        only_present: row.only_present === 1,
        hours: row.hours ? JSON.parse(row.hours) : null,
        time_zone: row.time_zone,
        escalation: row.escalation,
      },
      created_at: iso(row.created_at),
      updated_at: iso(row.updated_at),
    }
  })
}
