import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('tickets', (table) => {
      /** When the customer last did something that opens the window for answers, by the channel's clock. */
      table.bigInteger('window_from_at').nullable()
      /** Until when an answer is free; null where the channel knows no window. */
      table.bigInteger('window_until_at').nullable()
    })

    this.schema.alterTable('messages', (table) => {
      /** Last edit or reaction: only then is there something in `message_changes`. */
      table.bigInteger('changed_at').nullable()
      /** The customer has unsent it; its words stand in `message_changes` alone. */
      table.bigInteger('deleted_at').nullable()
      /** JSON array of kept reasons: what the channel says of it besides its words. */
      table.text('remarks').nullable()
      /** JSON {name, language, parameters} of the provider's template it was sent by. */
      table.text('template').nullable()
    })

    this.schema.alterTable('customers', (table) => {
      table.string('picture_sha256', 64).nullable()
      table.string('picture_type', 100).nullable()
      table.index(['picture_sha256'])
    })

    this.schema.createTable('message_changes', (table) => {
      table.increments('id')
      table.integer('message_id').notNullable().references('messages.id')
      table.string('kind', 10).notNullable()
      /** Who did it, as the channel names them. */
      table.string('from_address', 320).notNullable()
      /** Of an edit or deletion the words as they were; of a reaction its emoji, null when it was taken back. */
      table.text('text').nullable()
      table.bigInteger('at').notNullable()
      table.index(['message_id', 'id'])
      table.check(`kind in ('edited', 'deleted', 'reaction')`)
    })

    /** Further ids of a message that left in several parts; its last part's id stands on the delivery. */
    this.schema.createTable('message_ids', (table) => {
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('external_id', 500).notNullable()
      table.integer('message_id').notNullable().references('messages.id')
      table.primary(['inbox_id', 'external_id'])
      table.index(['message_id'])
    })

    this.schema.createTable('unreachable_addresses', (table) => {
      table.integer('address_id').notNullable().references('addresses.id').onDelete('CASCADE')
      table.string('channel', 60).notNullable()
      /** A kept reason, or null. */
      table.text('reason').nullable()
      table.bigInteger('at').notNullable()
      table.primary(['address_id', 'channel'])
    })

    this.schema.createTable('channel_templates', (table) => {
      table.increments('id')
      table.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE')
      table.string('name', 200).notNullable()
      table.string('language', 20).notNullable()
      table.text('body').notNullable()
      /** JSON array: what to write into each placeholder. */
      table.text('placeholders').notNullable().defaultTo('[]')
      table.string('state', 10).notNullable()
      table.string('category', 60).nullable()
      table.bigInteger('seen_at').notNullable()
      table.unique(['inbox_id', 'name', 'language'])
      table.check(`state in ('approved', 'pending', 'rejected', 'paused')`)
    })
  }

  async down() {
    for (const table of ['channel_templates', 'unreachable_addresses', 'message_ids', 'message_changes']) this.schema.dropTable(table)
    this.schema.alterTable('customers', (table) => table.dropColumns('picture_sha256', 'picture_type'))
    this.schema.alterTable('messages', (table) => table.dropColumns('changed_at', 'deleted_at', 'remarks', 'template'))
    this.schema.alterTable('tickets', (table) => table.dropColumns('window_from_at', 'window_until_at'))
  }
}
