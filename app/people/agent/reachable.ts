import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'
import type { AgentClass } from './base.js'

export type Availability = 'available' | 'away'

/** Whether an agent is there for new work just now. */
export const Reachable = <T extends AgentClass>(superclass: T) => {
  class ReachableAgent extends superclass {
    get isAvailable() {
      return this.availability === 'available'
    }

    /** Says that the agent is there, or not; the same again does nothing. */
    async becomes(availability: Availability, cause: Cause) {
      if (this.availability === availability) return
      await transaction(async (trx) => {
        this.availability = availability
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await record('agent:presence_changed', { agentId: this.id, to: availability }, cause)
        afterCommit(() => poke(['people']))
      })
    }
  }

  return ReachableAgent
}
