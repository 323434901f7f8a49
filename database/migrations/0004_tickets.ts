import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('tickets', (table) => {
      table.increments('id')
      table.string('subject', 500).notNullable().defaultTo('')
      table.string('status', 10).notNullable()
      table.string('pending_on', 12).nullable()
      table.string('priority', 10).notNullable().defaultTo('normal')
      table.string('category', 40).notNullable().defaultTo('customer')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('channel', 60).notNullable()
      table.integer('customer_id').notNullable().references('customers.id')
      table.integer('owner_id').nullable().references('agents.id')
      table.integer('acting_id').nullable().references('agents.id')
      table.integer('acting_team_id').nullable().references('teams.id')
      table.integer('team_id').nullable().references('teams.id')
      table.integer('coverage_id').nullable()
      table.string('language', 5).nullable()
      table.string('preview', 200).notNullable().defaultTo('')
      table.text('custom').nullable()
      table.integer('version').notNullable().defaultTo(1)
      table.integer('message_count').notNullable().defaultTo(0)
      table.integer('note_count').notNullable().defaultTo(0)
      table.integer('attachment_count').notNullable().defaultTo(0)
      /** Highest message id that the customer wrote; against `reads` it tells what is new to whom. */
      table.integer('last_inbound_id').nullable()
      /** The first message of the customer that nobody has answered; null when it is not our turn. */
      table.bigInteger('waiting_since_at').nullable()
      table.bigInteger('last_customer_message_at').nullable()
      table.bigInteger('last_agent_message_at').nullable()
      table.bigInteger('first_response_at').nullable()
      table.bigInteger('due_at').nullable()
      table.bigInteger('snoozed_until').nullable()
      table.bigInteger('resolved_at').nullable()
      table.bigInteger('closed_at').nullable()
      table.integer('merged_into_id').nullable().references('tickets.id')
      table.integer('follow_up_of_id').nullable().references('tickets.id')
      /** Several customers own the sender's address: a person decides. */
      table.bigInteger('customer_unsure_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()

      /** Who works on it now: acting, else owner. Kept by the database, so it cannot drift. */
      table.specificType(
        'effective_agent_id',
        'integer GENERATED ALWAYS AS (CASE WHEN acting_team_id IS NOT NULL THEN NULL ELSE coalesce(acting_id, owner_id) END) STORED'
      )
      table.specificType('effective_team_id', 'integer GENERATED ALWAYS AS (CASE WHEN acting_team_id IS NOT NULL THEN acting_team_id WHEN owner_id IS NULL THEN team_id ELSE NULL END) STORED')
      /** What a list asks for: `waiting` is new or open and from a customer, `aside` the same from anybody else. */
      table.specificType(
        'stage',
        `varchar(10) GENERATED ALWAYS AS (CASE WHEN status NOT IN ('new', 'open') THEN status WHEN category IN ('newsletter', 'supplier', 'notification', 'bounce') THEN 'aside' ELSE 'waiting' END) STORED`
      )

      /**
       * When somebody has to look at it next: what `due` lists sort by. Never null, because the two
       * databases sort nulls apart: tickets that nobody waits for follow by number, beyond any date.
       */
      table.specificType(
        'due_from',
        `bigint GENERATED ALWAYS AS (coalesce(CASE WHEN status = 'snoozed' THEN snoozed_until WHEN status IN ('new', 'open', 'pending') THEN coalesce(due_at, waiting_since_at) ELSE NULL END, 9000000000000000 + id)) STORED`
      )

      table.check(`status in ('new', 'open', 'pending', 'snoozed', 'resolved', 'closed', 'spam')`)
      table.check(`priority in ('low', 'normal', 'high', 'urgent')`)
      table.check(`pending_on is null or (status = 'pending' and pending_on in ('customer', 'third_party'))`)
      table.check(`status <> 'snoozed' or snoozed_until is not null`)
      table.check(`owner_id is not null or (acting_id is null and acting_team_id is null)`)
      table.check(`acting_id is null or acting_team_id is null`)

      table.index(['updated_at', 'id'])
      table.index(['created_at', 'id'])
      table.index(['due_from', 'id'])
      table.index(['customer_id', 'updated_at', 'id'])
      table.index(['owner_id', 'updated_at', 'id'])
      table.index(['team_id', 'updated_at', 'id'])
      table.index(['status', 'resolved_at'])
    })
    this.listIndexes()

    this.schema.createTable('messages', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('kind', 12).notNullable()
      table.string('author_kind', 10).notNullable()
      table.string('author_id', 60).nullable()
      table.string('from_name', 300).nullable()
      table.string('from_address', 320).nullable()
      /** JSON arrays of {name?, address}. */
      table.text('to').notNullable().defaultTo('[]')
      table.text('cc').notNullable().defaultTo('[]')
      table.text('bcc').notNullable().defaultTo('[]')
      table.text('reply_to').notNullable().defaultTo('[]')
      table.string('subject', 1000).nullable()
      table.text('text').notNullable().defaultTo('')
      /** Without quoted history and signature; null when the same as `text`. */
      table.text('visible_text').nullable()
      /** Sanitised before it is stored. */
      table.text('html').nullable()
      /** The message's own id in the channel: Message-ID, mid, wamid. */
      table.string('external_id', 998).nullable()
      table.string('in_reply_to', 998).nullable()
      table.text('references').notNullable().defaultTo('[]')
      /** Tells two mails with one Message-ID apart, and one mail fetched twice together. */
      table.string('fingerprint', 64).nullable()
      table.integer('automatic').notNullable().defaultTo(0)
      table.integer('remote_images').notNullable().defaultTo(0)
      table.text('forwarded_from').nullable()
      table.text('bounce').nullable()
      table.text('spam').nullable()
      table.text('authentication').nullable()
      table.integer('incoming_item_id').nullable().references('incoming_items.id')
      table.bigInteger('sent_at').nullable()
      table.bigInteger('received_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.unique(['inbox_id', 'fingerprint'])
      table.index(['ticket_id', 'id'])
      table.index(['external_id'])
      table.index(['incoming_item_id'])
      table.check(`kind in ('inbound', 'reply', 'auto_reply', 'bounce', 'call')`)
    })

    this.schema.createTable('notes', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.string('author_kind', 10).notNullable()
      table.string('author_id', 60).nullable()
      table.text('text').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('edited_at').nullable()
      table.bigInteger('deleted_at').nullable()
      table.index(['ticket_id', 'id'])
    })

    this.schema.createTable('uploads', (table) => {
      table.increments('id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('name', 255).notNullable()
      table.string('type', 100).notNullable()
      table.bigInteger('bytes').notNullable()
      table.string('sha256', 64).notNullable()
      table.bigInteger('created_at').notNullable()
      table.index(['created_at'])
      table.index(['sha256'])
    })

    this.schema.createTable('attachments', (table) => {
      table.increments('id')
      table.integer('message_id').nullable().references('messages.id')
      table.integer('note_id').nullable().references('notes.id')
      table.string('name', 255).notNullable()
      /** Sniffed from the bytes, not believed. */
      table.string('type', 100).notNullable()
      table.bigInteger('bytes').notNullable()
      table.string('sha256', 64).nullable()
      table.string('content_id', 300).nullable()
      table.integer('inline').notNullable().defaultTo(0)
      /** Why the file is not here (could not be downloaded, too large), in words; its sha256 is null then. */
      table.text('error').nullable()
      table.bigInteger('created_at').notNullable()
      table.index(['message_id'])
      table.index(['note_id'])
      table.index(['sha256'])
      table.check('(message_id is null) <> (note_id is null)')
    })

    this.schema.createTable('deliveries', (table) => {
      table.increments('id')
      table.integer('message_id').notNullable().unique().references('messages.id')
      table.integer('inbox_id').notNullable().references('inboxes.id')
      table.string('reference', 200).notNullable().unique()
      table.string('state', 10).notNullable()
      table.bigInteger('due_at').notNullable()
      table.bigInteger('lease_until').nullable()
      table.integer('attempts').notNullable().defaultTo(0)
      table.string('external_id', 998).nullable()
      table.string('error_code', 60).nullable()
      table.text('error').nullable()
      table.bigInteger('first_tried_at').nullable()
      table.bigInteger('failed_at').nullable()
      table.bigInteger('sent_at').nullable()
      table.bigInteger('delivered_at').nullable()
      table.bigInteger('read_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['state', 'due_at', 'id'])
      table.index(['inbox_id', 'state'])
      table.index(['external_id'])
      table.check(`state in ('pending', 'held', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')`)
    })

    this.schema.createTable('drafts', (table) => {
      table.increments('id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('kind', 5).notNullable()
      table.text('text').notNullable()
      /** JSON: to, cc, bcc, subject, upload ids; a note's draft has none. */
      table.text('envelope').nullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['ticket_id', 'agent_id', 'kind'])
      table.index(['agent_id'])
      table.check(`kind in ('reply', 'note')`)
    })

    this.schema.createTable('tags', (table) => {
      table.increments('id')
      table.string('name', 60).notNullable()
      table.string('folded', 60).notNullable().unique()
      table.bigInteger('created_at').notNullable()
    })

    this.schema.createTable('ticket_tags', (table) => {
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('tag_id').notNullable().references('tags.id').onDelete('CASCADE')
      table.primary(['ticket_id', 'tag_id'])
      table.index(['tag_id', 'ticket_id'])
    })

    this.schema.createTable('reads', (table) => {
      table.integer('agent_id').notNullable().references('agents.id')
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('last_message_id').notNullable().defaultTo(0)
      table.integer('last_note_id').notNullable().defaultTo(0)
      table.bigInteger('read_at').notNullable()
      table.primary(['agent_id', 'ticket_id'])
      table.index(['ticket_id'])
    })

    this.schema.createTable('presences', (table) => {
      table.integer('ticket_id').notNullable().references('tickets.id')
      table.integer('agent_id').notNullable().references('agents.id')
      table.string('activity', 10).notNullable()
      table.bigInteger('seen_at').notNullable()
      table.primary(['ticket_id', 'agent_id'])
      table.index(['seen_at'])
    })
  }

  /**
   * One index for each scope of a list and each order it can have (tickets/list_query.ts), so that a
   * page is a walk along one of them. `due` and, but for whole stages, `created` are asked of
   * unfinished tickets: those indexes leave the finished ones out and stay small, whatever the age
   * of the desk.
   */
  listIndexes() {
    const unfinished = `WHERE stage IN ('waiting', 'aside', 'pending', 'snoozed')`
    const scopes = { stage: 'stage', agent: 'effective_agent_id, stage', team: 'effective_team_id, stage', inbox: 'inbox_id, stage' }
    for (const [name, columns] of Object.entries(scopes)) {
      this.schema.raw(`CREATE INDEX tickets_${name}_updated ON tickets (${columns}, updated_at, id)`)
      this.schema.raw(`CREATE INDEX tickets_${name}_due ON tickets (${columns}, due_from, id) ${unfinished}`)
      this.schema.raw(`CREATE INDEX tickets_${name}_created ON tickets (${columns}, created_at, id) ${name === 'stage' ? '' : unfinished}`)
    }
    for (const column of ['snoozed_until', 'follow_up_of_id', 'merged_into_id']) {
      this.schema.raw(`CREATE INDEX tickets_${column} ON tickets (${column}) WHERE ${column} IS NOT NULL`)
    }
  }

  async down() {
    const tables = ['presences', 'reads', 'ticket_tags', 'tags', 'drafts', 'deliveries', 'attachments', 'uploads', 'notes', 'messages', 'tickets']
    for (const table of tables) this.schema.dropTable(table)
  }
}
