import vine from '@vinejs/vine'
import { assign, claim } from '#routing/assignment'
import { transaction } from '#support/transaction'
import type { Cause } from '#support/actor'
import type Ticket from '#tickets/ticket'
import { endpoint } from '../endpoint.js'
import { ticketToChange } from '../found.js'
import { moment } from '../rules.js'
import { ticketSchema } from '../serializers/ticket.js'
import { one } from './tickets.js'

const until = vine.create({ until: vine.string() })
const snooze = vine.create({ until: vine.string().nullable().optional(), note: vine.string().trim().maxLength(200).optional() })

/** The same nouns as in the pages: POST does, DELETE undoes. */
export const acts = [
  ...act('resolution', 'Resolve', 'Open it again', (ticket, cause) => ticket.resolve(cause), (ticket, cause) => undo(ticket, 'resolved', () => ticket.reopen(cause))),
  ...act('closure', 'Close', 'Open it again', (ticket, cause) => ticket.close(cause), (ticket, cause) => undo(ticket, 'closed', () => ticket.reopen(cause))),
  ...act('spam', 'Mark as spam', 'Not spam after all', (ticket, cause) => ticket.markSpam(cause), (ticket, cause) => ticket.unmarkSpam(cause)),

  doing('POST', 'claim', 'Take a ticket that nobody owns; of two who do it at once one gets it, the other 409', (ticket, cause) => claim(ticket, agentOf(cause), cause)),
  doing('DELETE', 'claim', 'Put it back: nobody owns it', (ticket, cause) => assign(ticket, { ownerId: null }, cause)),

  endpoint({
    method: 'POST',
    path: '/tickets/{number}/snooze',
    resource: 'Acts',
    summary: 'Snooze until a moment, or until the customer writes',
    description: 'Without `until` only an answer of the customer wakes it. `note` says why; it is shown when it wakes.',
    ability: 'write',
    body: snooze,
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      const at = call.body.until ? moment('until', call.body.until) : null
      await transaction(async () => (await ticketToChange(call)).snooze(at, call.cause, call.body.note ?? null))
      return one(call, call.params.number)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/reminder',
    resource: 'Acts',
    summary: 'Wait for the customer, and bring it back at a moment if there is no answer',
    ability: 'write',
    body: until,
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      const at = moment('until', call.body.until)
      await transaction(async () => (await ticketToChange(call)).remindUnlessAnswered(at, call.cause))
      return one(call, call.params.number)
    },
  }),
  undoing('reminder', 'Take the reminder away', (ticket, cause) => ticket.forgetReminder(cause)),
  undoing('snooze', 'Wake it now', (ticket, cause) => ticket.wake(cause)),
]

type Verb = (ticket: Ticket, cause: Cause) => Promise<unknown>

function act(noun: string, summary: string, undoSummary: string, does: Verb, undoes: Verb) {
  return [doing('POST', noun, summary, does), undoing(noun, undoSummary, undoes)]
}

function undoing(noun: string, summary: string, verb: Verb) {
  return doing('DELETE', noun, summary, verb)
}

function doing(method: 'POST' | 'DELETE', noun: string, summary: string, verb: Verb) {
  return endpoint({
    method,
    path: `/tickets/{number}/${noun}`,
    resource: 'Acts',
    summary,
    ability: 'write',
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      await transaction(async () => verb(await ticketToChange(call), call.cause))
      return one(call, call.params.number)
    },
  })
}

function agentOf({ by }: Cause) {
  if (by?.kind !== 'agent') throw new Error('The API is called by agents')
  return by.id
}

/** Undoing what is not done does nothing: it must not open a ticket that is pending or spam. */
async function undo(ticket: Ticket, status: string, verb: () => Promise<void>) {
  if (ticket.status === status) await verb()
}
