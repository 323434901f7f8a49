import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('plugin_faults', (table) => {
      table.increments('id')
      table.string('plugin', 60).notNullable()
      /** Where it happened: `panel:orders`, `job:sync`, `route:GET /hooks/…`. */
      table.string('place', 120).notNullable()
      table.text('message').notNullable()
      table.bigInteger('at').notNullable()
      table.index(['plugin', 'id'])
    })
  }

  async down() {
    this.schema.dropTable('plugin_faults')
  }
}
