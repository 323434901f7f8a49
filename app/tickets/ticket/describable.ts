import { storable } from '#support/storable'
import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { setting } from '#support/settings'
import { transaction } from '#support/transaction'
import { tagIds } from '#tickets/tag'
import type { Snoozable } from './snoozable.js'

type Superclass = ReturnType<typeof Snoozable>

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const
export type Priority = (typeof PRIORITIES)[number]

/** What a ticket is called and counted as: subject, priority, category, tags, fields of one's own. */
export const Describable = <T extends Superclass>(superclass: T) => {
  class DescribableTicket extends superclass {
    async rename(subject: string, cause: Cause) {
      if (subject === this.subject) return
      await transaction(async () => {
        this.subject = storable(subject).slice(0, 500)
        await this.keep()
        await this.tell('ticket:renamed', {}, cause)
      })
    }

    async prioritise(priority: Priority, cause: Cause) {
      const from = this.priority
      if (from === priority) return
      await transaction(async () => {
        this.priority = priority
        await this.keep()
        await this.tell('ticket:prioritised', { from, to: priority }, cause)
      })
    }

    /** @throws DomainError when the admin's list of categories does not have it. */
    async categorise(category: string, cause: Cause) {
      const from = this.category
      if (from === category) return
      if (!(await setting('categories')).includes(category)) throw new DomainError('tickets.errors.no_category', 422, { category })
      await transaction(async () => {
        this.category = category
        await this.keep()
        await this.tell('ticket:categorised', { from, to: category }, cause)
      })
    }

    /** Adds and removes tags by name; a new name makes a new tag. Tells nothing if nothing changed. */
    async tag({ add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] }, cause: Cause) {
      await transaction(async (trx) => {
        const wanted = await tagIds(add, { make: true })
        const unwanted = await tagIds(remove, { make: false })
        const present = new Set((await trx.from('ticket_tags').where('ticket_id', this.id).select('tag_id')).map((row) => row.tag_id as number))
        const added = wanted.filter((id) => !present.has(id))
        const removed = unwanted.filter((id) => present.has(id))
        if (added.length + removed.length === 0) return

        if (removed.length > 0) await trx.from('ticket_tags').where('ticket_id', this.id).whereIn('tag_id', removed).delete()
        if (added.length > 0) {
          const rows = added.map((tagId) => ({ ticket_id: this.id, tag_id: tagId }))
          await trx.knexQuery().table('ticket_tags').insert(rows).onConflict(['ticket_id', 'tag_id']).ignore()
        }
        await this.keep()
        await this.tell('ticket:tagged', { added, removed }, cause)
      })
    }

    /** Sets fields of the desk's own; null removes one. */
    async customise(values: Readonly<Record<string, string | number | boolean | null>>, cause: Cause) {
      const before = this.custom ?? {}
      const after = Object.fromEntries(Object.entries({ ...before, ...values }).filter(([, value]) => value !== null))
      if (JSON.stringify(before) === JSON.stringify(after)) return
      await transaction(async () => {
        this.custom = after
        await this.keep()
        await this.tell('ticket:customised', { fields: Object.keys(values) }, cause)
      })
    }
  }

  return DescribableTicket
}
