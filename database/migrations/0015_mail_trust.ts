import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('inboxes', (table) => {
      table.integer('auto_reply').notNullable().defaultTo(0)
      table.text('auto_reply_text').nullable()
      /** The breaker has tripped: no automatic answers until a person turns them on again. */
      table.bigInteger('auto_reply_stopped_at').nullable()
    })

    this.schema.alterTable('messages', (table) => {
      /** What kind of machine wrote it (plugins/contract/travel.ts); null for a person. */
      table.string('automatic_kind', 12).nullable()
      /** Somebody who had no part in the ticket before writes into it. */
      table.integer('new_participant').notNullable().defaultTo(0)
      /** JSON: other inboxes that got the same message: [{inboxId, address}]. */
      table.text('also_in').nullable()
    })

    this.schema.alterTable('tickets', (table) => {
      /** The ticket that this one may belong to; a suggestion, never a link. */
      table.integer('possibly_of_id').nullable()
      /** A loop was seen: nothing automatic is sent for this ticket any more. */
      table.bigInteger('automation_stopped_at').nullable()
    })

    this.schema.alterTable('notes', (table) => {
      /** Of a note that came by mail: the same mail again is the same note. */
      table.string('fingerprint', 64).nullable()
      table.unique(['fingerprint'])
    })

    /** Automatic answers that were written: one a ticket, one an address a day, and a breaker an inbox. */
    this.schema.createTable('auto_replies', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().unique().references('tickets.id')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('address', 254).notNullable()
      table.bigInteger('created_at').notNullable()
      table.index(['address', 'created_at'])
      table.index(['inbox_id', 'created_at'])
    })

    /** What returned from an address lately: three soft failures in seven days count as a hard one. */
    this.schema.createTable('address_failures', (table) => {
      table.increments('id')
      table.integer('address_id').notNullable().references('addresses.id').onDelete('CASCADE')
      table.integer('message_id').notNullable()
      table.integer('hard').notNullable()
      table.bigInteger('created_at').notNullable()
      table.unique(['address_id', 'message_id'])
      table.index(['address_id', 'created_at'])
    })

    /** Senders that the team lets through or puts into spam: an address, or a whole domain as `@example.com`. */
    this.schema.createTable('sender_rules', (table) => {
      table.increments('id')
      table.string('value', 254).notNullable().unique()
      table.string('verdict', 5).notNullable()
      table.integer('created_by_id').nullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.check(`verdict in ('allow', 'block')`)
    })

    /** The filter's memory: in how many spams and in how many good messages a word stood. */
    this.schema.createTable('spam_tokens', (table) => {
      table.string('token', 60).primary()
      table.integer('spam').notNullable().defaultTo(0)
      table.integer('ham').notNullable().defaultTo(0)
      table.bigInteger('updated_at').notNullable()
      table.index(['updated_at'])
    })

    /** What a message was learned as, so that it is learned once and can be unlearned. */
    this.schema.createTable('spam_lessons', (table) => {
      table.integer('message_id').primary().references('messages.id')
      table.string('verdict', 4).notNullable()
      table.bigInteger('created_at').notNullable()
      table.index(['verdict'])
      table.check(`verdict in ('spam', 'ham')`)
    })
  }

  async down() {
    for (const table of ['spam_lessons', 'spam_tokens', 'sender_rules', 'address_failures', 'auto_replies']) this.schema.dropTable(table)
    this.schema.alterTable('notes', (table) => table.dropColumn('fingerprint'))
    this.schema.alterTable('tickets', (table) => table.dropColumns('possibly_of_id', 'automation_stopped_at'))
    this.schema.alterTable('messages', (table) => table.dropColumns('automatic_kind', 'new_participant', 'also_in'))
    this.schema.alterTable('inboxes', (table) => table.dropColumns('auto_reply', 'auto_reply_text', 'auto_reply_stopped_at'))
  }
}
