import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import Team, { makeTeam } from '#people/team'
import { DISTRIBUTIONS, ESCALATIONS, MATCHINGS, type TeamWork } from '#people/work'
import { reading, transaction } from '#support/transaction'
import { endpoint } from '../endpoint.js'
import { existing } from '../found.js'
import { pageById } from '../places.js'
import { Refusal } from '../problem.js'
import { flag, idRule, pagingOnly, week, weekHours } from '../rules.js'
import { object, page, text } from '../schema.js'
import { teamSchema, teamsJson } from '../serializers/agent.js'

const ids = () => vine.array(idRule()).maxLength(500)

const limit = () => vine.number().withoutDecimals().range([0, 9999]).nullable().optional()
const work = vine.object({
  distribution: vine.enum(DISTRIBUTIONS).optional(),
  sticky: flag().optional(),
  matching: vine.enum(MATCHINGS).optional(),
  most_open: limit(),
  most_at_once: limit(),
  only_present: flag().optional(),
  hours: week().nullable().optional(),
  time_zone: vine.string().maxLength(60).nullable().optional(),
  escalation: vine.enum(ESCALATIONS).optional(),
})

const teamFields = {
  work: work.optional(),
  supervisor_id: idRule().nullable().optional(),
  member_ids: ids().optional(),
  inbox_ids: ids().optional(),
}
const newTeam = vine.create({ name: vine.string().trim().minLength(1).maxLength(120), ...teamFields })
const teamChanges = vine.create({ name: vine.string().trim().minLength(1).maxLength(120).optional(), ...teamFields })

export const teams = [
  endpoint({
    method: 'GET',
    path: '/teams',
    resource: 'People',
    summary: 'List teams',
    ability: 'read',
    query: pagingOnly,
    answer: page(teamSchema),
    async handle(call) {
      const { rows, next_cursor } = await pageById(reading().from('teams'), call.query, 'asc')
      return { data: await teamsJson(rows), next_cursor }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/teams/{id}',
    resource: 'People',
    summary: 'Read a team',
    ability: 'read',
    answer: teamSchema,
    refusals: [404],
    handle: (call) => oneTeam(call.params.id!),
  }),

  endpoint({
    method: 'POST',
    path: '/teams',
    resource: 'People',
    summary: 'Make a team',
    ability: 'admin',
    body: newTeam,
    answer: teamSchema,
    status: 201,
    refusals: [409],
    async handle({ body, cause }) {
      const links = await linked(body)
      const team = await transaction(async () => {
        const made = await makeTeam({ name: body.name, ...links }, cause)
        await made.workAs(workOf(body.work), cause)
        return made
      })
      return oneTeam(team.id)
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/teams/{id}',
    resource: 'People',
    summary: 'Change a team; lists are whole',
    ability: 'admin',
    body: teamChanges,
    answer: teamSchema,
    refusals: [404, 409],
    async handle(call) {
      const links = await linked(call.body)
      await transaction(async (trx) => {
        const team = await Team.find(call.params.id, { client: trx })
        if (!team) throw new Refusal(404, 'not_found')
        await team.change({ name: call.body.name, ...links }, call.cause)
        await team.workAs(workOf(call.body.work), call.cause)
      })
      return oneTeam(call.params.id!)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/teams/{id}',
    resource: 'People',
    summary: 'Dissolve a team that no ticket and no inbox names',
    ability: 'admin',
    answer: object({ id: text() }),
    refusals: [404, 409],
    async handle(call) {
      const team = await Team.find(call.params.id)
      if (!team) throw new Refusal(404, 'not_found')
      await team.dissolve(call.cause)
      return { id: String(call.params.id) }
    },
  }),
]

async function oneTeam(id: number) {
  const [team] = await teamsJson(await reading().from('teams').where('id', id))
  if (!team) throw new Refusal(404, 'not_found')
  return team
}

type WorkBody = Infer<typeof work> | undefined

function workOf({ most_open: mostOpen, most_at_once: mostAtOnce, only_present: onlyPresent, time_zone: timeZone, hours, ...values }: NonNullable<WorkBody> = {}): Partial<TeamWork> {
  return { ...values, mostOpen, mostAtOnce, onlyPresent, timeZone, hours: weekHours('work.hours', hours as Parameters<typeof weekHours>[1]) }
}

async function linked(body: { supervisor_id?: string | null; member_ids?: string[]; inbox_ids?: string[] }) {
  const { supervisor_id: supervisor } = body
  const supervisorIds = await existing('supervisor_id', 'agents', supervisor ? [supervisor] : undefined)
  return {
    ...(supervisor !== undefined && { supervisorId: supervisorIds?.[0] ?? null }),
    memberIds: await existing('member_ids', 'agents', body.member_ids),
    inboxIds: await existing('inbox_ids', 'inboxes', body.inbox_ids),
  }
}
