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
