import type { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { storable } from '#support/storable'
import { now } from '#support/clock'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'
import { previewOf } from '#tickets/preview'
import Ticket from '#tickets/ticket'
import { shownFiles, type InboundMessage } from '#tickets/ticket/receiving'

export interface NewTicket {
  readonly inboxId: number
  readonly channel: string
  readonly customerId: number
  readonly subject: string
  /** `closed`: from before the desk. */
  readonly status?: 'new' | 'open' | 'spam' | 'closed'
  readonly category?: string
  readonly priority?: string
  readonly language?: string | null
  readonly teamId?: number | null
  readonly followUpOfId?: number | null
  /** What it may belong to: shown, never followed. */
  readonly possiblyOfId?: number | null
  /** Whether somebody waits for us in it from now on. Default: unless it is spam. */
  readonly waits?: boolean
  readonly custom?: Record<string, string | number | boolean | null> | null
  readonly customerUnsure?: boolean
  /** Its team has not been asked yet who takes it: routing's `openedInTeam` does that. */
  readonly waitsTurn?: boolean
  /** When it began, if not now (import, demo). */
  readonly at?: DateTime
}

/** Opens a ticket by its customer's first message: what `openTicket` and `receive` do, in fewer statements. */
export async function openWithMessage(ticket: NewTicket, message: InboundMessage, cause: Cause): Promise<{ ticket: Ticket; messageId: number }> {
  return transaction(async () => {
    const opened = await openTicket(ticket, cause, message)
    return { ticket: opened, messageId: await opened.receiveFirst(message, cause) }
  })
}

/**
 * Opens a ticket without a message yet; whoever calls appends one in the same transaction.
 *
 * @param first - counted already: the customer's message that comes with `receiveFirst`
 */
export async function openTicket(ticket: NewTicket, cause: Cause, first?: InboundMessage): Promise<Ticket> {
  return transaction(async (trx) => {
    const at = ticket.at ?? now()
    const opened = await Ticket.create(
      {
        inboxId: ticket.inboxId,
        channel: ticket.channel,
        customerId: ticket.customerId,
        subject: storable(ticket.subject).slice(0, 500),
        status: ticket.status ?? 'new',
        category: ticket.category ?? 'customer',
        priority: ticket.priority ?? 'normal',
        language: ticket.language ?? null,
        teamId: ticket.teamId ?? null,
        ownerId: null,
        actingId: null,
        actingTeamId: null,
        coverageId: null,
        followUpOfId: ticket.followUpOfId ?? null,
        possiblyOfId: ticket.possiblyOfId ?? null,
        mergedIntoId: null,
        custom: ticket.custom ?? null,
        customerUnsureAt: ticket.customerUnsure ? at : null,
        preview: first ? previewOf(storable(first.preview ?? first.visibleText ?? first.text)) : '',
        version: 1,
        messageCount: first ? 1 : 0,
        noteCount: 0,
        attachmentCount: first ? shownFiles(first) : 0,
        waitsTurn: ticket.waitsTurn ? 1 : 0,
        ...(first ? { lastCustomerMessageAt: at } : {}),
        waitingSinceAt: ticket.status === 'spam' || ticket.status === 'closed' || ticket.waits === false ? null : at,
        ...(ticket.status === 'closed' ? { resolvedAt: at, closedAt: at } : {}),
        createdAt: at,
        updatedAt: at,
      },
      { client: trx }
    )
    await opened.tell('ticket:opened', {}, { ...cause, at: ticket.at?.toMillis() ?? cause.at })
    afterCommit(() => poke(['list']))
    return opened
  })
}
