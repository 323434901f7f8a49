import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('incoming_items', (table) => {
      /** What a socket of our own knows of the one who handed it over, JSON: his address, the name he gave, the sender he named. */
      table.text('envelope').nullable()
    })
  }

  async down() {
    // Knex would rebuild the table, which the rows that name it forbid.
    this.schema.raw('ALTER TABLE incoming_items DROP COLUMN envelope')
  }
}
