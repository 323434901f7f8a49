import vine from '@vinejs/vine'
import { reading, transaction } from '#support/transaction'
import SavedView, { findSavedView, type KeptFilters } from '#tickets/saved_view'
import SavedViewPolicy from '#tickets/saved_view_policy'
import { sorts } from '#tickets/ticket_list'
import { FILTER_NAMES } from '#tickets/ticket_list/filters'
import { endpoint, type Call } from '../endpoint.js'
import { Refusal, wrongField } from '../problem.js'
import { flag, idRule } from '../rules.js'
import { id, idOf, integer, iso, mapOf, name, nullable, object, text, time, yesNo } from '../schema.js'

const savedViewSchema = name('SavedView', object({ id: text('for `view` of /tickets'), name: text(), owner_id: id, team_id: nullable(id), everybody: yesNo, filters: mapOf(text()), position: integer, created_at: time, updated_at: time }))

const kept = () =>
  vine.object({
    ...Object.fromEntries(FILTER_NAMES.map((filter) => [filter, vine.string().maxLength(500).optional()])),
    view: vine.string().maxLength(40).optional(),
    sort: vine.enum(sorts).optional(),
  })
const newView = vine.create({ name: vine.string().trim().minLength(1).maxLength(60), filters: kept(), team_id: idRule().nullable().optional(), everybody: flag().optional() })
const changes = vine.create({ name: vine.string().trim().minLength(1).maxLength(60).optional(), filters: kept().optional(), team_id: idRule().nullable().optional(), everybody: flag().optional() })

/** Filters with a name, personal or shared. They are listed with all other views by GET /views. */
export const savedViews = [
  endpoint({
    method: 'POST',
    path: '/views',
    resource: 'Finding',
    summary: 'Save a view',
    description: '`filters` takes every filter of /tickets by its name, and `view` and `sort`; `me` stands for whoever reads it. With `team_id` the team has it too, with `everybody` the whole desk.',
    ability: 'write',
    body: newView,
    answer: savedViewSchema,
    status: 201,
    async handle(call) {
      const { name: called, filters, everybody } = call.body
      const view = await SavedView.save(call.agent, { name: called, filters: filters as KeptFilters, teamId: await teamOf(call), everybody }, call.cause)
      return one(view.id)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/views/{id}',
    resource: 'Finding',
    summary: 'Read a saved view by the number in its id',
    ability: 'read',
    answer: savedViewSchema,
    refusals: [404],
    async handle(call) {
      return one((await visibleView(call)).id)
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/views/{id}',
    resource: 'Finding',
    summary: 'Change a saved view',
    description: 'Its maker may; a shared one also a supervisor. `filters` is the whole of them.',
    ability: 'write',
    body: changes,
    answer: savedViewSchema,
    refusals: [404],
    async handle(call) {
      const view = await viewToChange(call)
      const { name: called, filters, everybody } = call.body
      await view.change({ name: called, filters: filters as KeptFilters | undefined, ...(call.body.team_id !== undefined && { teamId: await teamOf(call) }), everybody }, call.agent, call.cause)
      return one(view.id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/views/{id}',
    resource: 'Finding',
    summary: 'Delete a saved view',
    ability: 'write',
    answer: savedViewSchema,
    refusals: [404],
    async handle(call) {
      const view = await viewToChange(call)
      const json = await one(view.id)
      await transaction(() => view.remove(call.cause))
      return json
    },
  }),
]

async function visibleView(call: Call<any, any>): Promise<SavedView> {
  const view = await findSavedView(`saved-${call.params.id}`, call.agent)
  if (!view) throw new Refusal(404, 'not_found')
  return view
}

async function viewToChange(call: Call<any, any>): Promise<SavedView> {
  const view = await visibleView(call)
  if (!new SavedViewPolicy().change(call.agent, view)) throw new Refusal(403, 'role')
  return view
}

/** One's own teams; who steers may name any. */
async function teamOf({ body, agent }: Call<any, { team_id?: string | null }>): Promise<number | null> {
  if (!body.team_id) return null
  const row = agent.isSupervisor
    ? await reading().from('teams').where('id', Number(body.team_id)).first()
    : await reading().from('team_members').where({ team_id: Number(body.team_id), agent_id: agent.id }).first()
  if (!row) throw wrongField('team_id', 'exists', 'The field team_id names no team of yours')
  return Number(body.team_id)
}

async function one(viewId: number) {
  const view = await SavedView.query({ client: reading() }).where('id', viewId).firstOrFail()
  return {
    id: view.key,
    name: view.name,
    owner_id: idOf(view.agentId),
    team_id: idOf(view.teamId),
    everybody: Boolean(view.everybody),
    filters: view.kept,
    position: view.position,
    created_at: iso(view.createdAt.toMillis()),
    updated_at: iso(view.updatedAt.toMillis()),
  }
}
