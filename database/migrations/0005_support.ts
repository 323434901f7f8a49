import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('events', (table) => {
      table.bigIncrements('id')
      table.string('name', 60).notNullable()
      table.bigInteger('at').notNullable()
      table.string('actor_kind', 10).notNullable()
      table.string('actor_id', 60).nullable()
      table.integer('on_behalf_of_id').nullable()
      table.string('because', 80).nullable()
      table.string('via', 40).notNullable()
      table.string('ip', 64).nullable()
      table.integer('ticket_id').nullable()
      table.integer('customer_id').nullable()
      table.integer('inbox_id').nullable()
      table.string('channel', 60).nullable()
      table.integer('owner_id').nullable()
      table.integer('acting_id').nullable()
      table.integer('acting_team_id').nullable()
      table.integer('team_id').nullable()
      table.text('payload').notNullable()
      table.bigInteger('dispatched_at').nullable()
      table.index(['ticket_id', 'id'])
      table.index(['name', 'at'])
      table.index(['actor_kind', 'actor_id', 'at'])
    })
    // Tiny whatever the table's size: it holds only what waits to be told.
    this.schema.raw('CREATE INDEX events_undispatched ON events (id) WHERE dispatched_at IS NULL')

    this.schema.createTable('jobs', (table) => {
      table.increments('id')
      table.string('key', 200).notNullable().unique()
      table.string('name', 120).notNullable()
      table.text('data').notNullable()
      table.string('state', 10).notNullable()
      table.bigInteger('due_at').notNullable()
      table.bigInteger('lease_until').nullable()
      table.integer('attempts').notNullable().defaultTo(0)
      table.text('error').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('finished_at').nullable()
      table.index(['state', 'due_at', 'id'])
      table.check(`state in ('pending', 'running', 'done', 'dead')`)
    })

    this.schema.createTable('leases', (table) => {
      table.string('name', 120).primary()
      table.string('holder', 60).notNullable()
      table.bigInteger('until_at').notNullable()
    })

    this.schema.createTable('idempotency_keys', (table) => {
      table.string('owner', 60).notNullable()
      table.string('key', 200).notNullable()
      table.string('request', 64).notNullable()
      table.integer('status').nullable()
      table.text('answer').nullable()
      table.bigInteger('created_at').notNullable()
      table.primary(['owner', 'key'])
      table.index(['created_at'])
    })

    this.schema.createTable('settings', (table) => {
      table.string('key', 120).primary()
      table.text('value').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('plugins', (table) => {
      table.string('id', 60).primary()
      table.bigInteger('enabled_at').nullable()
      table.text('settings').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('connections', (table) => {
      table.increments('id')
      table.string('plugin', 60).notNullable()
      table.string('key', 40).notNullable().unique()
      table.string('name', 120).notNullable()
      table.text('settings').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['plugin'])
    })

    this.schema.createTable('plugin_health', (table) => {
      table.string('plugin', 60).notNullable()
      table.integer('connection_id').notNullable().defaultTo(0)
      table.integer('ok').notNullable()
      table.text('reason').nullable()
      table.integer('failures').notNullable().defaultTo(0)
      table.bigInteger('checked_at').notNullable()
      table.primary(['plugin', 'connection_id'])
    })

    this.schema.createTable('plugin_store', (table) => {
      table.string('plugin', 60).notNullable()
      table.string('key', 200).notNullable()
      table.text('value').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.primary(['plugin', 'key'])
    })

    this.schema.createTable('facts', (table) => {
      table.increments('id')
      table.string('plugin', 60).notNullable()
      table.string('name', 60).notNullable()
      table.integer('customer_id').nullable().references('customers.id')
      table.integer('ticket_id').nullable().references('tickets.id')
      table.text('value').notNullable()
      table.bigInteger('published_at').notNullable()
      table.index(['customer_id'])
      table.index(['ticket_id'])
    })
    this.schema.raw('CREATE UNIQUE INDEX facts_customer ON facts (plugin, name, customer_id) WHERE customer_id IS NOT NULL')
    this.schema.raw('CREATE UNIQUE INDEX facts_ticket ON facts (plugin, name, ticket_id) WHERE ticket_id IS NOT NULL')
  }

  async down() {
    const tables = ['facts', 'plugin_store', 'plugin_health', 'connections', 'plugins', 'settings', 'idempotency_keys', 'leases', 'jobs', 'events']
    for (const table of tables) this.schema.dropTable(table)
  }
}
