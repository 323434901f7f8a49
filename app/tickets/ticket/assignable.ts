import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { transaction } from '#support/transaction'
import type { Acting } from '#tickets/acting'
import type { Describable } from './describable.js'

type Superclass = ReturnType<typeof Describable>

export interface Responsible {
  readonly ownerId?: number | null
  readonly teamId?: number | null
}

/** Who is accountable. Called by routing alone (architecture test): everybody else asks routing. */
export const Assignable = <T extends Superclass>(superclass: T) => {
  class AssignableTicket extends superclass {
    get isUnassigned() {
      return this.ownerId === null && this.teamId === null
    }

    /** Takes over what routing has written about who stands in (tickets/acting.ts). */
    standsIn({ actingId, actingTeamId, coverageId }: Acting) {
      this.actingId = actingId
      this.actingTeamId = actingTeamId
      this.coverageId = coverageId
      Object.assign(this.$original, { actingId, actingTeamId, coverageId })
    }

    /**
     * Sets owner and team as given; what is absent stays. Taking a new ticket opens it.
     *
     * @param intendedForId - whom it was meant for, where a substitute owns it instead
     */
    async assignTo({ ownerId = this.ownerId, teamId = this.teamId }: Responsible, cause: Cause, intendedForId?: number) {
      if (ownerId === this.ownerId && teamId === this.teamId) return
      this.mustBeWhole()
      await transaction(async () => {
        const owned = ownerId !== this.ownerId
        this.ownerId = ownerId
        this.teamId = teamId
        // An overlay belongs to the owner it covered.
        if (owned) {
          this.actingId = null
          this.actingTeamId = null
          this.coverageId = null
        }
        if (ownerId !== null && this.status === 'new') {
          this.status = 'open'
          this.waitingSinceAt ??= now()
        }
        await this.keep()
        await this.tell('ticket:assigned', { ownerId, teamId, ...(intendedForId && { intendedForId }) }, cause)
      })
    }
  }

  return AssignableTicket
}
