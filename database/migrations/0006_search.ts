import { BaseSchema } from '@adonisjs/lucid/schema'

/*
 * The one migration that differs by database: each keeps folded words in its own kind of index.
 * Everything in these tables can be made again from the others (`node ace search:rebuild`).
 */
export default class extends BaseSchema {
  async up() {
    this.schema.createTable('search_documents', (table) => {
      table.increments('id')
      table.string('kind', 10).notNullable()
      table.integer('ref_id').notNullable()
      table.integer('ticket_id').notNullable().references('tickets.id')
      /** When it was written, for `before:` and `after:`. */
      table.bigInteger('at').notNullable()
      table.unique(['kind', 'ref_id'])
      table.index(['ticket_id', 'id'])
      table.check(`kind in ('ticket', 'message', 'note')`)
    })

    if (this.isPostgres) {
      this.schema.raw('ALTER TABLE search_documents ADD COLUMN words tsvector')
      this.schema.raw('CREATE INDEX search_documents_words ON search_documents USING gin (words)')
      this.schema.raw('CREATE TABLE search_customers (id integer PRIMARY KEY, words tsvector NOT NULL)')
      this.schema.raw('CREATE INDEX search_customers_words ON search_customers USING gin (words)')
    } else {
      // Without content of their own: the texts stand in messages and notes already. The words come folded.
      const options = `content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'`
      this.schema.raw(`CREATE VIRTUAL TABLE search_words USING fts5(subject, sender, recipient, body, ${options})`)
      this.schema.raw(`CREATE VIRTUAL TABLE search_customers USING fts5(name, ${options})`)
    }
  }

  async down() {
    if (!this.isPostgres) this.schema.dropTable('search_words')
    this.schema.dropTable('search_customers')
    this.schema.dropTable('search_documents')
  }

  private get isPostgres() {
    return this.db.dialect.name === 'postgres'
  }
}
