import vine from '@vinejs/vine'
import { assignAsBefore } from '#routing/assignment'
import { reading, transaction } from '#support/transaction'
import { follow, unfollow } from '#tickets/following'
import { link, linksOf, unlink } from '#tickets/linking'
import { mergeTickets, unmergeTicket } from '#tickets/merging'
import { splitTicket } from '#tickets/splitting'
import { endpoint, type Call } from '../endpoint.js'
import { maySee, ticketToChange, visibleTicket } from '../found.js'
import { Refusal, wrongField } from '../problem.js'
import { idRule } from '../rules.js'
import { id, idOf, iso, listOf, nullable, object, oneOf, text, time, whole } from '../schema.js'
import { namedAgent, STATUSES, ticketSchema } from '../serializers/ticket.js'
import { one } from './tickets.js'

const linkSchema = object({ number: id, subject: text(), status: oneOf(...STATUSES), kind: oneOf('related', 'parent', 'child') })
const followersSchema = whole(namedAgent)
const draftSchema = object({ agent: namedAgent, kind: oneOf('reply', 'note'), text: text(), updated_at: nullable(time) })

const merger = vine.create({ into: idRule() })
const split = vine.create({ message_ids: vine.array(idRule()).minLength(1).maxLength(500), note_ids: vine.array(idRule()).maxLength(500).optional(), subject: vine.string().trim().maxLength(500).optional() })
const newLink = vine.create({ number: idRule(), kind: vine.enum(['related', 'parent', 'child'] as const).optional() })

/** Tickets that belong together, and who follows them. */
export const joining = [
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/merge',
    resource: 'Acts',
    summary: 'Merge into another ticket',
    description: 'Messages, notes, tags, tasks, links, side conversations, followers and drafts go into the target; answers arrive there. The ticket is closed and names its target in `merged_into`. Answers with the target.',
    ability: 'write',
    body: merger,
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      const into = Number(call.body.into)
      await visibleTicket(call)
      await visibleOther(call, 'into', into)
      await mergeTickets(call.params.number, into, call.cause)
      return one(call, into)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/tickets/{number}/merge',
    resource: 'Acts',
    summary: 'Part a ticket that was merged, within 24 hours',
    ability: 'write',
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      const ticket = await visibleTicket(call)
      if (ticket.merged_into_id) await visibleOther(call, 'into', ticket.merged_into_id)
      await unmergeTicket(ticket.id, call.cause)
      return one(call, ticket.id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/split',
    resource: 'Acts',
    summary: 'Split messages off into a ticket of their own',
    description: 'The new ticket has the same customer, mailbox, owner and team, and is linked as a child. Answers with the new ticket.',
    ability: 'write',
    body: split,
    answer: ticketSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { message_ids: messageIds, note_ids: noteIds, subject } = call.body
      const child = await transaction(async () => splitTicket((await ticketToChange(call)).id, { messageIds: messageIds.map(Number), noteIds: noteIds?.map(Number), subject }, assignAsBefore, call.cause))
      return one(call, child.id)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/links',
    resource: 'Tickets',
    summary: 'List the tickets that this one is linked with',
    description: '`parent`: the other one is its parent; `child`: it is the parent of the other one.',
    ability: 'read',
    answer: whole(linkSchema),
    refusals: [404],
    async handle(call) {
      return linksJson(call, (await visibleTicket(call)).id)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/links',
    resource: 'Tickets',
    summary: 'Link with another ticket',
    ability: 'write',
    body: newLink,
    answer: whole(linkSchema),
    refusals: [404],
    async handle(call) {
      await visibleOther(call, 'number', Number(call.body.number))
      await transaction(async () => link(await ticketToChange(call), Number(call.body.number), call.body.kind ?? 'related', call.cause))
      return linksJson(call, call.params.number)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/tickets/{number}/links/{other}',
    resource: 'Tickets',
    summary: 'Untie from another ticket',
    ability: 'write',
    answer: whole(linkSchema),
    refusals: [404],
    async handle(call) {
      await transaction(async () => unlink(await ticketToChange(call), call.params.other, call.cause))
      return linksJson(call, call.params.number)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/followers',
    resource: 'Tickets',
    summary: 'List who follows a ticket',
    ability: 'read',
    answer: followersSchema,
    refusals: [404],
    async handle(call) {
      return followersJson((await visibleTicket(call)).id)
    },
  }),
  ...(['POST', 'DELETE'] as const).map((method) =>
    endpoint({
      method,
      path: '/tickets/{number}/following',
      resource: 'Tickets',
      summary: method === 'POST' ? 'Follow a ticket' : 'Stop following a ticket',
      ability: 'write',
      answer: followersSchema,
      refusals: [404],
      async handle(call) {
        await transaction(async () => (method === 'POST' ? follow : unfollow)(await ticketToChange(call), call.agent.id, call.cause))
        return followersJson(call.params.number)
      },
    })
  ),
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/drafts',
    resource: 'Tickets',
    summary: 'Read the drafts on a ticket that one may read',
    description: "One's own, and the owner's for whoever stands in for them: to read and to copy, never to send.",
    ability: 'read',
    answer: object({ data: listOf(draftSchema), next_cursor: nullable(text()) }),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const standsIn = ticket.acting_id === call.agent.id || (ticket.acting_team_id !== null && (await reading().from('team_members').where({ team_id: ticket.acting_team_id, agent_id: call.agent.id }).first()) !== null)
      const whose = [call.agent.id, ...(standsIn && ticket.owner_id ? [ticket.owner_id] : [])]
      const rows = await reading().from('drafts').join('agents', 'agents.id', 'drafts.agent_id').where('drafts.ticket_id', ticket.id).whereIn('drafts.agent_id', whose).orderBy('drafts.id').select('drafts.*', 'agents.name')
      return { data: rows.map((row) => ({ agent: { id: idOf(row.agent_id as number), name: row.name }, kind: row.kind, text: row.text, updated_at: iso(row.updated_at) })), next_cursor: null }
    },
  }),
]

async function linksJson(call: Call<any, any>, ticketId: number) {
  const links = (await linksOf(ticketId)).filter(({ inboxId }) => maySee(call.access, inboxId))
  return { data: links.map(({ id: number, subject, status, kind }) => ({ number: idOf(number), subject, status, kind })), next_cursor: null }
}

async function followersJson(ticketId: number) {
  const rows = await reading().from('followers').join('agents', 'agents.id', 'followers.agent_id').where('followers.ticket_id', ticketId).orderBy('followers.created_at').select('agents.id', 'agents.name')
  return { data: rows.map((row) => ({ id: idOf(row.id as number), name: row.name })), next_cursor: null }
}

/** @throws Refusal naming the field, whether it is not there or not to be seen */
async function visibleOther(call: Call<any, any>, field: string, number: number) {
  const row = await reading().from('tickets').where('id', number).select('inbox_id', 'side_of_id').first()
  if (!row || row.side_of_id !== null || !maySee(call.access, row.inbox_id)) {
    if (field === 'into' && call.ctx.request.method() === 'DELETE') throw new Refusal(404, 'not_found')
    throw wrongField(field, 'exists', `The field ${field} names a ticket that is not there`)
  }
}
