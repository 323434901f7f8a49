import vine from '@vinejs/vine'
import { keepCovered, leaveCovered, takeBack } from '#routing/coverage/keeping'
import type { Cause } from '#support/actor'
import { reading, transaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'
import { endpoint } from '../endpoint.js'
import { ticketToChange } from '../found.js'
import { pageById } from '../places.js'
import { idRule, paging } from '../rules.js'
import { page } from '../schema.js'
import { coverageSchema, coveragesJson } from '../serializers/absence.js'
import { ticketSchema } from '../serializers/ticket.js'
import { one } from './tickets.js'

const onlyOpen = vine.enum(['true', 'false'] as const)

export const coverages = [
  endpoint({
    method: 'GET',
    path: '/coverages',
    resource: 'Absences',
    summary: 'Who stood in for whom on which ticket, the newest first',
    description: '`open=true`: those that stand now.',
    ability: 'read',
    query: vine.create({ ...paging, ticket: idRule().optional(), owner_id: idRule().optional(), acting_id: idRule().optional(), absence_id: idRule().optional(), open: onlyOpen.optional() }),
    answer: page(coverageSchema),
    async handle(call) {
      const query = reading().from('coverages')
      if (call.query.ticket) query.where('ticket_id', Number(call.query.ticket))
      if (call.query.owner_id) query.where('owner_id', Number(call.query.owner_id))
      if (call.query.acting_id) query.where('acting_id', Number(call.query.acting_id))
      if (call.query.absence_id) query.where('absence_id', Number(call.query.absence_id))
      if (call.query.open === 'true') query.whereNull('released_at')
      if (call.query.open === 'false') query.whereNotNull('released_at')
      if (call.access !== 'all') query.whereExists((seen) => seen.from('tickets').whereColumn('tickets.id', 'coverages.ticket_id').whereIn('inbox_id', [...(call.access as number[])]))
      const { rows, next_cursor } = await pageById(query, call.query)
      return { data: await coveragesJson(rows), next_cursor }
    },
  }),

  act('POST', 'keeping', 'Keep a ticket for good on which one stands in', (ticket, agentId, cause) => keepCovered(ticket, agentId, cause)),
  act('POST', 'taking-back', 'Work on a covered ticket oneself while away', (ticket, agentId, cause) => takeBack(ticket, agentId, cause)),
  act('DELETE', 'taking-back', 'Leave it with whoever stands in', (ticket, agentId, cause) => leaveCovered(ticket, agentId, cause)),
]

function act(method: 'POST' | 'DELETE', noun: string, summary: string, does: (ticket: Ticket, agentId: number, cause: Cause) => Promise<void>) {
  return endpoint({
    method,
    path: `/tickets/{number}/${noun}`,
    resource: 'Absences',
    summary,
    ability: 'write',
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      await transaction(async () => does(await ticketToChange(call), call.agent.id, call.cause))
      return one(call, call.params.number)
    },
  })
}
