import hash from '@adonisjs/core/services/hash'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { digest, makeSecret } from '../secrets.js'
import type { AgentClass } from './base.js'

/** How long a link to come in works. */
export const INVITE_DAYS = 7

/** How an agent comes in: by a link that an admin passes on. No mail server is needed for it. */
export const Invitable = <T extends AgentClass>(superclass: T) => {
  class InvitableAgent extends superclass {
    /**
     * Makes the link with which this person sets a name and a password: the first time, or again when
     * the password was forgotten. An earlier link stops working.
     *
     * @returns the secret of the link; only its digest is kept.
     */
    async invite(cause: Cause): Promise<string> {
      if (this.deactivatedAt) throw new DomainError('people.errors.deactivated', 409)
      const secret = makeSecret()
      await transaction(async (trx) => {
        this.inviteHash = digest(secret)
        this.inviteExpiresAt = now().plus({ days: INVITE_DAYS })
        this.updatedAt = now()
        await this.useTransaction(trx).save()
        await record('agent:invited', { agentId: this.id, role: this.role }, cause)
      })
      return secret
    }

    /** Takes the link back. Somebody who never came is removed; others keep the password they have. */
    async revokeInvite(cause: Cause) {
      await transaction(async (trx) => {
        await record('agent:changed', { agentId: this.id, fields: ['invite'] }, cause)
        if (!this.password) {
          await this.useTransaction(trx).delete()
          return
        }
        this.inviteHash = null
        this.inviteExpiresAt = null
        this.updatedAt = now()
        await this.useTransaction(trx).save()
      })
    }

    /** Comes in by the link: the name and the password are theirs, and the link is used up. */
    async accept({ name, password, language }: { name: string; password: string; language?: string }) {
      const hashed = await hash.make(password)
      await transaction(async (trx) => {
        // Of two who use the link at once, one comes in.
        const used = await trx.from('agents').where('id', this.id).where('invite_hash', this.inviteHash!).update({ invite_hash: null })
        if (Number(used) !== 1) throw new DomainError('people.errors.invite_used', 410)
        this.name = name
        this.password = hashed
        this.inviteHash = null
        this.inviteExpiresAt = null
        this.sessionEpoch += 1
        this.updatedAt = now()
        if (language) this.language = language
        await this.useTransaction(trx).save()
        await record('agent:joined', { agentId: this.id }, { by: { kind: 'agent', id: this.id } })
      })
    }

    get inviteIsOpen() {
      return Boolean(this.inviteHash && this.inviteExpiresAt && this.inviteExpiresAt > now())
    }
  }

  return InvitableAgent
}
