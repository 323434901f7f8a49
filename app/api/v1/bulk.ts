import vine from '@vinejs/vine'
import { maySeeInbox } from '#people/access'
import { assignAsBefore } from '#routing/assignment'
import { BULK_ACTS, doInBulk, MOST_AT_ONCE, MOST_MERGED, previewBulk, type BulkChange } from '#routing/bulk'
import { takeBackAct } from '#tickets/act'
import { PRIORITIES } from '#tickets/ticket/describable'
import type { Actor } from '#support/actor'
import { endpoint } from '../endpoint.js'
import { Refusal, wrongField } from '../problem.js'
import { flag, idRule, moment } from '../rules.js'
import { id, idOf, integer, listOf, nullable, object } from '../schema.js'

const change = vine.create({
  ticket_numbers: vine.array(idRule()).minLength(1).maxLength(MOST_AT_ONCE),
  act: vine.enum(BULK_ACTS),
  /** Says what would happen and changes nothing. */
  preview: flag().optional(),
  tags: vine.array(vine.string().trim().minLength(1).maxLength(60)).minLength(1).maxLength(20).optional(),
  owner_id: idRule().nullable().optional(),
  team_id: idRule().nullable().optional(),
  priority: vine.enum(PRIORITIES).optional(),
  pending_on: vine.enum(['customer', 'third_party'] as const).optional(),
  until: vine.string().optional(),
  /** Of `merge`: where the others go. */
  into: idRule().optional(),
})

type Body = { act: (typeof BULK_ACTS)[number]; tags?: string[]; owner_id?: string | null; team_id?: string | null; priority?: (typeof PRIORITIES)[number]; pending_on?: 'customer' | 'third_party'; until?: string; into?: string }

/** The same for many tickets, and the way back. */
export const bulk = [
  endpoint({
    method: 'POST',
    path: '/bulk-changes',
    resource: 'Acts',
    summary: 'Change many tickets at once',
    description: `At most ${MOST_AT_ONCE}. Each is its own change: one that cannot be changed stops no other. With \`preview\` it only says which would change. \`act_id\` takes all of it back within ten seconds. \`merge\` puts all but \`into\` into that one, at most ${MOST_MERGED} at once; each can be parted from it for 24 hours.`,
    ability: 'write',
    body: change,
    answer: object({ act_id: nullable(id), changed: integer, will_change: listOf(id), already_so: listOf(id), refused: integer }),
    async handle(call) {
      const numbers = [...new Set(call.body.ticket_numbers.map(Number))]
      const wanted = changeOf(call.body)
      const { will, already, refused } = await previewBulk(numbers, wanted, call.agent)
      const said = { will_change: will.map((one) => idOf(one.id)), already_so: already.map((one) => idOf(one.id)), refused }
      if (call.body.preview) return { act_id: null, changed: 0, ...said }
      const { actId, changed } = await doInBulk(numbers, wanted, call.agent, call.cause.by as Extract<Actor, { kind: 'agent' }>)
      return { act_id: idOf(actId), changed, ...said }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/acts/{id}',
    resource: 'Acts',
    summary: 'Take an act back within ten seconds',
    description: 'Each ticket becomes what it was, unless somebody changed the same things since. 409: too late, or taken back already.',
    ability: 'write',
    answer: object({ ticket_numbers: listOf(id), changed: integer }),
    refusals: [404, 409],
    async handle(call) {
      const by = call.cause.by as Extract<Actor, { kind: 'agent' }>
      const known = await takeBackAct(call.params.id, by, { assign: assignAsBefore, mayChange: (inboxId) => maySeeInbox(call.agent, inboxId) }).catch((error) => {
        if (error?.status === 404) throw new Refusal(404, 'not_found')
        throw error
      })
      return { ticket_numbers: known.ticketIds.map((one) => idOf(one)), changed: known.changed }
    },
  }),
]

function changeOf(body: Body): BulkChange {
  const needs = <T>(field: string, value: T | undefined): T => {
    if (value === undefined) throw wrongField(field, 'required', `The act ${body.act} needs ${field}`)
    return value
  }
  switch (body.act) {
    case 'tag':
    case 'untag':
      return { act: body.act, names: needs('tags', body.tags) }
    case 'assign': {
      if (body.owner_id === undefined && body.team_id === undefined) needs('owner_id', undefined)
      const number = (value: string | null | undefined) => (value === undefined ? undefined : value === null ? null : Number(value))
      return { act: 'assign', ownerId: number(body.owner_id), teamId: number(body.team_id) }
    }
    case 'priority':
      return { act: 'priority', priority: needs('priority', body.priority) }
    case 'pending':
      return { act: 'pending', on: body.pending_on ?? 'customer' }
    case 'snooze':
      return { act: 'snooze', until: moment('until', needs('until', body.until)) }
    case 'merge':
      return { act: 'merge', into: Number(needs('into', body.into)) }
    default:
      return { act: body.act }
  }
}
