import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('tickets', (table) => {
      /** Until when a person may still answer, where the channel allows it longer than a machine. */
      table.bigInteger('window_person_until_at').nullable()
    })
  }

  async down() {
    this.schema.alterTable('tickets', (table) => table.dropColumn('window_person_until_at'))
  }
}
