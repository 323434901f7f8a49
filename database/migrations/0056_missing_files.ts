import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('attachments', (table) => {
      /** Since when somebody waits for it to be fetched once more, ms; null: nobody does. */
      table.bigInteger('asked_at').nullable()
    })
  }

  async down() {
    // Knex would rebuild the table, which the rows that name it forbid.
    this.schema.raw('ALTER TABLE attachments DROP COLUMN asked_at')
  }
}
