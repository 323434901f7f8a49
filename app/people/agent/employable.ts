import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { openTransaction, transaction } from '#support/transaction'
import { revokeEverything } from '../leaving.js'
import { revokeTokens } from '../api_token.js'
import { endSessions } from '../session_store.js'
import type { Role } from '../roles.js'
import type { AgentClass } from './base.js'

export interface Profile {
  name?: string
  email?: string
  role?: Role
  language?: string
  timeZone?: string | null
  theme?: string
  keyboard?: number
  /** JSON of the keys that differ (people/keymap.ts); null: none. */
  keymap?: string | null
  signature?: string | null
  restricted?: number
}

/** What an agent is to the desk: their role and particulars, leaving and coming back. */
export const Employable = <T extends AgentClass>(superclass: T) => {
  class EmployableAgent extends superclass {
    /**
     * Changes what is given and differs.
     *
     * @throws DomainError when it would leave the desk without an admin, or the address is taken.
     */
    async change(values: Profile, cause: Cause) {
      await transaction(async (trx) => {
        const leavesOffice = this.role === 'admin' && values.role !== undefined && values.role !== 'admin'
        Object.assign(this, defined(values))
        const fields = Object.keys(this.$dirty)
        if (fields.length === 0) return
        if (leavesOffice) await mustLeaveAnAdmin(this.id)
        if (fields.includes('email')) await mustBeFree(this.email, this.id)
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await record('agent:changed', { agentId: this.id, fields }, cause)
      })
    }

    /** Makes the agent a member of these teams and no others. */
    async joinTeams(teamIds: readonly number[], cause: Cause) {
      await transaction(async (trx) => {
        const before = (await trx.from('team_members').where('agent_id', this.id).select('team_id')).map((row) => row.team_id as number)
        const wanted = [...new Set(teamIds)]
        const gone = before.filter((id) => !wanted.includes(id))
        const added = wanted.filter((id) => !before.includes(id))
        if (gone.length > 0) await trx.from('team_members').where('agent_id', this.id).whereIn('team_id', gone).delete()
        if (added.length > 0) await trx.table('team_members').multiInsert(added.map((id) => ({ team_id: id, agent_id: this.id })))
        for (const teamId of [...gone, ...added]) await record('team:changed', { teamId, fields: ['members'] }, cause)
      })
    }

    /**
     * The agent has left: signed out everywhere, tokens void, tickets and history stay under the name.
     *
     * @param options.forGood - the password is void too, and with it the role and teams: whoever comes back begins anew.
     * @throws DomainError for the last admin.
     */
    async deactivate(cause: Cause, { forGood = false } = {}) {
      if (this.deactivatedAt) return
      await transaction(async (trx) => {
        await mustLeaveAnAdmin(this.id)
        this.deactivatedAt = now()
        this.sessionEpoch += 1
        this.inviteHash = null
        this.inviteExpiresAt = null
        if (forGood) this.password = null
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await endSessions(this.id)
        await revokeTokens(this.id)
        await revokeEverything(this.id)
        if (forGood) await this.joinTeams([], cause)
        await record('agent:deactivated', { agentId: this.id }, cause)
      })
    }

    /**
     * The agent is back, with the old password; tokens have to be made anew. After a leaving for good there is
     * no password: they read only, in no team, until an admin says otherwise and passes a link on.
     */
    async reactivate(cause: Cause) {
      if (!this.deactivatedAt) return
      await transaction(async (trx) => {
        this.deactivatedAt = null
        if (!this.password) this.role = 'viewer'
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await record('agent:reactivated', { agentId: this.id }, cause)
      })
    }
  }

  return EmployableAgent
}

/** Only what is given: an absent field stays as it is. */
function defined(values: Profile) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

async function mustLeaveAnAdmin(agentId: number) {
  const other = await openTransaction()
    .from('agents')
    .where('role', 'admin')
    .whereNull('deactivated_at')
    .whereNotNull('password')
    .whereNot('id', agentId)
    .select('id')
    .first()
  const { role } = await openTransaction().from('agents').where('id', agentId).select('role').firstOrFail()
  if (role === 'admin' && !other) throw new DomainError('people.errors.last_admin', 409)
}

async function mustBeFree(email: string, agentId: number) {
  const taken = await openTransaction().from('agents').where('email', email).whereNot('id', agentId).select('id').first()
  if (taken) throw new DomainError('people.errors.email_taken', 409)
}
