import vine from '@vinejs/vine'
import Deputy, { nameDeputy, RIGHTS, standingDeputies } from '#routing/deputy'
import DeputyPolicy from '#routing/deputy_policy'
import { reading } from '#support/transaction'
import { endpoint } from '../endpoint.js'
import { existing } from '../found.js'
import { pageById } from '../places.js'
import { Refusal } from '../problem.js'
import { idRule, moment, pagingOnly } from '../rules.js'
import { id, idOf, iso, name, nullable, object, oneOf, page, text, time } from '../schema.js'

const deputySchema = name('Deputy', object({ id, principal_id: id, deputy_id: id, rights: oneOf(...RIGHTS), valid_from: time, valid_to: nullable(time), granted_by_id: nullable(id), created_at: time }))

const newDeputy = vine.create({ principal_id: idRule(), deputy_id: idRule(), rights: vine.enum(RIGHTS), valid_from: vine.string().optional(), valid_to: vine.string().optional() })

/** Standing rights to act for somebody; they move no ticket by themselves. */
export const deputies = [
  endpoint({
    method: 'GET',
    path: '/deputies',
    resource: 'Hand-overs',
    summary: 'List standing deputies: the agent’s own, for a supervisor everybody’s',
    ability: 'read',
    query: pagingOnly,
    answer: page(deputySchema),
    async handle(call) {
      const { rows, next_cursor } = await pageById(standingDeputies(call.agent.isSupervisor ? undefined : call.agent.id), call.query, 'asc')
      return { data: rows.map(deputyJson), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/deputies',
    resource: 'Hand-overs',
    summary: 'Name a deputy',
    ability: 'write',
    body: newDeputy,
    answer: deputySchema,
    status: 201,
    refusals: [409],
    async handle(call) {
      const { rights, valid_from: from, valid_to: until } = call.body
      const [principalId, deputyId] = [(await existing('principal_id', 'agents', [call.body.principal_id]))![0]!, (await existing('deputy_id', 'agents', [call.body.deputy_id]))![0]!]
      if (!new DeputyPolicy().name(call.agent, principalId)) throw new Refusal(403, 'forbidden')
      const made = await nameDeputy({ principalId, deputyId, rights, validFrom: moment('valid_from', from), validTo: moment('valid_to', until) ?? null }, call.cause)
      return deputyJson(await reading().from('deputies').where('id', made.id).firstOrFail())
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/deputies/{id}',
    resource: 'Hand-overs',
    summary: 'End a deputy',
    ability: 'write',
    answer: object({ id: text() }),
    refusals: [404],
    async handle(call) {
      const deputy = await Deputy.find(call.params.id, { client: reading() })
      if (!deputy) throw new Refusal(404, 'not_found')
      if (!new DeputyPolicy().end(call.agent, deputy)) throw new Refusal(403, 'forbidden')
      await deputy.end(call.cause)
      return { id: idOf(deputy.id) }
    },
  }),
]

function deputyJson(row: Record<string, any>) {
  return {
    id: idOf(row.id as number),
    principal_id: idOf(row.principal_id as number),
    deputy_id: idOf(row.deputy_id as number),
    rights: row.rights,
    valid_from: iso(row.valid_from),
    valid_to: iso(row.valid_to),
    granted_by_id: idOf(row.granted_by_id as number | null),
    created_at: iso(row.created_at),
  }
}
