import vine from '@vinejs/vine'
import { ask, escalate, handOver } from '#routing/handover/give'
import Handover from '#routing/handover/handover'
import HandoverPolicy from '#routing/handover_policy'
import { handovers as find, readHandovers } from '#routing/handover/handover_list'
import { reading, transaction } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { existing, maySee, ticketToChange, visibleTicket } from '../found.js'
import { readCursor, writeCursor } from '../places.js'
import { Refusal } from '../problem.js'
import { idRule, moment, paging } from '../rules.js'
import { page } from '../schema.js'
import { handoverSchema, handoversJson } from '../serializers/handover.js'

const newHandover = vine.create({
  kind: vine.enum(['transfer', 'ask', 'escalate'] as const),
  to_agent_id: idRule().optional(),
  to_team_id: idRule().optional(),
  note: vine.string().maxLength(20_000).optional(),
  due_at: vine.string().optional(),
})
const words = vine.create({ text: vine.string().trim().minLength(1).maxLength(20_000) })
const reason = vine.create({ text: vine.string().trim().maxLength(20_000).optional() })
const listing = vine.create({
  ...paging,
  waits_for: vine.enum(['me'] as const).optional(),
  by: vine.enum(['me'] as const).optional(),
  ticket: idRule().optional(),
  state: vine.enum(['open', 'accepted', 'declined', 'answered', 'withdrawn'] as const).optional(),
  kind: vine.enum(['transfer', 'ask', 'escalate', 'return'] as const).optional(),
})

/** The four operations between colleagues, and what is said to them. */
export const handovers = [
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/handover',
    resource: 'Hand-overs',
    summary: 'Hand a ticket over, ask about it, or escalate it',
    description: '`transfer`: the owner changes, to `to_agent_id` or `to_team_id`. `ask`: the ticket stays, `note` is the question, `due_at` when an answer is wanted. `escalate`: to the supervisor, whoever that is; `note` is the reason and required.',
    ability: 'write',
    body: newHandover,
    answer: handoverSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { kind, note, due_at: dueAt } = call.body
      const to = await receiver(call.body)
      const { id } = await transaction(async () => {
        const ticket = await ticketToChange(call)
        if (kind === 'transfer') return handOver(ticket, { to, note }, call.cause)
        if (kind === 'ask') return ask(ticket, { to, text: note ?? '', dueAt: moment('due_at', dueAt) }, call.cause)
        return escalate(ticket, { reason: note ?? '' }, call.cause)
      })
      return one(call, id)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/tickets/{number}/handover',
    resource: 'Hand-overs',
    summary: 'Take back the last hand-over of this ticket that the agent made',
    ability: 'write',
    answer: handoverSchema,
    refusals: [404, 409],
    async handle(call) {
      await visibleTicket(call)
      const row = await reading().from('handovers').where({ ticket_id: call.params.number, created_by_id: call.agent.id }).whereNot('state', 'withdrawn').orderBy('id', 'desc').select('id').first()
      if (!row) throw new Refusal(404, 'not_found')
      await (await handoverOf(call, row.id)).withdraw(call.cause)
      return one(call, row.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/handovers',
    resource: 'Hand-overs',
    summary: 'List hand-overs and questions, newest first',
    description: '`waits_for=me`: what the agent or a team of theirs has still to answer or confirm. `by=me`: what the agent gave or asked.',
    ability: 'read',
    query: listing,
    answer: page(handoverSchema),
    async handle(call) {
      const { waits_for: waitsFor, by, ticket, state, kind, limit = 50, cursor } = call.query
      const query = find({ waitsFor: waitsFor && call.agent.id, by: by && call.agent.id, ticket: ticket ? Number(ticket) : undefined, state, kind }, call.access)
      const from = readCursor<{ id: number }>(cursor, ['id'])
      if (from) query.where('handovers.id', '<', from.id)
      const rows = await readHandovers(query.orderBy('handovers.id', 'desc').limit(limit + 1))
      return { data: await handoversJson(rows.slice(0, limit)), next_cursor: writeCursor(rows.length > limit ? { id: rows[limit - 1]!.id } : null) }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/handovers/{id}',
    resource: 'Hand-overs',
    summary: 'Read a hand-over',
    ability: 'read',
    answer: handoverSchema,
    refusals: [404],
    async handle(call) {
      await handoverOf(call, call.params.id!)
      return one(call, call.params.id!)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/handovers/{id}',
    resource: 'Hand-overs',
    summary: 'Take a hand-over or question back',
    ability: 'write',
    answer: handoverSchema,
    refusals: [404, 409],
    handle: (call) => settle(call, 'withdraw', (handover) => handover.withdraw(call.cause)),
  }),

  endpoint({
    method: 'POST',
    path: '/handovers/{id}/acceptance',
    resource: 'Hand-overs',
    summary: 'Say: I have it',
    ability: 'write',
    answer: handoverSchema,
    refusals: [404, 409],
    handle: (call) => settle(call, 'settle', (handover) => handover.accept(call.cause)),
  }),

  endpoint({
    method: 'POST',
    path: '/handovers/{id}/answer',
    resource: 'Hand-overs',
    summary: 'Answer what was asked; the answer is an internal note',
    ability: 'write',
    body: words,
    answer: handoverSchema,
    refusals: [404, 409],
    handle: (call) => settle(call, 'settle', (handover) => handover.answer(call.body.text, call.cause)),
  }),

  endpoint({
    method: 'POST',
    path: '/handovers/{id}/refusal',
    resource: 'Hand-overs',
    summary: 'Decline; a ticket that was handed over returns to where it was',
    ability: 'write',
    body: reason,
    answer: handoverSchema,
    refusals: [404, 409],
    handle: (call) => settle(call, 'settle', (handover) => handover.decline(call.body.text ?? null, call.cause)),
  }),
]

async function receiver(body: { to_agent_id?: string; to_team_id?: string }) {
  const agents = await existing('to_agent_id', 'agents', body.to_agent_id ? [body.to_agent_id] : undefined)
  const teams = await existing('to_team_id', 'teams', body.to_team_id ? [body.to_team_id] : undefined)
  return { agentId: agents?.[0], teamId: teams?.[0] }
}

async function settle(call: Call<any, any>, right: 'settle' | 'withdraw', act: (handover: Handover) => Promise<unknown>) {
  const handover = await handoverOf(call, call.params.id!)
  if (!(await new HandoverPolicy()[right](call.agent, handover))) throw new Refusal(403, 'forbidden')
  await transaction(async (trx) => act(await Handover.findOrFail(handover.id, { client: trx })))
  return one(call, handover.id)
}

/** The hand-over, if the caller may see its ticket. */
async function handoverOf(call: Call<any, any>, id: number): Promise<Handover> {
  const handover = await Handover.find(id, { client: reading() })
  const ticket = handover && (await reading().from('tickets').where('id', handover.ticketId).select('inbox_id').first())
  if (!handover || !ticket || !maySee(call.access, ticket.inbox_id)) throw new Refusal(404, 'not_found')
  return handover
}

async function one(call: Call<any, any>, id: number) {
  const [json] = await handoversJson(await readHandovers(find({}, call.access).where('handovers.id', id)))
  return json!
}
