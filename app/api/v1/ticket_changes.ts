import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import { assign } from '#routing/assignment'
import type { Cause } from '#support/actor'
import { transaction } from '#support/transaction'
import { PRIORITIES } from '#tickets/ticket/describable'
import type Ticket from '#tickets/ticket'
import type { Call } from '../endpoint.js'
import { ticketToChange } from '../found.js'
import { wrongField } from '../problem.js'
import { idRule, moment } from '../rules.js'
import { ticketsJson } from '../serializers/ticket.js'

export const ticketChanges = vine.create({
  status: vine.enum(['open', 'pending', 'snoozed', 'resolved', 'closed', 'spam'] as const).optional(),
  pending_on: vine.enum(['customer', 'third_party'] as const).nullable().optional(),
  priority: vine.enum(PRIORITIES).optional(),
  owner_id: idRule().nullable().optional(),
  team_id: idRule().nullable().optional(),
  tags: vine.array(vine.string().trim().minLength(1).maxLength(60)).maxLength(50).optional(),
  category: vine.string().trim().maxLength(40).optional(),
  subject: vine.string().trim().minLength(1).maxLength(500).optional(),
  snoozed_until: vine.string().nullable().optional(),
  custom: vine.record(vine.any().nullable()).optional(),
})

export type Changes = Infer<(typeof ticketChanges)['schema']>

/** Each field goes through the verb of its act; together they are one transaction. */
export async function changeTicket(call: Call<any, Changes>) {
  await transaction(async () => {
    const ticket = await ticketToChange(call)
    const { body, cause } = call
    if (body.subject !== undefined) await ticket.rename(body.subject, cause)
    if (body.priority !== undefined) await ticket.prioritise(body.priority, cause)
    if (body.category !== undefined) await ticket.categorise(body.category, cause)
    if (body.custom !== undefined) await ticket.customise(plainValues(body.custom), cause)
    if (body.tags !== undefined) await retag(ticket, body.tags, cause)
    if (body.owner_id !== undefined || body.team_id !== undefined) await assign(ticket, responsible(body), cause)
    await changeStatus(ticket, body, cause)
  })
}

/** Fields of the desk's own are single values. */
export function plainValues(custom: Record<string, unknown>): Record<string, string | number | boolean | null> {
  for (const [key, value] of Object.entries(custom)) {
    if (value !== null && typeof value === 'object') throw wrongField(`custom.${key}`, 'scalar', `The field custom.${key} must be a text, a number, true, false or null`)
  }
  return custom as Record<string, string | number | boolean | null>
}

/** Owner and team of a request; what is absent stays. */
export function responsible({ owner_id: owner, team_id: team }: { owner_id?: string | null; team_id?: string | null }) {
  return {
    ...(owner !== undefined && { ownerId: owner === null ? null : Number(owner) }),
    ...(team !== undefined && { teamId: team === null ? null : Number(team) }),
  }
}

async function retag(ticket: Ticket, wanted: readonly string[], cause: Cause) {
  const [now] = await ticketsJson([ticket.id])
  const same = (one: string) => (other: string) => other.toLowerCase() === one.toLowerCase()
  await ticket.tag({ add: wanted, remove: now!.tags.filter((tag) => !wanted.some(same(tag))) }, cause)
}

async function changeStatus(ticket: Ticket, { status, pending_on: pendingOn, snoozed_until: until }: Changes, cause: Cause) {
  if (pendingOn && status !== undefined && status !== 'pending') throw wrongField('pending_on', 'status', 'pending_on goes with the status pending')
  if (until && status !== undefined && status !== 'snoozed') throw wrongField('snoozed_until', 'status', 'snoozed_until goes with the status snoozed')

  if (status === 'snoozed' || until) {
    if (!until) throw wrongField('snoozed_until', 'required', 'A snooze needs snoozed_until')
    return ticket.snooze(moment('snoozed_until', until), cause)
  }
  if (status === 'pending' || pendingOn) return ticket.waitFor(pendingOn ?? 'customer', cause)
  if (status === 'resolved') return ticket.resolve(cause)
  if (status === 'closed') return ticket.close(cause)
  if (status === 'spam') return ticket.markSpam(cause)
  if (status === 'open') return reopen(ticket, cause)
  if (pendingOn === null && ticket.status === 'pending') return reopen(ticket, cause)
  if (until === null && ticket.status === 'snoozed') return ticket.wake(cause)
}

function reopen(ticket: Ticket, cause: Cause) {
  if (ticket.status === 'spam') return ticket.unmarkSpam(cause)
  if (ticket.status === 'snoozed') return ticket.wake(cause)
  return ticket.reopen(cause)
}
