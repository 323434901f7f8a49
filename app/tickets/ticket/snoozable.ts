import { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { storable } from '#support/storable'
import { transaction } from '#support/transaction'
import type { Resolvable } from './resolvable.js'

type Superclass = ReturnType<typeof Resolvable>

/** The moment of a snooze that only an answer ends: later than any, so that lists put it last and the clock never comes. */
export const UNTIL_ANSWER = DateTime.fromMillis(253_402_214_400_000, { zone: 'utc' })

/** Waiting: on the customer, on a third party, or until a moment. */
export const Snoozable = <T extends Superclass>(superclass: T) => {
  class SnoozableTicket extends superclass {
    /** It is not our turn: the customer or a third party must act. */
    async waitFor(on: 'customer' | 'third_party', cause: Cause) {
      if (this.status === 'pending' && this.pendingOn === on) return
      this.mustBeWhole()
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'pending'
        this.pendingOn = on
        this.waitingSinceAt = null
        await this.keep()
        await this.tell('ticket:waited', { on }, cause)
      })
    }

    /**
     * Out of sight until a moment, or until the customer writes; without a moment, until he writes alone.
     *
     * @param note - why, in the agent's words: shown while it sleeps and when it wakes.
     * @throws DomainError when the moment is not in the future.
     */
    async snooze(moment: DateTime | null, cause: Cause, note: string | null = null) {
      this.mustBeWhole()
      const until = moment ?? UNTIL_ANSWER
      if (until <= now()) throw new DomainError('tickets.errors.snooze_past', 422)
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'snoozed'
        this.snoozedUntil = until
        this.snoozeNote = note === null || note.trim() === '' ? null : storable(note).trim().slice(0, 200)
        this.waitingSinceAt = null
        await this.keep()
        await this.tell('ticket:snoozed', { until: until.toMillis() }, cause)
      })
    }

    /**
     * Waits for the customer, and comes back to whoever works on it if there is no answer by then.
     * An answer, or the end of the ticket, takes the reminder away.
     *
     * @throws DomainError when the moment is not in the future
     */
    async remindUnlessAnswered(at: DateTime, cause: Cause) {
      this.mustBeWhole()
      if (at <= now()) throw new DomainError('tickets.errors.snooze_past', 422)
      await transaction(async () => {
        if (this.status === 'new' || this.status === 'open') await this.waitFor('customer', cause)
        this.remindAt = at
        await this.keep()
        await this.tell('ticket:reminder_set', { until: at.toMillis() }, cause)
      })
    }

    /** No reminder any more. */
    async forgetReminder(cause: Cause) {
      if (!this.remindAt) return
      await transaction(async () => {
        this.remindAt = null
        await this.keep()
        await this.tell('ticket:reminder_dropped', {}, cause)
      })
    }

    /** Nobody has answered in time: it is our turn again. */
    async remind(cause: Cause) {
      if (!this.remindAt) return
      await transaction(async () => {
        this.remindAt = null
        if (!this.isFinished && this.status !== 'new' && this.status !== 'open') {
          this.leaveStatus()
          this.status = 'open'
          this.waitingSinceAt = now()
        }
        await this.keep()
        await this.tell('ticket:reminded', {}, cause)
      })
    }

    /** Back from its snooze: by the clock, or by hand. */
    async wake(cause: Cause) {
      if (this.status !== 'snoozed') return
      await transaction(async () => {
        this.leaveStatus()
        this.status = 'open'
        this.waitingSinceAt = now()
        await this.keep()
        await this.tell('ticket:woken', {}, cause)
      })
    }
  }

  return SnoozableTicket
}
