import { BaseSchema } from '@adonisjs/lucid/schema'

/** Whoever passes a message on starts a side conversation; the message needs no mark of its own. */
export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('messages', (table) => table.dropColumn('forwarded_id'))
  }

  async down() {
    this.schema.alterTable('messages', (table) => {
      table.integer('forwarded_id').nullable()
    })
  }
}
