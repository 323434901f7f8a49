import { BaseSchema } from '@adonisjs/lucid/schema'

/** Which ticket a channel's own thread (a chat, a page conversation) goes on in. */
export default class extends BaseSchema {
  async up() {
    this.schema.createTable('thread_keys', (table) => {
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('key', 500).notNullable()
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.bigInteger('updated_at').notNullable()
      table.primary(['inbox_id', 'key'])
      table.index(['ticket_id'])
    })
  }

  async down() {
    this.schema.dropTable('thread_keys')
  }
}
