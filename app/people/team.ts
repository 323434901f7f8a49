import { TeamSchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { openTransaction, transaction } from '#support/transaction'
import type { TeamWork } from './work.js'

export interface TeamValues {
  readonly name: string
  readonly supervisorId?: number | null
  readonly memberIds?: readonly number[]
  readonly inboxIds?: readonly number[]
}

/** A set of agents, and the inboxes they look after. */
export default class Team extends TeamSchema {
  /** Changes name, supervisor, members and inboxes; only what is given. */
  async change({ name, supervisorId, memberIds, inboxIds }: Partial<TeamValues>, cause: Cause) {
    await transaction(async (trx) => {
      if (name !== undefined) this.name = name
      if (supervisorId !== undefined) this.supervisorId = supervisorId
      const fields = Object.keys(this.$dirty)
      if (fields.includes('name')) await mustBeFree(this.name, this.id)
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      if (memberIds && (await replace('team_members', this.id, 'agent_id', memberIds))) fields.push('members')
      if (inboxIds && (await replace('team_inboxes', this.id, 'inbox_id', inboxIds))) fields.push('inboxes')
      if (fields.length > 0) await record('team:changed', { teamId: this.id, fields }, cause)
    })
  }

  /** Changes how the team gives out tickets and when it works; only what is given. */
  async workAs({ sticky, onlyPresent, ...values }: Partial<TeamWork>, cause: Cause) {
    await transaction(async (trx) => {
      for (const [name, value] of Object.entries(values)) if (value !== undefined) Object.assign(this, { [name]: value })
      if (sticky !== undefined) this.sticky = sticky ? 1 : 0
      if (onlyPresent !== undefined) this.onlyPresent = onlyPresent ? 1 : 0
      const fields = Object.keys(this.$dirty)
      if (fields.length === 0) return
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      await record('team:changed', { teamId: this.id, fields }, cause)
    })
  }

  /** How it works now. */
  get work(): TeamWork {
    const { distribution, matching, mostOpen, mostAtOnce, hours, timeZone, escalation } = this
    return { distribution, matching, mostOpen, mostAtOnce, hours, timeZone, escalation, sticky: this.sticky === 1, onlyPresent: this.onlyPresent === 1 } as TeamWork
  }

  /** Dissolves the team. One that tickets or inboxes still name stays. */
  async dissolve(cause: Cause) {
    await transaction(async (trx) => {
      const open = await trx.from('tickets').where('team_id', this.id).orWhere('acting_team_id', this.id).select('id').first()
      const routed = await trx.from('inboxes').where('team_id', this.id).whereNull('deleted_at').select('name').first()
      if (open || routed) throw new DomainError('people.errors.team_in_use', 409)
      await trx.from('inboxes').where('team_id', this.id).update({ team_id: null })
      await record('team:changed', { teamId: this.id, fields: ['dissolved'] }, cause)
      await this.useTransaction(trx).delete()
    })
  }
}

/** Makes a team. @throws DomainError when the name is taken. */
export async function makeTeam({ name, ...values }: TeamValues, cause: Cause): Promise<Team> {
  return transaction(async (trx) => {
    await mustBeFree(name, 0)
    const team = await Team.create({ name, supervisorId: null, createdAt: now(), updatedAt: now() }, { client: trx })
    await record('team:changed', { teamId: team.id, fields: ['name'] }, cause)
    await team.change(values, cause)
    return team
  })
}

async function mustBeFree(name: string, id: number) {
  const taken = await openTransaction().from('teams').where('name', name).whereNot('id', id).select('id').first()
  if (taken) throw new DomainError('people.errors.team_taken', 409)
}

/** Makes the set of linked ids be `ids`; false: it was so already. */
async function replace(table: string, teamId: number, column: string, ids: readonly number[]) {
  const trx = openTransaction()
  const before = (await trx.from(table).where('team_id', teamId).select(column)).map((row) => row[column] as number)
  const wanted = new Set(ids)
  const gone = before.filter((id) => !wanted.has(id))
  const added = [...wanted].filter((id) => !before.includes(id))
  if (gone.length > 0) await trx.from(table).where('team_id', teamId).whereIn(column, gone).delete()
  if (added.length > 0) await trx.table(table).multiInsert(added.map((id) => ({ team_id: teamId, [column]: id })))
  return gone.length + added.length > 0
}
