import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { defineJob } from '#support/jobs'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, reading, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import SavedView from '#tickets/saved_view'
import Task from '#tickets/task'
import { assign, mayOwn } from '../assignment.js'
import { settle } from '../coverage/coverage.js'
import Handover from '../handover/handover.js'
import { mustBeAbleToSee } from '../sight.js'
import { heirOf, unfinishedOf, type Heirs, type Share, type TicketHere } from './heirs.js'
import Offboarding, { type Report } from './offboarding.js'
import { endAbsences } from './rights.js'

/** Tickets in one transaction: pages come in between. */
const BATCH = 50

/**
 * Passes on what somebody held who has left, to the chosen heirs, by the system. A batch is one transaction
 * with a row for each ticket that moved; broken off anywhere, the next run goes on with what is still theirs.
 */
export async function reassign(offboarding: Offboarding) {
  if (offboarding.state !== 'revoked') return
  const cause: Cause = { by: null, because: `offboarding:${offboarding.id}`, via: 'clock' }
  await endAbsences(offboarding.agentId, cause)
  for (let more = true; more; ) more = await transaction(() => moveBatch(offboarding, cause))
  await finish(offboarding, cause)
}

async function moveBatch({ id, agentId, chosenHeirs: heirs }: Offboarding, cause: Cause): Promise<boolean> {
  const trx = openTransaction()
  const rows: (TicketHere & { id: number })[] = await unfinishedOf(agentId)
    .leftJoin('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .orderBy('tickets.id')
    .limit(BATCH)
    .select('tickets.id', 'tickets.inbox_id', 'tickets.team_id', 'inboxes.team_id as inbox_team_id')
  for (const row of rows) {
    const ticket = await Ticket.findOrFail(row.id, { client: trx })
    await give(ticket, row, heirs, cause)
    const move = { offboarding_id: id, ticket_id: row.id, from_team_id: row.team_id, to_owner_id: ticket.ownerId, to_team_id: ticket.teamId }
    await trx.knexQuery().table('offboarding_moves').insert(move).onConflict(['offboarding_id', 'ticket_id']).merge()
  }
  return rows.length === BATCH
}

/** An heir who has left meanwhile, or may not see the inbox, does not get it: it falls to the team. */
async function give(ticket: Ticket, row: TicketHere, heirs: Heirs, cause: Cause) {
  const heir = heirOf(row, heirs)
  if ('agentId' in heir) {
    try {
      await mustBeAbleToSee(heir.agentId, ticket)
      await assign(ticket, { ownerId: heir.agentId }, cause)
      return
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
  const teamId = 'teamId' in heir ? heir.teamId : (row.team_id ?? row.inbox_team_id)
  await assign(ticket, { ownerId: null, teamId }, cause, { inTurn: true })
}

/** Questions go to the first heir there is; then the report is made and the audit has it. */
async function finish(offboarding: Offboarding, cause: Cause) {
  await transaction(async (trx) => {
    const ended = await trx.from('offboardings').where({ id: offboarding.id, state: 'revoked' }).update({ state: 'done', finished_at: nowMs() })
    if (Number(ended) !== 1) return
    const passed = { questions: await passQuestions(offboarding, cause), tasks: await passTasks(offboarding, cause), views: await passViews(offboarding, cause) }
    const report = await makeReport(offboarding, passed)
    await trx.from('offboardings').where('id', offboarding.id).update({ report: JSON.stringify(report) })
    await record('agent:offboarded', { agentId: offboarding.agentId, offboardingId: offboarding.id, moved: report.total }, cause)
    afterCommit(() => poke(['people', 'list', 'handovers', `offboarding-${offboarding.id}`]))
  })
}

/** What they were asked and have not answered goes to the heir of everything, else back to who asked. */
async function passQuestions({ agentId, chosenHeirs: { everything } }: Offboarding, cause: Cause): Promise<number> {
  const trx = openTransaction()
  const [kind, id] = everything.split('-')
  const open = await Handover.query({ client: trx }).where({ to_kind: 'agent', to_id: agentId, moved: 0 }).whereIn('state', ['open', 'accepted'])
  for (const question of open) {
    if (id === undefined) await question.decline(null, cause)
    else await trx.from('handovers').where('id', question.id).update({ to_kind: kind, to_id: Number(id), state: 'open' })
  }
  return open.length
}

/** What they promised is done by who has the ticket now, else the heir of everything, else who saw to the leaving. */
async function passTasks(offboarding: Offboarding, cause: Cause): Promise<number> {
  const tasks = await Task.query({ client: openTransaction() }).where('owner_id', offboarding.agentId).whereNull('done_at')
  let count = 0
  for (const task of tasks) {
    const ticket = await openTransaction().from('tickets').where('id', task.ticketId).select('effective_agent_id').firstOrFail()
    const heirId = await firstAble([ticket.effective_agent_id, agentHeir(offboarding), offboarding.requestedById])
    if (heirId === null) continue
    await task.change({ ownerId: heirId }, cause)
    count++
  }
  return count
}

async function passViews(offboarding: Offboarding, cause: Cause): Promise<number> {
  const heirId = await firstAble([agentHeir(offboarding), offboarding.requestedById])
  return heirId === null ? 0 : SavedView.passOn(offboarding.agentId, heirId, cause)
}

function agentHeir({ chosenHeirs: { everything } }: Offboarding): number | null {
  return everything.startsWith('agent-') ? Number(everything.slice(6)) : null
}

async function firstAble(ids: readonly (number | null)[]): Promise<number | null> {
  for (const id of ids) if (id !== null && (await mayOwn(id))) return id
  return null
}

async function makeReport({ id, chosenHeirs: heirs, inventoryTaken }: Offboarding, passed: Pick<Report, 'questions' | 'tasks' | 'views'>): Promise<Report> {
  const rows = await openTransaction().from('offboarding_moves').join('tickets', 'tickets.id', 'offboarding_moves.ticket_id').where('offboarding_id', id).groupBy('tickets.inbox_id', 'to_owner_id', 'to_team_id').select('tickets.inbox_id', 'to_owner_id', 'to_team_id').count('* as total')
  const moved = new Map<string, Share>()
  for (const row of rows) {
    const to: Share['to'] = row.to_owner_id ? { kind: 'agent', id: row.to_owner_id } : row.to_team_id ? { kind: 'team', id: row.to_team_id } : { kind: 'nobody', id: null }
    const key = `${row.inbox_id} ${to.kind} ${to.id}`
    moved.set(key, { inboxId: row.inbox_id, to, count: (moved.get(key)?.count ?? 0) + Number(row.total) })
  }
  const shares = [...moved.values()].sort((a, b) => b.count - a.count)
  return {
    moved: shares,
    total: shares.reduce((all, { count }) => all + count, 0),
    ...passed,
    teams: (inventoryTaken?.teams ?? []).map((team) => ({ name: team.name, newSupervisorId: team.leads ? heirs.supervisorId : null, newMemberId: team.alone ? (heirs.members[String(team.id)] ?? null) : null })),
    inboxes: await personalAfter(inventoryTaken?.personalInboxes ?? []),
  }
}

/** How the leaver's own inboxes stand now: whose team's, and what they say and pass on for how long. */
async function personalAfter(inboxes: readonly { readonly id: number }[]): Promise<Report['inboxes']> {
  const rows = await openTransaction().from('inboxes').whereIn('id', inboxes.map(({ id }) => id)).orderBy('name').select('name', 'team_id', 'farewell_until_at', 'farewell_heir_id', 'farewell_text')
  return rows.map((row) => ({
    name: row.name,
    teamId: row.team_id,
    ...(Number(row.farewell_until_at ?? 0) > nowMs() && { farewell: { untilAt: Number(row.farewell_until_at), heirId: row.farewell_heir_id, told: Boolean(row.farewell_text) } }),
  }))
}

/**
 * Takes the reassignment back, within a day: what is still with its heir and unfinished is the leaver's again,
 * and the team stands in, as for anybody who has left. Access never comes back by this.
 *
 * @returns how many tickets went back
 * @throws DomainError when the day is over, or it was undone already.
 */
export async function undoReassignment(offboarding: Offboarding, cause: Cause): Promise<number> {
  if (!offboarding.mayBeUndone) throw new DomainError('routing.errors.no_undo', 409)
  const because = { ...cause, because: `offboarding:${offboarding.id}` }
  const taken = await transaction((trx) => trx.from('offboardings').where({ id: offboarding.id, state: 'done' }).whereNull('undone_at').update({ undone_at: nowMs() }))
  if (Number(taken) !== 1) throw new DomainError('routing.errors.no_undo', 409)

  let back = 0
  for (let last = 0; ; ) {
    const moves = await reading().from('offboarding_moves').where('offboarding_id', offboarding.id).whereNull('undone_at').where('ticket_id', '>', last).orderBy('ticket_id').limit(BATCH)
    if (moves.length === 0) break
    last = moves.at(-1).ticket_id
    back += await transaction(async () => {
      let count = 0
      for (const move of moves) if (await moveBack(offboarding, move, because)) count++
      return count
    })
  }
  await transaction(() => record('agent:offboarding_undone', { agentId: offboarding.agentId, offboardingId: offboarding.id, moved: back }, because))
  return back
}

async function moveBack({ id, agentId }: Offboarding, move: any, cause: Cause): Promise<boolean> {
  const trx = openTransaction()
  const ticket = await Ticket.findOrFail(move.ticket_id, { client: trx })
  // Somebody has decided otherwise since, or the matter is at its end: that stands.
  if (ticket.isFinished || ticket.ownerId !== move.to_owner_id || ticket.teamId !== move.to_team_id) return false
  await ticket.assignTo({ ownerId: agentId, teamId: move.from_team_id }, cause)
  await settle(ticket)
  await trx.from('offboarding_moves').where({ offboarding_id: id, ticket_id: ticket.id }).update({ undone_at: nowMs() })
  return true
}

defineJob('routing:reassign', async ({ offboardingId }) => {
  const offboarding = await Offboarding.find(offboardingId)
  if (offboarding) await reassign(offboarding)
})
