import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('inboxes', (table) => {
      table.increments('id')
      /** Unguessable; stands in hook addresses. */
      table.string('key', 40).notNullable().unique()
      table.string('channel', 60).notNullable()
      table.string('name', 120).notNullable()
      /** The address customers write to, for people to read; the driver's config decides. */
      table.string('address', 254).nullable()
      /** Encrypted JSON of the driver's `config`. */
      table.text('config').notNullable()
      table.integer('team_id').nullable().references('teams.id')
      table.text('signature').nullable()
      table.integer('undo_seconds').notNullable().defaultTo(10)
      table.integer('close_after_days').notNullable().defaultTo(14)
      table.integer('reopen_within_days').notNullable().defaultTo(30)
      table.bigInteger('paused_at').nullable()
      table.bigInteger('deleted_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('team_inboxes', (table) => {
      table.integer('team_id').notNullable().references('teams.id').onDelete('CASCADE')
      table.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE')
      table.primary(['team_id', 'inbox_id'])
      table.index(['inbox_id'])
    })

    this.schema.createTable('inbox_cursors', (table) => {
      table.integer('inbox_id').primary().references('inboxes.id').onDelete('CASCADE')
      table.text('cursor').nullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('inbox_health', (table) => {
      table.integer('inbox_id').primary().references('inboxes.id').onDelete('CASCADE')
      table.integer('ok').notNullable()
      table.text('reason').nullable()
      table.integer('failures').notNullable().defaultTo(0)
      table.bigInteger('since_at').notNullable()
      table.bigInteger('checked_at').notNullable()
      table.bigInteger('received_at').nullable()
      table.bigInteger('sent_at').nullable()
    })

    this.schema.createTable('incoming_items', (table) => {
      table.increments('id')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('external_id', 500).notNullable()
      table.string('type', 100).notNullable()
      table.string('raw_path', 200).notNullable()
      table.bigInteger('bytes').notNullable()
      table.string('sha256', 64).notNullable()
      table.bigInteger('received_at').notNullable()
      table.string('via', 20).notNullable()
      table.string('state', 12).notNullable()
      table.string('outcome', 20).nullable()
      table.text('reason').nullable()
      table.integer('attempts').notNullable().defaultTo(0)
      table.bigInteger('due_at').notNullable()
      table.bigInteger('lease_until').nullable()
      table.integer('message_id').nullable()
      table.integer('ticket_id').nullable()
      table.bigInteger('finished_at').nullable()
      table.unique(['inbox_id', 'external_id'])
      table.index(['state', 'inbox_id', 'id'])
      table.index(['state', 'id'])
      table.index(['message_id'])
      table.check(`state in ('stored', 'processing', 'done', 'ignored', 'failed')`)
    })
  }

  async down() {
    for (const table of ['incoming_items', 'inbox_health', 'inbox_cursors', 'team_inboxes', 'inboxes']) this.schema.dropTable(table)
  }
}
