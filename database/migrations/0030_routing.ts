import { BaseSchema } from '@adonisjs/lucid/schema'

/*
 * Who works on what: how a team gives out its tickets, what an agent can do and when, hand-overs,
 * standing deputies, and the leaving of an employee.
 */
export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('teams', (table) => {
      /** manual, round_robin or least_loaded. */
      table.string('distribution', 12).notNullable().defaultTo('manual')
      /** First to whoever the customer dealt with last. */
      table.integer('sticky').notNullable().defaultTo(0)
      /** off, prefer or require: whether language and topic choose among the members. */
      table.string('matching', 10).notNullable().defaultTo('prefer')
      /** Open tickets beyond which a member gets no more by turn; null: no limit. */
      table.integer('most_open').nullable()
      /** At most so many at once when somebody comes to work; null: as many as the limit allows. */
      table.integer('most_at_once').nullable()
      /** Only to who was at the desk within the last half an hour. */
      table.integer('only_present').notNullable().defaultTo(1)
      /** JSON: hours of work by weekday; null: always. */
      table.text('hours').nullable()
      table.string('time_zone', 60).nullable()
      /** moves: an escalated ticket goes to the supervisor; stays: the supervisor is asked. */
      table.string('escalation', 10).notNullable().defaultTo('moves')
      /** Counts the turns given; raising it is what lets one distribution of a team go on at a time. */
      table.integer('turn').notNullable().defaultTo(0)
    })
    this.schema.alterTable('team_members', (table) => {
      /** The team's turn in which this member got a ticket last; 0: never. */
      table.integer('last_turn').notNullable().defaultTo(0)
    })
    this.schema.alterTable('agents', (table) => {
      /** JSON as of teams; null: the team's. */
      table.text('hours').nullable()
      /** When a distribution gave this agent a ticket last; touched by it so that two cannot pass one limit. */
      table.bigInteger('turn_at').nullable()
    })
    this.schema.alterTable('tickets', (table) => {
      /** Came to a team and waits for its turn; put back by hand it does not. */
      table.integer('waits_turn').notNullable().defaultTo(0)
    })
    this.schema.raw('CREATE INDEX tickets_waits_turn ON tickets (team_id, id) WHERE waits_turn = 1')
    this.schema.alterTable('inboxes', (table) => {
      /** Whose personal inbox it is; null: it is shared. */
      table.integer('agent_id').nullable()
    })

    this.schema.createTable('agent_skills', (table) => {
      table.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE')
      table.string('kind', 10).notNullable()
      /** A language (`cs`) or a topic: a category or a tag, folded. */
      table.string('value', 60).notNullable()
      table.primary(['agent_id', 'kind', 'value'])
      table.check(`kind in ('language', 'topic')`)
    })
    this.schema.createTable('agent_caps', (table) => {
      table.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE')
      /** A channel, or `*` for all of them together. */
      table.string('channel', 60).notNullable()
      table.integer('most').notNullable()
      table.primary(['agent_id', 'channel'])
    })

    this.schema.createTable('handovers', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.string('kind', 10).notNullable()
      /** Whether the ticket itself went along, or only a question about it. */
      table.integer('moved').notNullable()
      table.string('from_kind', 6).notNullable()
      table.integer('from_id').nullable()
      table.string('to_kind', 6).notNullable()
      table.integer('to_id').notNullable()
      table.integer('note_id').nullable().references('notes.id')
      table.integer('answer_note_id').nullable().references('notes.id')
      table.bigInteger('due_at').nullable()
      table.string('state', 10).notNullable()
      /** Who was responsible before, for the way back. */
      table.integer('before_owner_id').nullable()
      table.integer('before_team_id').nullable()
      table.integer('created_by_id').nullable().references('agents.id')
      table.integer('settled_by_id').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('settled_at').nullable()
      table.index(['ticket_id', 'id'])
      table.index(['to_kind', 'to_id', 'state', 'id'])
      table.index(['created_by_id', 'state', 'id'])
      table.check(`kind in ('transfer', 'ask', 'escalate', 'return')`)
      table.check(`to_kind in ('agent', 'team')`)
      table.check(`from_kind in ('agent', 'team', 'nobody')`)
      table.check(`state in ('open', 'accepted', 'declined', 'answered', 'withdrawn')`)
    })

    this.schema.createTable('deputies', (table) => {
      table.increments('id')
      table.integer('principal_id').notNullable().references('agents.id')
      table.integer('deputy_id').notNullable().references('agents.id')
      /** JSON: inbox ids it is limited to; null: everything of the principal. */
      table.text('scope').nullable()
      table.string('rights', 10).notNullable()
      table.bigInteger('valid_from').notNullable()
      table.bigInteger('valid_to').nullable()
      table.integer('granted_by_id').nullable().references('agents.id')
      table.bigInteger('revoked_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.index(['principal_id'])
      table.index(['deputy_id'])
      table.check(`rights in ('view', 'act', 'approve')`)
      table.check(`principal_id <> deputy_id`)
    })

    this.schema.createTable('offboardings', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('state', 10).notNullable()
      /** The last moment of work. */
      table.bigInteger('due_at').notNullable()
      /** JSON: who gets what. */
      table.text('heirs').notNullable()
      /** JSON: what there was when it began. */
      table.text('inventory').nullable()
      /** JSON: what went where. */
      table.text('report').nullable()
      table.integer('requested_by_id').nullable().references('agents.id')
      table.bigInteger('revoked_at').nullable()
      table.bigInteger('finished_at').nullable()
      table.bigInteger('undone_at').nullable()
      table.bigInteger('cancelled_at').nullable()
      table.text('error').nullable()
      table.bigInteger('created_at').notNullable()
      table.index(['agent_id', 'id'])
      table.index(['state', 'due_at'])
      table.check(`state in ('planned', 'revoked', 'done', 'cancelled', 'failed')`)
    })
    // One leaving at a time: a second wizard is told of the first.
    this.schema.raw(`CREATE UNIQUE INDEX offboardings_under_way ON offboardings (agent_id) WHERE state IN ('planned', 'revoked')`)

    this.schema.createTable('offboarding_moves', (table) => {
      table.integer('offboarding_id').notNullable().references('offboardings.id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('from_team_id').nullable()
      table.integer('to_owner_id').nullable()
      table.integer('to_team_id').nullable()
      table.bigInteger('undone_at').nullable()
      table.primary(['offboarding_id', 'ticket_id'])
    })
  }

  async down() {
    for (const table of ['offboarding_moves', 'offboardings', 'deputies', 'handovers', 'agent_caps', 'agent_skills']) this.schema.dropTable(table)
    this.schema.raw('DROP INDEX tickets_waits_turn')
    const added = {
      teams: ['distribution', 'sticky', 'matching', 'most_open', 'most_at_once', 'only_present', 'hours', 'time_zone', 'escalation', 'turn'],
      team_members: ['last_turn'],
      agents: ['hours', 'turn_at'],
      tickets: ['waits_turn'],
      inboxes: ['agent_id'],
    }
    for (const [name, columns] of Object.entries(added)) this.schema.alterTable(name, (table) => table.dropColumns(...columns))
  }
}
