import { randomUUID } from 'node:crypto'
import { DateTime } from 'luxon'
import type Inbox from '#channels/inbox'
import { findOrCreateCustomer } from '#customers/identity'
import type Agent from '#people/agent'
import { nowMs } from '#support/clock'
import { openTransaction, transaction } from '#support/transaction'
import type { AttachedFile } from '#tickets/attachment'
import { sanitiseMail } from '#tickets/mail_html'
import { openTicket, type NewTicket } from '#tickets/open_ticket'
import type Ticket from '#tickets/ticket'
import { demo } from './desk.js'
import type { Correspondent } from './people.js'

/** A letter as it once came in. */
export interface PastLetter {
  readonly subject: string
  readonly text: string
  readonly visibleText?: string
  readonly html?: string
  readonly files?: readonly AttachedFile[]
  readonly automatic?: boolean
}

/**
 * One ticket of the past, told by the ticket's own verbs while the clock stands at each moment.
 * What once left is written as sent, so that nothing of it is ever sent again.
 */
export class PastTicket {
  ticket!: Ticket
  #customerId!: number
  #lastReply: string | null = null

  constructor(
    readonly writer: Pick<Correspondent, 'name' | 'address'> & { readonly language?: string },
    readonly inbox: Inbox
  ) {}

  async open(first: PastLetter, details: Partial<NewTicket>) {
    const { name, address, language } = this.writer
    this.#customerId = (await findOrCreateCustomer({ kind: 'email', value: address, name, language }, demo(null))).id
    await transaction(async () => {
      this.ticket = await openTicket(
        { inboxId: this.inbox.id, channel: 'email', customerId: this.#customerId, subject: first.subject, language, ...details },
        demo({ kind: 'customer', id: this.#customerId })
      )
      await this.receive(first)
    })
  }

  async receive({ subject, text, visibleText, html, files, automatic }: PastLetter) {
    const clean = html ? sanitiseMail(html) : null
    await this.ticket.receive(
      {
        kind: 'inbound',
        inboxId: this.inbox.id,
        author: { kind: 'customer', id: String(this.#customerId) },
        fromName: this.writer.name,
        fromAddress: this.writer.address,
        to: [{ address: this.inbox.address! }],
        subject,
        text,
        visibleText,
        html: clean?.html ?? null,
        remoteImages: clean?.remoteImages ?? 0,
        externalId: `<${randomUUID()}@${this.writer.address.split('@')[1]}>`,
        inReplyTo: this.#lastReply,
        references: this.#lastReply ? [this.#lastReply] : [],
        fingerprint: randomUUID(),
        automatic,
        authentication: { verdict: 'verified', checks: { spf: 'pass', dkim: 'pass', dmarc: 'pass' } },
        sentAt: nowMs() - 12_000,
        receivedAt: nowMs(),
        files,
      },
      demo({ kind: 'customer', id: this.#customerId })
    )
  }

  async reply(agent: Agent, text: string, { files, statusAfter }: { files?: readonly AttachedFile[]; statusAfter?: 'pending' | 'resolved' | 'open' } = {}) {
    await transaction(async () => {
      const message = await this.ticket.reply({ text, files, statusAfter }, demo(agent))
      this.#lastReply = await this.#sent(message.id)
    })
  }

  /** The last reply comes back: its address does not exist. */
  async bounce() {
    const { address } = this.writer
    const diagnostic = `550 5.1.1 <${address}>: Recipient address rejected: User unknown`
    await transaction(async (trx) => {
      const reply = await trx.from('messages').where({ ticket_id: this.ticket.id, kind: 'reply' }).orderBy('id', 'desc').select('id').first()
      const error = JSON.stringify({ plugin: 'gateway', key: 'bounced', values: { word: 'userunknown' }, detail: diagnostic })
      await trx.from('deliveries').where('message_id', reply.id).update({ state: 'failed', failed_at: nowMs(), error_code: 'bounced', error, updated_at: nowMs() })
      await this.ticket.receive(
        {
          kind: 'bounce',
          inboxId: this.inbox.id,
          author: { kind: 'system', id: null },
          subject: `Undelivered Mail Returned to Sender (${address})`,
          text: diagnostic,
          externalId: `<${randomUUID()}@posta.example>`,
          fingerprint: randomUUID(),
          automatic: true,
          bounce: { recipient: address, action: 'failed', status: '5.1.1', diagnostic, reason: 'userunknown', originalMessageId: reply.id },
          receivedAt: nowMs(),
          reopens: true,
        },
        demo(null)
      )
      await this.ticket.tell('message:failed', { messageId: reply.id, reason: 'userunknown' } as never, demo(null))
    })
  }

  async snooze(agent: Agent, until: number) {
    await this.ticket.snooze(DateTime.fromMillis(until, { zone: 'utc' }), demo(agent))
  }

  /** Marks the delivery as gone the moment it was written; the message gets the id it went out with. */
  async #sent(messageId: number): Promise<string> {
    const trx = openTransaction()
    const at = nowMs()
    const { reference } = await trx.from('deliveries').where('message_id', messageId).select('reference').first()
    const externalId = `<${reference}@${this.inbox.address!.split('@')[1]}>`
    const gone = { state: 'sent', attempts: 1, first_tried_at: at, sent_at: at, external_id: externalId, updated_at: at }
    await trx.from('deliveries').where('message_id', messageId).update(gone)
    await trx.from('messages').where('id', messageId).update({ external_id: externalId, sent_at: at })
    await this.ticket.tell('message:sent', { messageId }, demo(null))
    return externalId
  }
}
