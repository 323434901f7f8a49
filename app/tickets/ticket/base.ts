import type { NormalizeConstructor } from '@adonisjs/core/types/helpers'
import type { LucidModel } from '@adonisjs/lucid/types/model'
import type { TicketSchema } from '#database/schema'
import type { AllEvents, EventName, TicketFacts } from '#support/events'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'

export type TicketClass = NormalizeConstructor<typeof TicketSchema>

/** Columns that two people may want to change at once: the second is told, never silently overrun. */
const GUARDED = ['status', 'ownerId', 'teamId', 'actingId', 'actingTeamId'] as const

/** How each verb keeps what it changed: one conditional update, the version, the event, the poke. */
export const Keeping = <T extends TicketClass>(superclass: T) => {
  class KeepingTicket extends superclass {
    /** Who is responsible now, as each event of this ticket remembers it. */
    get facts(): TicketFacts {
      return {
        id: this.id,
        customerId: this.customerId,
        inboxId: this.inboxId,
        channel: this.channel,
        ownerId: this.ownerId ?? null,
        actingId: this.actingId ?? null,
        actingTeamId: this.actingTeamId ?? null,
        teamId: this.teamId ?? null,
      }
    }

    /**
     * Writes the changed fields in the open transaction, if nobody changed the same ones since
     * this object was read; counts the version up in the database itself.
     *
     * @param raise - columns to count up by a number.
     * @throws TicketChanged
     */
    async keep(raise: Record<string, number> = {}) {
      const trx = openTransaction()
      const update = trx.from('tickets').where('id', this.id)
      this.updatedAt = now()
      // Worked out anew at each look.
      const dirty = this.$dirty
      for (const name of GUARDED) {
        if (!(name in dirty)) continue
        const before = this.$original[name] ?? null
        const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
        if (before === null) update.whereNull(column)
        else update.where(column, before)
      }

      const raised = Object.fromEntries(Object.entries({ version: 1, ...raise }).map(([column, by]) => [column, trx.raw(`${column} + ${Number(by)}`)]))
      const changed = await update.update({ ...this.#columnsOf(dirty), ...raised })
      if (Number(changed) !== 1) throw new TicketChanged(this.id)

      this.version += 1
      this.$hydrateOriginals()
      const names = [`ticket-${this.id}`, 'list']
      afterCommit(() => poke(names))
    }

    /** The changed fields by column, in the form the table holds. */
    #columnsOf(changed: Record<string, unknown>) {
      const model = this.constructor as LucidModel
      return Object.fromEntries(
        Object.entries(changed).map(([name, value]) => {
          const column = model.$getColumn(name)!
          return [column.columnName, column.prepare ? column.prepare(value, name, this) : value]
        })
      )
    }

    /** Records an event of this ticket, with who is responsible after it. */
    async tell<N extends EventName>(name: N, payload: Omit<AllEvents[N], 'ticketId'>, cause: Cause) {
      await record(name, { ticketId: this.id, ...payload } as unknown as AllEvents[N], { ...cause, onBehalfOfId: cause.onBehalfOfId ?? this.#standsInFor(cause) }, { ticket: this.facts })
    }

    /** The absent owner for whom this agent acts here; null when it is the agent's own work (B5). */
    #standsInFor({ by }: Cause): number | null {
      return by?.kind === 'agent' && this.actingId === by.id && this.ownerId !== by.id ? (this.ownerId ?? null) : null
    }

    /** A ticket that was merged away takes nothing more; a side conversation is open and closed with its ticket. */
    mustBeWhole() {
      if (this.mergedIntoId) throw new DomainError('tickets.errors.merged', 409, { number: this.mergedIntoId })
      if (this.sideOfId) throw new DomainError('together.errors.is_side', 409, { number: this.sideOfId })
    }
  }

  return KeepingTicket
}

/** Somebody changed the same thing meanwhile; nothing was written. */
export class TicketChanged extends DomainError {
  constructor(ticketId: number) {
    super('tickets.errors.changed', 409, { number: ticketId })
  }
}
