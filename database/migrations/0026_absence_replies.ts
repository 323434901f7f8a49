import { BaseSchema } from '@adonisjs/lucid/schema'

/** Customers who have been told already that somebody is away: once each (B10). */
export default class extends BaseSchema {
  async up() {
    this.schema.createTable('absence_replies', (table) => {
      table.integer('absence_id').notNullable().references('absences.id').onDelete('CASCADE')
      table.integer('customer_id').notNullable().references('customers.id')
      table.bigInteger('created_at').notNullable()
      table.primary(['absence_id', 'customer_id'])
    })
  }

  async down() {
    this.schema.dropTable('absence_replies')
  }
}
