import { BaseSchema } from '@adonisjs/lucid/schema'

/*
 * All times are integers, milliseconds since 1970 UTC: the same on both databases, sortable,
 * and exact enough for a keyset cursor. Yes/no columns are times where the moment matters.
 */
export default class extends BaseSchema {
  async up() {
    this.schema.createTable('agents', (table) => {
      table.increments('id')
      table.string('name', 120).notNullable()
      table.string('email', 254).notNullable().unique()
      table.string('password', 200).nullable()
      table.string('role', 20).notNullable()
      table.string('language', 5).notNullable().defaultTo('en')
      table.string('time_zone', 60).nullable()
      table.string('theme', 10).notNullable().defaultTo('system')
      table.integer('keyboard').notNullable().defaultTo(1)
      table.text('signature').nullable()
      table.integer('restricted').notNullable().defaultTo(0)
      table.string('availability', 20).notNullable().defaultTo('available')
      table.string('invite_hash', 64).nullable().unique()
      table.bigInteger('invite_expires_at').nullable()
      table.integer('invited_by_id').nullable()
      table.integer('session_epoch').notNullable().defaultTo(0)
      table.bigInteger('last_seen_at').nullable()
      table.bigInteger('deactivated_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.check(`role in ('admin', 'supervisor', 'agent', 'viewer')`)
    })

    this.schema.createTable('teams', (table) => {
      table.increments('id')
      table.string('name', 120).notNullable().unique()
      table.integer('supervisor_id').nullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('team_members', (table) => {
      table.integer('team_id').notNullable().references('teams.id').onDelete('CASCADE')
      table.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE')
      table.primary(['team_id', 'agent_id'])
      table.index(['agent_id'])
    })

    this.schema.createTable('sessions', (table) => {
      table.string('id', 64).primary()
      table.text('data').notNullable()
      table.integer('agent_id').nullable().references('agents.id').onDelete('CASCADE')
      table.string('ip', 64).nullable()
      table.string('browser', 200).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('seen_at').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.index(['agent_id'])
      table.index(['expires_at'])
    })

    this.schema.createTable('api_tokens', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE')
      table.string('name', 120).notNullable()
      table.string('hash', 64).notNullable().unique()
      table.string('abilities', 200).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('used_at').nullable()
      table.bigInteger('expires_at').nullable()
      table.bigInteger('revoked_at').nullable()
      table.index(['agent_id'])
    })
  }

  async down() {
    for (const table of ['api_tokens', 'sessions', 'team_members', 'teams', 'agents']) this.schema.dropTable(table)
  }
}
