import { BaseSchema } from '@adonisjs/lucid/schema'

/** What a message holds besides words: an invitation, and how its contents are sealed. */
export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('messages', (table) => {
      /** JSON; tickets/message_parts.ts. */
      table.text('invitation').nullable()
      /** `smime-signed`, `smime-encrypted`, `pgp-signed`, `pgp-encrypted`. */
      table.string('protection', 20).nullable()
    })
  }

  async down() {
    this.schema.alterTable('messages', (table) => {
      table.dropColumn('invitation')
      table.dropColumn('protection')
    })
  }
}
