import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** What a mail server's pipe understands (sysexits.h): kept · try again · not a message. */
const KEPT = 0
const TRY_AGAIN = 75
const NOT_A_MESSAGE = 65

/** Takes one raw message from standard input, for an MTA's pipe. Works against the database; no server need run. */
export default class MailIngest extends BaseCommand {
  static commandName = 'mail:ingest'
  static description = 'Hand one raw message from standard input to an inbox (exit: 0 kept, 75 try again, 65 not a message)'
  static options: CommandOptions = { startApp: true }

  @flags.number({ description: 'Id of the inbox', required: true })
  declare inbox: number

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    this.exitCode = await this.#ingest().catch((error: Error) => {
      this.logger.error(error.message)
      return TRY_AGAIN
    })
  }

  async #ingest(): Promise<number> {
    const { default: Inbox } = await import('#channels/inbox')
    const { ingest } = await import('#channels/inbound/gateway')
    const { releaseLeasesOfTheDead } = await import('#support/leases')
    const { now } = await import('#support/clock')

    const inbox = await Inbox.query().where('id', this.inbox).whereNull('deleted_at').first()
    if (!inbox) throw new Error(`There is no inbox ${this.inbox}`)
    const body = await buffer(process.stdin)
    await releaseLeasesOfTheDead()
    const externalId = createHash('sha256').update(body).digest('hex')
    const taken = await ingest(inbox, { externalId, type: 'message/rfc822', at: now(), body }, { via: 'command' })

    if (this.json) {
      const { incomingId, messageId, ticketId, outcome, reason } = taken
      console.log(JSON.stringify({ incoming_id: String(incomingId), message_id: messageId && String(messageId), ticket_number: ticketId && String(ticketId), outcome, reason }))
    }
    return taken.outcome === 'failed' && taken.reason !== null ? NOT_A_MESSAGE : KEPT
  }
}
