import { CustomerSchema } from '#database/schema'
import { fold } from '#search/folding'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { normaliseAddress, type AddressKind } from './identity.js'

/** The person outside. Has addresses; an address belongs to one customer. */
export default class Customer extends CustomerSchema {
  /** What to call somebody whose name we do not know yet. */
  nameOr(address: string | null | undefined) {
    return this.name || address || `#${this.id}`
  }

  /** Changes what the team knows of the customer; only what is given. */
  async change(values: { name?: string; language?: string | null; about?: string | null }, cause: Cause) {
    await transaction(async (trx) => {
      if (values.name !== undefined) this.name = values.name.slice(0, 200)
      if (values.language !== undefined) this.language = values.language
      if (values.about !== undefined) this.about = values.about
      if (!this.$isDirty) return
      const fields = Object.keys(this.$dirty)
      if (values.name !== undefined) this.sortName = fold(values.name).slice(0, 200)
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      await record('customer:changed', { customerId: this.id, fields }, cause)
    })
  }

  /**
   * Adds an address.
   *
   * @throws DomainError when somebody else has it
   */
  async addAddress(kind: AddressKind, value: string, cause: Cause) {
    await transaction(async (trx) => {
      const row = { customer_id: this.id, kind, value: normaliseAddress(kind, value), created_at: nowMs() }
      const added = await trx.knexQuery().table('addresses').insert(row).onConflict(['kind', 'value']).ignore().returning('id')
      if (added.length > 0) {
        await record('customer:changed', { customerId: this.id, fields: ['addresses'] }, cause)
        return
      }
      const other = await trx.from('addresses').where({ kind, value: row.value }).select('customer_id').first()
      if (other.customer_id !== this.id) throw new DomainError('customers.errors.address_taken', 409)
    })
  }

  /** Takes an address away; the last one stays, or nobody could be answered. */
  async removeAddress(id: number, cause: Cause) {
    await transaction(async (trx) => {
      const rows = await trx.from('addresses').where('customer_id', this.id).select('id')
      if (rows.length < 2) throw new DomainError('customers.errors.last_address', 409)
      const gone = await trx.from('addresses').where({ id, customer_id: this.id }).delete()
      if (Number(gone) === 1) await record('customer:changed', { customerId: this.id, fields: ['addresses'] }, cause)
    })
  }
}

/**
 * Two rows were one person: addresses, tickets and links go to `intoId`, and whoever asks for the
 * old one is shown the way. One transaction; done by a person, never by a guess.
 */
export async function mergeCustomers(customerId: number, intoId: number, cause: Cause) {
  if (customerId === intoId) throw new DomainError('customers.errors.same', 422)
  await transaction(async (trx) => {
    const into = await Customer.findOrFail(intoId, { client: trx })
    const from = await Customer.findOrFail(customerId, { client: trx })
    if (into.mergedIntoId || from.mergedIntoId) throw new DomainError('customers.errors.merged', 409)

    await trx.from('addresses').where('customer_id', customerId).update({ customer_id: intoId })
    await trx.from('tickets').where('customer_id', customerId).update({ customer_id: intoId, version: trx.raw('version + 1') })
    const links = await trx.from('customer_links').where('customer_id', intoId).select('plugin')
    await trx.from('customer_links').where('customer_id', customerId).whereNotIn('plugin', links.map((link) => link.plugin)).update({ customer_id: intoId })
    // Merges before this one keep pointing at somebody who is still there.
    await trx.from('customers').where('merged_into_id', customerId).update({ merged_into_id: intoId })
    await trx.from('customers').where('id', customerId).update({ merged_into_id: intoId, updated_at: nowMs() })
    if (!into.name && from.name) await into.change({ name: from.name }, cause)
    await record('customer:merged', { customerId, intoId }, cause, { customerId: intoId })
  })
}
