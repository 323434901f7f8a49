import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { transaction } from '#support/transaction'
import { parentOf } from '#tickets/side_thread'
import type { Keeping } from './base.js'

type Superclass = ReturnType<typeof Keeping>

/** The end of a ticket and its return: resolved (the agent's everyday end), closed (final), open again. */
export const Resolvable = <T extends Superclass>(superclass: T) => {
  class ResolvableTicket extends superclass {
    get isResolved() {
      return this.status === 'resolved'
    }

    get isClosed() {
      return this.status === 'closed'
    }

    /** Nobody has to act any more. */
    get isFinished() {
      return ['resolved', 'closed', 'spam'].includes(this.status)
    }

    /** Ends the ticket; the customer's answer opens it again. Resolving a resolved one does nothing. */
    async resolve(cause: Cause) {
      if (this.status === 'resolved') return
      this.mustBeWhole()
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'resolved'
        this.resolvedAt = now()
        this.snoozeNote = null
        this.remindAt = null
        this.waitingSinceAt = null
        await this.keep()
        await this.tell('ticket:resolved', {}, cause)
      })
    }

    /** Ends the ticket for good. Closing a closed one does nothing. */
    async close(cause: Cause) {
      if (this.status === 'closed') return
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'closed'
        this.closedAt = now()
        this.snoozeNote = null
        this.resolvedAt ??= now()
        this.remindAt = null
        this.waitingSinceAt = null
        await this.keep()
        await this.tell('ticket:closed', {}, cause)
      })
    }

    /** Brings it back to us, from whichever status; a side conversation, by its ticket. Reopening an open one does nothing. */
    async reopen(cause: Cause): Promise<void> {
      if (this.status === 'open' || this.status === 'new') return
      if (this.sideOfId) return (await parentOf(this)).reopen(cause)
      this.mustBeWhole()
      await transaction(async () => {
        const from = this.status
        const finished = this.isFinished
        this.leaveStatus()
        this.status = 'open'
        this.waitingSinceAt ??= now()
        await this.keep()
        if (finished) await this.tell('ticket:reopened', {}, cause)
        else await this.tell('ticket:opened_again', { from }, cause)
      })
    }

    /** Junk: kept, searchable and revocable, and out of every list but its own. */
    async markSpam(cause: Cause) {
      if (this.status === 'spam') return
      this.mustBeWhole()
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'spam'
        this.remindAt = null
        this.waitingSinceAt = null
        await this.keep()
        await this.tell('ticket:marked_spam', {}, cause)
      })
    }

    /** Not junk after all: back to us. */
    async unmarkSpam(cause: Cause) {
      if (this.status !== 'spam') return
      await transaction(async () => {
        this.status = 'open'
        this.waitingSinceAt = this.lastCustomerMessageAt ?? now()
        await this.keep()
        await this.tell('ticket:unmarked_spam', {}, cause)
      })
    }

    /** Two machines answered each other (channels/inbound/steps/stop_loops.ts): nothing automatic leaves for it from now on. */
    async stopAutomation(cause: Cause) {
      if (this.automationStoppedAt) return
      await transaction(async () => {
        this.automationStoppedAt = now()
        await this.keep()
        await this.tell('ticket:automation_stopped', {}, cause)
      })
    }

    /** Somebody has looked: it was no loop, or it is over. */
    async resumeAutomation(cause: Cause) {
      if (!this.automationStoppedAt) return
      await transaction(async () => {
        this.automationStoppedAt = null
        await this.keep()
        await this.tell('ticket:automation_resumed', {}, cause)
      })
    }

    /** Clears what belongs to the status that is left. */
    leaveStatus() {
      this.pendingOn = null
      this.snoozedUntil = null
      this.resolvedAt = null
      this.closedAt = null
    }
  }

  return ResolvableTicket
}
