import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('deliveries', (table) => {
      /** When a person wanted it to leave; null for at once. What is planned is held if the customer writes first. */
      table.bigInteger('planned_at').nullable()
      /** Whether the mailbox's own folder of sent mail needs a copy, and has it: null, `wanted`, `done`. */
      table.string('copy_state', 10).nullable()
    })
    this.schema.raw(`CREATE INDEX deliveries_planned ON deliveries (due_at, id) WHERE planned_at IS NOT NULL AND state IN ('pending', 'held')`)
    this.schema.raw(`CREATE INDEX deliveries_copies ON deliveries (id) WHERE copy_state = 'wanted'`)

    this.schema.alterTable('tickets', (table) => {
      /** When an agent wants it back if the customer has not answered by then. */
      table.bigInteger('remind_at').nullable()
    })
    this.schema.raw('CREATE INDEX tickets_remind_at ON tickets (remind_at) WHERE remind_at IS NOT NULL')

    this.schema.alterTable('inboxes', (table) => {
      /** Files above so many MB in all leave as links; null for the channel's own limit. */
      table.integer('link_above_mb').nullable()
      table.integer('link_days').notNullable().defaultTo(30)
    })

    /** A file that leaves as an address instead of as a part of the message. */
    this.schema.createTable('file_links', (table) => {
      table.increments('id')
      table.integer('message_id').notNullable().references('messages.id')
      table.integer('attachment_id').notNullable().unique().references('attachments.id')
      /** Random; with the signature over it nobody can guess an address. */
      table.string('secret', 40).notNullable()
      table.bigInteger('expires_at').notNullable()
      table.bigInteger('revoked_at').nullable()
      table.integer('fetched').notNullable().defaultTo(0)
      table.bigInteger('fetched_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.index(['message_id'])
    })

    /** One taking-over of what was there before. */
    this.schema.createTable('imports', (table) => {
      table.increments('id')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('source', 20).notNullable()
      /** JSON of what was asked for: folders, days, the file's place. */
      table.text('options').notNullable()
      table.string('state', 10).notNullable()
      table.text('cursor').nullable()
      table.integer('expected').nullable()
      table.integer('taken').notNullable().defaultTo(0)
      table.integer('known').notNullable().defaultTo(0)
      table.integer('faulty').notNullable().defaultTo(0)
      table.text('error').nullable()
      table.integer('agent_id').nullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.bigInteger('finished_at').nullable()
      table.index(['state'])
      table.check(`state in ('running', 'stopped', 'done', 'failed')`)
    })

    /** What of an import could not even be had, and why. */
    this.schema.createTable('import_faults', (table) => {
      table.increments('id')
      table.integer('import_id').notNullable().references('imports.id').onDelete('CASCADE')
      table.string('place', 500).notNullable()
      table.text('reason').notNullable()
      table.bigInteger('created_at').notNullable()
      table.unique(['import_id', 'place'])
    })

    this.schema.alterTable('incoming_items', (table) => {
      table.integer('import_id').nullable()
      table.index(['import_id', 'id'])
    })
  }

  async down() {
    this.schema.alterTable('incoming_items', (table) => {
      table.dropIndex(['import_id', 'id'])
      table.dropColumn('import_id')
    })
    for (const table of ['import_faults', 'imports', 'file_links']) this.schema.dropTable(table)
    for (const index of ['deliveries_planned', 'deliveries_copies', 'tickets_remind_at']) this.schema.raw(`DROP INDEX ${index}`)
    this.schema.alterTable('inboxes', (table) => table.dropColumns('link_above_mb', 'link_days'))
    this.schema.alterTable('tickets', (table) => table.dropColumn('remind_at'))
    this.schema.alterTable('deliveries', (table) => table.dropColumns('planned_at', 'copy_state'))
  }
}
