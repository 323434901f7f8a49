import hash from '@adonisjs/core/services/hash'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { endSessions } from '../session_store.js'
import type { AgentClass } from './base.js'

/** How an agent proves who they are: password, sessions. */
export const SigningIn = <T extends AgentClass>(superclass: T) => {
  class SigningInAgent extends superclass {
    /** Whether this is the password; takes the same time for an agent who has none yet. */
    async knows(password: string): Promise<boolean> {
      const matches = await hash.verify(this.password ?? (await nobodysPassword()), password)
      return matches && Boolean(this.password)
    }

    /**
     * Sets a new password. Every session ends: whoever knew the old one is out.
     *
     * @param password - in clear; hashed by scrypt here.
     */
    async changePassword(password: string, cause: Cause) {
      const hashed = await hash.make(password)
      await transaction(async (trx) => {
        this.password = hashed
        this.inviteHash = null
        this.inviteExpiresAt = null
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await record('agent:changed', { agentId: this.id, fields: ['password'] }, cause)
        await this.#leaveEverywhere()
      })
    }

    /** Ends every session of this agent, on every computer, from the next request on. */
    async signOutEverywhere(cause: Cause) {
      await transaction(async () => {
        await this.#leaveEverywhere()
        await record('agent:signed_out', { agentId: this.id, everywhere: true }, cause)
      })
    }

    /** A session names the epoch it was begun in; raising it makes all of them void, wherever they are kept. */
    async #leaveEverywhere() {
      await transaction(async (trx) => {
        await trx.from('agents').where('id', this.id).update({ session_epoch: trx.raw('session_epoch + 1') })
        this.sessionEpoch += 1
        this.$hydrateOriginals()
        await endSessions(this.id)
      })
    }
  }

  return SigningInAgent
}

let nobody: string | null = null

/** A hash that no password has, so that an unknown address costs as long as a wrong password. */
export async function nobodysPassword() {
  nobody ??= await hash.make(`${Math.random()}${Math.random()}`)
  return nobody
}
