import { BaseSchema } from '@adonisjs/lucid/schema'

/*
 * Who is away and who stands in (design: hand-over, substitution). Ownership never moves here: a
 * coverage is an overlay on one ticket, opened and ended by reconciliation.
 */
export default class extends BaseSchema {
  async up() {
    this.schema.createTable('absences', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('kind', 10).notNullable()
      table.bigInteger('starts_at').notNullable()
      /** Half-open: this instant belongs to the agent again. Null: nobody knows yet. */
      table.bigInteger('ends_at').nullable()
      /** The zone in which it was entered; whole days run from midnight to midnight there. */
      table.string('time_zone', 60).notNullable()
      table.integer('all_day').notNullable().defaultTo(1)
      table.string('state', 10).notNullable()
      table.integer('created_by_id').nullable().references('agents.id')
      /** For the agent and supervisors alone. */
      table.text('reason_private').nullable()
      table.text('public_note').nullable()
      /** The text of an automatic reply to customers; null: none. */
      table.text('auto_reply').nullable()
      table.text('handover_note').nullable()
      table.integer('needs_acceptance').notNullable().defaultTo(0)
      table.integer('version').notNullable().defaultTo(1)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      /** When reconciliation saw it begin; later than `starts_at` if the desk was off. */
      table.bigInteger('began_at').nullable()
      table.bigInteger('ended_at').nullable()
      table.integer('ended_by_id').nullable().references('agents.id')
      table.string('end_reason', 12).nullable()
      /** The substitutes were told that it is near; supervisors, that nobody covers. */
      table.bigInteger('reminded_at').nullable()
      table.bigInteger('alarmed_at').nullable()
      /** The agent has read the catch-up page. */
      table.bigInteger('caught_up_at').nullable()
      table.index(['agent_id', 'starts_at'])
      table.index(['state', 'starts_at'])
      table.check(`kind in ('vacation', 'sick', 'training', 'other', 'absence')`)
      table.check(`state in ('draft', 'planned', 'active', 'ended', 'cancelled')`)
      table.check(`ends_at is null or ends_at >= starts_at`)
    })
    // Two supervisors who hear of the same illness start it once.
    this.schema.raw(`CREATE UNIQUE INDEX absences_one_sick ON absences (agent_id) WHERE kind = 'sick' AND state = 'active'`)

    this.schema.createTable('absence_rules', (table) => {
      table.increments('id')
      table.integer('absence_id').notNullable().references('absences.id').onDelete('CASCADE')
      table.integer('position').notNullable()
      /** JSON: inbox, channel, tag, category, customer; each a list, an empty scope is everything. */
      table.text('scope').notNullable().defaultTo('{}')
      table.string('cover_kind', 5).notNullable()
      table.integer('cover_agent_id').nullable().references('agents.id')
      table.integer('cover_team_id').nullable().references('teams.id')
      table.string('new_tickets', 16).notNullable().defaultTo('cover_owns')
      /** Whether the substitute gets into inboxes he may not see otherwise, until the end. */
      table.string('access', 12).notNullable().defaultTo('none')
      table.bigInteger('accepted_at').nullable()
      table.bigInteger('declined_at').nullable()
      table.index(['absence_id', 'position'])
      table.index(['cover_agent_id'])
      table.check(`cover_kind in ('agent', 'team', 'none')`)
      table.check(`(cover_kind = 'agent') = (cover_agent_id is not null)`)
      table.check(`(cover_kind = 'team') = (cover_team_id is not null)`)
      table.check(`new_tickets in ('cover_owns', 'return_to_absent')`)
      table.check(`access in ('none', 'inbox')`)
    })

    this.schema.createTable('default_plans', (table) => {
      table.integer('agent_id').primary().references('agents.id').onDelete('CASCADE')
      /** JSON: the rules of an absence nobody planned. */
      table.text('rules').notNullable()
      table.integer('updated_by_id').nullable().references('agents.id')
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('coverages', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      /** Null where the owner has left and the ticket's team stands in. */
      table.integer('absence_id').nullable().references('absences.id')
      /** Null where no rule covers and the ticket's team stands in. */
      table.integer('rule_id').nullable().references('absence_rules.id').onDelete('SET NULL')
      table.integer('owner_id').notNullable().references('agents.id')
      /** With a team: the member who took it. */
      table.integer('acting_id').nullable().references('agents.id')
      table.integer('acting_team_id').nullable().references('teams.id')
      table.string('because', 12).notNullable()
      /** JSON: agent ids from the owner on, as the resolver went. */
      table.text('path').notNullable().defaultTo('[]')
      table.bigInteger('engaged_at').notNullable()
      table.bigInteger('released_at').nullable()
      table.string('release_reason', 20).nullable()
      table.index(['ticket_id', 'id'])
      table.index(['absence_id', 'id'])
      table.index(['acting_id', 'released_at'])
      table.index(['owner_id', 'released_at'])
      table.check('acting_id is not null or acting_team_id is not null')
    })
    // One overlay a ticket, whoever reconciles at the same moment.
    this.schema.raw('CREATE UNIQUE INDEX coverages_open ON coverages (ticket_id) WHERE released_at IS NULL')

    /** Tickets that the absent owner has taken back: this absence does not cover them. */
    this.schema.createTable('coverage_exceptions', (table) => {
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('absence_id').notNullable().references('absences.id').onDelete('CASCADE')
      table.integer('agent_id').notNullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.primary(['ticket_id', 'absence_id'])
    })

    this.schema.createTable('grants', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('source', 10).notNullable()
      table.integer('source_id').notNullable()
      table.bigInteger('valid_from').notNullable()
      table.bigInteger('valid_to').nullable()
      table.bigInteger('revoked_at').nullable()
      table.integer('granted_by_id').nullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.index(['agent_id', 'valid_from'])
      table.index(['source', 'source_id'])
      table.check(`source in ('absence', 'deputy')`)
    })

    this.schema.alterTable('agents', (table) => {
      /** How many tickets of others somebody stands in for at once; null: any number. */
      table.integer('cover_cap').nullable()
    })
    this.schema.alterTable('tags', (table) => {
      /** Covered only by a rule that names the tag. */
      table.integer('confidential').notNullable().defaultTo(0)
    })
    this.schema.raw('CREATE INDEX tickets_coverage ON tickets (coverage_id) WHERE coverage_id IS NOT NULL')
    this.schema.raw(`CREATE INDEX tickets_owned_unfinished ON tickets (owner_id, id) WHERE owner_id IS NOT NULL AND status IN ('new', 'open', 'pending', 'snoozed')`)
  }

  async down() {
    for (const index of ['tickets_owned_unfinished', 'tickets_coverage']) this.schema.raw(`DROP INDEX ${index}`)
    this.schema.alterTable('tags', (table) => table.dropColumn('confidential'))
    this.schema.alterTable('agents', (table) => table.dropColumn('cover_cap'))
    for (const table of ['grants', 'coverage_exceptions', 'coverages', 'default_plans', 'absence_rules', 'absences']) this.schema.dropTable(table)
  }
}
