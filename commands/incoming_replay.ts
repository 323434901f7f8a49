import { BaseCommand, args, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** "Process again", for one item or for all that failed. A working process, or this one, then reads them. */
export default class IncomingReplay extends BaseCommand {
  static commandName = 'incoming:replay'
  static description = 'Process incoming items again from the bytes that were kept'
  static options: CommandOptions = { startApp: true }

  @args.spread({ description: 'Ids of items that were ignored or failed', required: false })
  declare ids: string[]

  @flags.boolean({ description: 'All that failed' })
  declare failed: boolean

  @flags.boolean({ description: 'Print the outcomes as JSON' })
  declare json: boolean

  async run() {
    const { default: db } = await import('@adonisjs/lucid/services/db')
    const { replay } = await import('#channels/inbound/gateway')
    const { takeNextIncoming } = await import('#channels/inbound/processing')

    const ids = (this.ids ?? []).map(Number)
    if (this.failed) ids.push(...(await db.from('incoming_items').where('state', 'failed').orderBy('id').select('id')).map(({ id }) => id))
    for (const id of ids) {
      await replay(id, { by: null, via: 'command' }).catch(() => {
        this.logger.error(`${id}: only what was ignored or failed can be processed again`)
        this.exitCode = 1
      })
    }
    while (await takeNextIncoming()) {
      // What waited before it in its inbox goes first.
    }

    const items = await db.from('incoming_items').whereIn('id', ids).orderBy('id').select('id', 'state', 'outcome', 'ticket_id')
    if (this.json) console.log(JSON.stringify(items.map(({ id, state, outcome, ticket_id: ticket }) => ({ id: String(id), state, outcome, ticket_number: ticket && String(ticket) }))))
    else for (const item of items) this.logger.info(`${item.id}: ${item.outcome ?? item.state}${item.ticket_id ? ` #${item.ticket_id}` : ''}`)
  }
}
