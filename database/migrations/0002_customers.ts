import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('customers', (table) => {
      table.increments('id')
      table.string('name', 200).notNullable().defaultTo('')
      /** Folded (search/folding.ts), so that a list sorted by name needs no collation. */
      table.string('sort_name', 200).notNullable().defaultTo('')
      table.string('language', 5).nullable()
      table.text('about').nullable()
      table.integer('merged_into_id').nullable().references('customers.id')
      table.bigInteger('erased_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['sort_name', 'id'])
      table.index(['updated_at', 'id'])
    })

    this.schema.createTable('addresses', (table) => {
      table.increments('id')
      table.integer('customer_id').notNullable().references('customers.id')
      table.string('kind', 10).notNullable()
      /** Normalised: lower-cased e-mail, E.164, the channel's own id. */
      table.string('value', 254).notNullable()
      table.bigInteger('invalid_at').nullable()
      table.bigInteger('images_allowed_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.unique(['kind', 'value'])
      table.index(['customer_id'])
      table.check(`kind in ('email', 'phone', 'handle')`)
    })

    this.schema.createTable('customer_links', (table) => {
      table.integer('customer_id').notNullable().references('customers.id')
      table.string('plugin', 60).notNullable()
      table.string('external_id', 200).notNullable()
      table.bigInteger('created_at').notNullable()
      table.primary(['customer_id', 'plugin'])
      table.index(['plugin', 'external_id'])
    })
  }

  async down() {
    for (const table of ['customer_links', 'addresses', 'customers']) this.schema.dropTable(table)
  }
}
