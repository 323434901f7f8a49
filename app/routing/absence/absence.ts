import { hasMany } from '@adonisjs/lucid/orm'
import type { HasMany } from '@adonisjs/lucid/types/relations'
import { DateTime } from 'luxon'
import { AbsenceSchema } from '#database/schema'
import { now } from '#support/clock'
import AbsenceRule from './absence_rule.js'

export const KINDS = ['vacation', 'sick', 'training', 'other'] as const
export type Kind = (typeof KINDS)[number]

/**
 * An agent is away for a while. Ownership never moves: the resolver names who acts on each of the
 * open tickets, and the overlay is lifted at the end. Verbs: planning.ts, ending.ts.
 */
export default class Absence extends AbsenceSchema {
  @hasMany(() => AbsenceRule, { onQuery: (query) => void query.orderBy('position').orderBy('id') })
  declare rules: HasMany<typeof AbsenceRule>

  /** By the clock, whether or not anybody has written down yet that it began. */
  get isRunning() {
    return this.isOpen && this.startsAt <= now() && (this.endsAt === null || now() < this.endsAt)
  }

  /** Neither over nor called off. */
  get isOpen() {
    return this.state === 'planned' || this.state === 'active'
  }

  /** The first day on which the agent is back, in the zone of the absence; null: nobody knows. */
  get backOn(): DateTime | null {
    return this.endsAt?.setZone(this.timeZone) ?? null
  }
}
