import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('notifications', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('kind', 20).notNullable()
      /** What it is about; while one of the same kind and topic is unseen, a further one counts it up. */
      table.string('topic', 60).notNullable()
      table.integer('ticket_id').nullable().references('tickets.id')
      /** The latest event that told it. */
      table.bigInteger('event_id').notNullable()
      table.integer('count').notNullable().defaultTo(1)
      table.string('actor_kind', 10).notNullable()
      table.string('actor_id', 60).nullable()
      /** The absent colleague in whose stead this agent is told. */
      table.integer('for_id').nullable().references('agents.id')
      table.bigInteger('at').notNullable()
      table.bigInteger('seen_at').nullable()
      table.integer('in_page').notNullable().defaultTo(1)
      table.integer('sound').notNullable().defaultTo(0)
      /** When it is to leave for the agent's devices or mailbox; null: not, or not any more. */
      table.bigInteger('push_at').nullable()
      table.bigInteger('mail_at').nullable()
      /** The digest it went into. */
      table.integer('mail_id').nullable()
      table.index(['agent_id', 'id'])
      table.index(['agent_id', 'seen_at', 'kind', 'topic'])
      table.index(['ticket_id'])
      table.index(['push_at'])
      table.index(['mail_at'])
      table.index(['mail_id'])
    })

    this.schema.createTable('notification_choices', (table) => {
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('kind', 20).notNullable()
      table.integer('page').notNullable()
      table.integer('push').notNullable()
      table.integer('mail').notNullable()
      table.integer('sound').notNullable()
      table.primary(['agent_id', 'kind'])
      table.index(['kind', 'agent_id'])
    })

    this.schema.createTable('notification_hours', (table) => {
      table.integer('agent_id').primary().references('agents.id')
      /** Minutes since midnight in the agent's zone; both null: no quiet hours. Over midnight when `from` is later. */
      table.integer('quiet_from').nullable()
      table.integer('quiet_until').nullable()
      /** Whether a device shows what happened, or only that something did. */
      table.integer('show_content').notNullable().defaultTo(1)
    })

    this.schema.createTable('push_subscriptions', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('endpoint_hash', 64).notNullable().unique()
      /** The address is a secret: whoever knows it may write to the device. Encrypted, with the device's keys. */
      table.text('subscription').notNullable()
      table.string('browser', 300).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('sent_at').nullable()
      table.bigInteger('shown_at').nullable()
      table.text('error').nullable()
      table.index(['agent_id'])
    })

    this.schema.createTable('notification_mails', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('reference', 60).notNullable().unique()
      table.string('state', 10).notNullable()
      table.integer('count').notNullable()
      table.integer('attempts').notNullable().defaultTo(0)
      table.text('error').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['agent_id', 'id'])
      table.check(`state in ('pending', 'sending', 'sent', 'failed', 'unknown')`)
    })
  }

  async down() {
    for (const table of ['notification_mails', 'push_subscriptions', 'notification_hours', 'notification_choices', 'notifications']) this.schema.dropTable(table)
  }
}
