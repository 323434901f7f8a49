import type { DateTime } from 'luxon'
import { OffboardingSchema } from '#database/schema'
import Agent from '#people/agent'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { enqueue } from '#support/jobs'
import { reading, transaction } from '#support/transaction'
import { mustBeSound, type Heirs, type Share } from './heirs.js'
import { takeInventory, type Inventory } from './inventory.js'
import { loseRights } from './rights.js'

/** How long the reassignment can be undone; the loss of access never can. */
export const UNDO_HOURS = 24

/** What went where, for the page that is printed and for the audit. */
export interface Report {
  readonly moved: readonly Share[]
  readonly total: number
  readonly questions: number
  readonly tasks: number
  readonly views: number
  readonly teams: readonly { readonly name: string; readonly newSupervisorId: number | null; readonly newMemberId: number | null }[]
  readonly inboxes: readonly { readonly name: string; readonly teamId: number | null; readonly farewell?: { readonly untilAt: number; readonly heirId: number | null; readonly told: boolean } }[]
}

/**
 * An employee leaves: planned to the last hour, or now. Access goes first and at once; then everything they
 * held goes to their heirs, in batches, by the system. Rows never change their name: history reads as before.
 */
export default class Offboarding extends OffboardingSchema {
  get chosenHeirs(): Heirs {
    return JSON.parse(this.heirs)
  }

  get inventoryTaken(): Inventory | null {
    return this.inventory ? JSON.parse(this.inventory) : null
  }

  get reportMade(): Report | null {
    return this.report ? JSON.parse(this.report) : null
  }

  get mayBeUndone() {
    return this.state === 'done' && this.undoneAt === null && this.finishedAt !== null && now() < this.finishedAt.plus({ hours: UNDO_HOURS })
  }

  /** Changes when and to whom, as long as it has not begun. */
  async change({ dueAt, heirs }: { dueAt: DateTime; heirs: Heirs }, cause: Cause) {
    await mustBeSound(heirs, this.agentId)
    await transaction(async (trx) => {
      const changed = await trx.from('offboardings').where({ id: this.id, state: 'planned' }).update({ due_at: dueAt.toMillis(), heirs: JSON.stringify(heirs) })
      if (Number(changed) !== 1) throw new DomainError('routing.errors.leaving_began', 409)
      await record('agent:offboarding_planned', { agentId: this.agentId, offboardingId: this.id, until: dueAt.toMillis() }, cause)
    })
  }

  /** Calls a planned one off: nothing has happened. */
  async cancel(cause: Cause) {
    await transaction(async (trx) => {
      const changed = await trx.from('offboardings').where({ id: this.id, state: 'planned' }).update({ state: 'cancelled', cancelled_at: nowMs() })
      if (Number(changed) !== 1) throw new DomainError('routing.errors.leaving_began', 409)
      await record('agent:offboarding_cancelled', { agentId: this.agentId, offboardingId: this.id }, cause)
    })
  }

  /**
   * Takes the access away, in one transaction: sessions, tokens, password, teams, and whatever other domains
   * registered (people/leaving.ts). What they held is passed on by a job that this leaves behind.
   *
   * @throws DomainError for the last admin.
   */
  async begin(cause: Cause) {
    const because = `offboarding:${this.id}`
    await transaction(async (trx) => {
      const taken = await trx.from('offboardings').where({ id: this.id, state: 'planned' }).update({ state: 'revoked', revoked_at: nowMs() })
      if (Number(taken) !== 1) return
      const inventory = await takeInventory(this.agentId)
      await trx.from('offboardings').where('id', this.id).update({ inventory: JSON.stringify(inventory) })
      await loseRights(this.agentId, this.chosenHeirs, inventory, { ...cause, because })
      await (await Agent.findOrFail(this.agentId, { client: trx })).deactivate({ ...cause, because }, { forGood: true })
      await enqueue('routing:reassign', { offboardingId: this.id }, { once: `reassign-${this.id}` })
    })
  }

  /** Chooses other heirs after the reassignment was undone, and passes everything on again. */
  async passOn(heirs: Heirs, _cause: Cause) {
    await mustBeSound(heirs, this.agentId)
    await transaction(async (trx) => {
      const again = await trx.from('offboardings').where({ id: this.id, state: 'done' }).whereNotNull('undone_at').update({ state: 'revoked', heirs: JSON.stringify(heirs), undone_at: null, finished_at: null })
      if (Number(again) !== 1) throw new DomainError('routing.errors.leaving_done', 409)
      await trx.from('offboarding_moves').where('offboarding_id', this.id).delete()
      await enqueue('routing:reassign', { offboardingId: this.id }, { once: `reassign-${this.id}-${nowMs()}` })
    })
  }
}

/**
 * Plans that an agent leaves; one whose time has come, or is now, begins at once.
 *
 * @throws DomainError for oneself, the last admin, somebody who leaves already, and heirs who cannot be.
 */
export async function planOffboarding(agentId: number, { dueAt, heirs }: { dueAt: DateTime; heirs: Heirs }, cause: Cause): Promise<Offboarding> {
  if (cause.by?.kind === 'agent' && cause.by.id === agentId) throw new DomainError('routing.errors.leaves_oneself', 409)
  await mustBeSound(heirs, agentId)
  const planned = await transaction(async (trx) => {
    const agent = await Agent.findOrFail(agentId, { client: trx })
    if (!agent.isActive) throw new DomainError('routing.errors.has_left', 409)
    await mustLeaveAnAdmin(agent)
    const [row] = await trx
      .knexQuery()
      .table('offboardings')
      .insert({ agent_id: agentId, state: 'planned', due_at: dueAt.toMillis(), heirs: JSON.stringify(heirs), requested_by_id: cause.by?.kind === 'agent' ? cause.by.id : null, created_at: nowMs() })
      .onConflict()
      .ignore()
      .returning('id')
    if (row === undefined) throw new DomainError('routing.errors.leaves_already', 409)
    const made = await Offboarding.findOrFail(typeof row === 'object' ? row.id : row, { client: trx })
    await record('agent:offboarding_planned', { agentId, offboardingId: made.id, until: dueAt.toMillis() }, cause)
    if (dueAt <= now()) await made.begin(cause)
    return made
  })
  return Offboarding.findOrFail(planned.id, { client: reading() })
}

/** Said when it is planned, not only when it is too late. */
async function mustLeaveAnAdmin(agent: Agent) {
  if (!agent.isAdmin) return
  const other = await reading().from('agents').where('role', 'admin').whereNull('deactivated_at').whereNotNull('password').whereNot('id', agent.id).select('id').first()
  if (!other) throw new DomainError('people.errors.last_admin', 409)
}

/** Begins what is due: the hour has come, or it came while the server was off. */
export async function beginDue() {
  const due = await Offboarding.query().where('state', 'planned').where('due_at', '<=', nowMs()).orderBy('due_at')
  for (const offboarding of due) {
    try {
      await offboarding.begin({ by: null, via: 'clock' })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      // The last admin by now: somebody has to decide anew.
      await transaction((trx) => trx.from('offboardings').where({ id: offboarding.id, state: 'planned' }).update({ state: 'failed', error: error.key }))
    }
  }
}
