import type { Share } from '#routing/offboarding/heirs'
import type { Inventory } from '#routing/offboarding/inventory'
import type Offboarding from '#routing/offboarding/offboarding'
import { id, idOf, integer, iso, listOf, mapOf, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { namedAgent } from './ticket.js'

const heir = text('agent-<id>, team-<id>, or `team`: the team of the ticket or its inbox')
const share = object({ inbox_id: id, count: integer, to: object({ kind: oneOf('agent', 'team', 'nobody'), id: nullable(id) }) })
const counted = ['tickets', 'finished', 'covered', 'asked', 'asking', 'tasks', 'views', 'drafts', 'scheduled', 'absences', 'deputies', 'sessions', 'tokens'] as const

export const offboardingSchema = name(
  'Offboarding',
  object({
    agent: namedAgent,
    state: oneOf('none', 'planned', 'revoked', 'done', 'failed'),
    at: nullable(time),
    revoked_at: nullable(time),
    finished_at: nullable(time),
    undone_at: nullable(time),
    may_be_undone: yesNo,
    requested_by_id: nullable(id),
    heirs: object({ everything: heir, inboxes: mapOf(heir), supervisor_id: nullable(id), members: mapOf(id), farewell: nullable(object({ days: integer, text: nullable(text('with {name}, {number}, {leaver} and {heir}')) })) }),
    inventory: object({
      ...Object.fromEntries(counted.map((key) => [key, integer])),
      inboxes: listOf(object({ id, name: text(), count: integer })),
      personal_inboxes: listOf(namedAgent),
      teams: listOf(object({ id, name: text(), leads: yesNo, alone: yesNo })),
      connections: listOf(object({ kind: oneOf('inbox', 'plugin'), name: text() })),
    }),
    preview: listOf(share),
    report: nullable(object({ moved: listOf(share), total: integer, questions: integer, tasks: integer, views: integer })),
  })
)

/** Where the leaving of an agent stands, with what they hold and what would go where. */
export function offboardingJson(agent: { id: number; name: string }, offboarding: Offboarding | null, inventory: Inventory, shares: readonly Share[], heirs: Offboarding['chosenHeirs']) {
  const report = offboarding?.reportMade ?? null
  return {
    agent: { id: idOf(agent.id), name: agent.name },
    state: offboarding?.state ?? 'none',
    at: iso(offboarding?.dueAt.toMillis()),
    revoked_at: iso(offboarding?.revokedAt?.toMillis()),
    finished_at: iso(offboarding?.finishedAt?.toMillis()),
    undone_at: iso(offboarding?.undoneAt?.toMillis()),
    may_be_undone: offboarding?.mayBeUndone ?? false,
    requested_by_id: idOf(offboarding?.requestedById),
    heirs: { everything: heirs.everything, inboxes: heirs.inboxes, supervisor_id: idOf(heirs.supervisorId), members: Object.fromEntries(Object.entries(heirs.members).map(([team, agentId]) => [team, idOf(agentId)])), farewell: heirs.farewell ?? null },
    inventory: {
      ...Object.fromEntries(counted.map((key) => [key, inventory[key]])),
      inboxes: inventory.inboxes.map((inbox) => ({ id: idOf(inbox.id), name: inbox.name, count: inbox.count })),
      personal_inboxes: inventory.personalInboxes.map((inbox) => ({ id: idOf(inbox.id), name: inbox.name })),
      teams: inventory.teams.map((team) => ({ ...team, id: idOf(team.id) })),
      connections: inventory.connections,
    },
    preview: shares.map(shareJson),
    report: report && { moved: report.moved.map(shareJson), total: report.total, questions: report.questions, tasks: report.tasks, views: report.views },
  }
}

function shareJson({ inboxId, count, to }: Share) {
  return { inbox_id: idOf(inboxId), count, to: { kind: to.kind, id: idOf(to.id) } }
}
