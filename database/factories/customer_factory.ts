import { randomUUID } from 'node:crypto'
import Factory from '@adonisjs/lucid/factories'
import Customer from '#customers/customer'
import { fold } from '#search/folding'
import { now, nowMs } from '#support/clock'

/** Somebody outside, with one e-mail address. State: `nameless`. */
export const CustomerFactory = Factory.define(Customer, () => ({
  name: 'Anna Dvořáková',
  sortName: fold('Anna Dvořáková'),
  language: 'cs',
  createdAt: now(),
  updatedAt: now(),
}))
  .state('nameless', (customer) => customer.merge({ name: '', sortName: '' }))
  .after('create', async (_factory, customer, { $trx }) => {
    const address = { customer_id: customer.id, kind: 'email', value: `anna-${randomUUID().slice(0, 8)}@posta.test`, created_at: nowMs() }
    await $trx!.table('addresses').insert(address)
  })
  .build()
