import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    /** JSON: the acts to which this agent gave another key, or none (''); null: all as they come. */
    this.schema.raw('ALTER TABLE agents ADD COLUMN keymap text')
  }

  async down() {
    this.schema.raw('ALTER TABLE agents DROP COLUMN keymap')
  }
}
