import { BaseSchema } from '@adonisjs/lucid/schema'

/** What the personal inbox of somebody who left says and does for some days. */
export default class extends BaseSchema {
  async up() {
    this.schema.raw('ALTER TABLE inboxes ADD COLUMN farewell_of_id integer REFERENCES agents (id)')
    /** To whom new matters go; null: as the inbox's team has it. */
    this.schema.raw('ALTER TABLE inboxes ADD COLUMN farewell_heir_id integer REFERENCES agents (id)')
    /** What whoever writes there is told, once; null: nothing. */
    this.schema.raw('ALTER TABLE inboxes ADD COLUMN farewell_text text')
    this.schema.raw('ALTER TABLE inboxes ADD COLUMN farewell_from_at bigint')
    this.schema.raw('ALTER TABLE inboxes ADD COLUMN farewell_until_at bigint')
  }

  async down() {
    for (const column of ['farewell_until_at', 'farewell_from_at', 'farewell_text', 'farewell_heir_id', 'farewell_of_id']) this.schema.raw(`ALTER TABLE inboxes DROP COLUMN ${column}`)
  }
}
