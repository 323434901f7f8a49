import Absence from '#routing/absence/absence'
import { cancelAbsence, endAbsence } from '#routing/absence/planning'
import Team from '#people/team'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { openTransaction } from '#support/transaction'
import type { Heirs } from './heirs.js'
import type { Inventory } from './inventory.js'

/** What ends or changes hands with somebody's access, in the same transaction: teams, deputies, personal inboxes, absences. */
export async function loseRights(agentId: number, heirs: Heirs, inventory: Inventory, cause: Cause) {
  const trx = openTransaction()
  for (const { id, leads, alone } of inventory.teams) {
    const team = await Team.findOrFail(id, { client: trx })
    if (leads) await team.change({ supervisorId: heirs.supervisorId }, cause)
    const successor = alone ? heirs.members[String(id)] : undefined
    if (successor !== undefined) await team.change({ memberIds: [agentId, successor] }, cause)
  }

  // The address goes on receiving; it is everybody's now, and no longer only theirs.
  for (const inbox of inventory.personalInboxes) {
    const heir = heirs.inboxes[String(inbox.id)] ?? heirs.everything
    const teamId = /^team-/.test(heir) ? Number(heir.slice(5)) : inbox.teamId
    const farewell = heirs.farewell && {
      farewell_of_id: agentId,
      farewell_heir_id: /^agent-/.test(heir) ? Number(heir.slice(6)) : null,
      farewell_text: heirs.farewell.text,
      farewell_from_at: nowMs(),
      farewell_until_at: nowMs() + heirs.farewell.days * 86_400_000,
    }
    await trx.from('inboxes').where('id', inbox.id).update({ agent_id: null, team_id: teamId, ...farewell })
    await record('inbox:changed', { inboxId: inbox.id, fields: ['personal', ...(farewell ? ['farewell'] : [])] }, cause, { inboxId: inbox.id })
  }

  const standing = await trx.from('deputies').whereNull('revoked_at').where((either) => either.where('principal_id', agentId).orWhere('deputy_id', agentId)).select('id', 'principal_id', 'deputy_id')
  for (const { id, principal_id: principalId, deputy_id: deputyId } of standing) {
    await trx.from('deputies').where('id', id).update({ revoked_at: nowMs() })
    await record('deputy:ended', { principalId, deputyId }, cause)
  }
}

/** Absences end with the leaving (52); called outside of any transaction, for they look at every ticket. */
export async function endAbsences(agentId: number, cause: Cause) {
  for (const absence of await Absence.query().where('agent_id', agentId).whereIn('state', ['planned', 'active'])) {
    if (absence.isRunning || absence.state === 'active') await endAbsence(absence, cause, 'offboarded')
    else await cancelAbsence(absence, cause)
  }
}
