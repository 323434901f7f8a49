import { BaseSchema } from '@adonisjs/lucid/schema'

/** What several people do with one matter: joining and parting tickets, tasks, mentions, views of one's own, the way back. */
export default class extends BaseSchema {
  async up() {
    /** Which ticket went into which, and what is needed to part them again. */
    this.schema.createTable('mergers', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('into_id').notNullable().references('tickets.id')
      /** JSON: ids that moved, what was added to the target, and how both stood before. */
      table.text('moved').notNullable()
      table.integer('agent_id').nullable().references('agents.id')
      table.bigInteger('merged_at').notNullable()
      table.bigInteger('undone_at').nullable()
      table.index(['ticket_id'])
      table.index(['into_id'])
    })

    /** `related` is told once, the lower number first; `parent`: `other_id` is the parent of `ticket_id`. */
    this.schema.createTable('ticket_links', (table) => {
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('other_id').notNullable().references('tickets.id')
      table.string('kind', 10).notNullable()
      table.bigInteger('created_at').notNullable()
      table.primary(['ticket_id', 'other_id', 'kind'])
      table.index(['other_id'])
      table.check(`kind in ('related', 'parent')`)
      table.check('ticket_id <> other_id')
    })

    this.schema.createTable('followers', (table) => {
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.primary(['ticket_id', 'agent_id'])
      table.index(['agent_id', 'ticket_id'])
    })

    this.schema.createTable('mentions', (table) => {
      table.integer('note_id').notNullable().references('notes.id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('seen_at').nullable()
      table.primary(['note_id', 'agent_id'])
      table.index(['agent_id', 'created_at'])
      table.index(['agent_id', 'seen_at'])
      table.index(['ticket_id'])
    })

    this.schema.createTable('tasks', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.string('text', 500).notNullable()
      table.integer('owner_id').notNullable().references('agents.id')
      table.integer('created_by_id').nullable().references('agents.id')
      table.bigInteger('due_at').nullable()
      /** What a list sorts by: tasks without a time come after all that have one. */
      table.specificType('due_from', 'bigint GENERATED ALWAYS AS (coalesce(due_at, 9000000000000000 + id)) STORED')
      /** When it was said that it is due; null while it is not, or was moved. */
      table.bigInteger('told_at').nullable()
      table.bigInteger('done_at').nullable()
      table.integer('done_by_id').nullable().references('agents.id')
      table.bigInteger('created_at').notNullable()
      table.index(['ticket_id', 'id'])
    })
    this.schema.raw('CREATE INDEX tasks_open ON tasks (owner_id, due_from, id) WHERE done_at IS NULL')
    this.schema.raw('CREATE INDEX tasks_all_open ON tasks (due_from, id) WHERE done_at IS NULL')
    this.schema.raw('CREATE INDEX tasks_done ON tasks (owner_id, done_at, id) WHERE done_at IS NOT NULL')
    this.schema.raw('CREATE INDEX tasks_due ON tasks (due_at) WHERE done_at IS NULL AND told_at IS NULL')

    /** A filter with a name. `team_id` or `everybody` shares it; it stays its maker's to change. */
    this.schema.createTable('saved_views', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.integer('team_id').nullable().references('teams.id')
      table.integer('everybody').notNullable().defaultTo(0)
      table.string('name', 60).notNullable()
      /** JSON: the filters as the API names them, `view` and `sort` among them. */
      table.text('filters').notNullable()
      table.integer('position').notNullable().defaultTo(0)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['agent_id'])
      table.index(['team_id'])
    })

    /** Something an agent did to one ticket or many, and may take back for ten seconds. */
    this.schema.createTable('acts', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('name', 30).notNullable()
      table.bigInteger('made_at').notNullable()
      table.bigInteger('until_at').notNullable()
      table.bigInteger('undone_at').nullable()
      table.index(['made_at'])
    })
    this.schema.createTable('act_items', (table) => {
      table.integer('act_id').notNullable().references('acts.id').onDelete('CASCADE')
      table.integer('ticket_id').notNullable().references('tickets.id')
      /** JSON: the fields that the act changed, as they were and as it left them. */
      table.text('before').notNullable()
      table.text('after').notNullable()
      table.primary(['act_id', 'ticket_id'])
    })

    /**
     * A side conversation is a thread of its own with a supplier or carrier, beside the ticket it names. It
     * is kept as a closed ticket for ever, so that nothing that serves waiting customers can show it; what is
     * open about it is open on the ticket it belongs to.
     */
    this.schema.raw(`ALTER TABLE tickets ADD COLUMN side_of_id integer REFERENCES tickets (id) CHECK (side_of_id IS NULL OR status = 'closed')`)
    this.schema.raw('CREATE INDEX tickets_side_of_id ON tickets (side_of_id) WHERE side_of_id IS NOT NULL')
    /** Why it sleeps, in the agent's words; shown again when it wakes. */
    this.schema.raw('ALTER TABLE tickets ADD COLUMN snooze_note varchar(200)')
  }

  async down() {
    this.schema.raw('DROP INDEX tickets_side_of_id')
    this.schema.raw('ALTER TABLE tickets DROP COLUMN snooze_note')
    this.schema.raw('ALTER TABLE tickets DROP COLUMN side_of_id')
    for (const table of ['act_items', 'acts', 'saved_views', 'tasks', 'mentions', 'followers', 'ticket_links', 'mergers']) this.schema.dropTable(table)
  }
}
