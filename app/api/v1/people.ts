import vine from '@vinejs/vine'
import Agent from '#people/agent'
import { changeWork } from '#people/work'
import { fold } from '#search/folding'
import { addAgent } from '#people/agents'
import { appUrl } from '#config/app'
import { reading, transaction } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { existing } from '../found.js'
import { pageById } from '../places.js'
import { Refusal } from '../problem.js'
import { flag, idRule, paging, week, weekHours } from '../rules.js'
import { nullable, object, page, text } from '../schema.js'
import { agentSchema, agentsJson, ROLES } from '../serializers/agent.js'

const ids = () => vine.array(idRule()).maxLength(500)

const newAgent = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  email: vine.string().email().maxLength(254),
  role: vine.enum(ROLES),
  password: vine.string().minLength(10).maxLength(200).optional(),
  language: vine.enum(['en', 'cs'] as const).optional(),
  time_zone: vine.string().maxLength(60).nullable().optional(),
  restricted: flag().optional(),
  team_ids: ids().optional(),
})

const agentChanges = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120).optional(),
  role: vine.enum(ROLES).optional(),
  language: vine.enum(['en', 'cs'] as const).optional(),
  time_zone: vine.string().maxLength(60).nullable().optional(),
  restricted: flag().optional(),
  availability: vine.enum(['available', 'away'] as const).optional(),
  signature: vine.string().maxLength(5_000).nullable().optional(),
  active: flag().optional(),
  work: vine
    .object({
      hours: week().nullable().optional(),
      languages: vine.array(vine.string().trim().minLength(2).maxLength(5)).maxLength(20).optional(),
      topics: vine.array(vine.string().trim().minLength(1).maxLength(60)).maxLength(100).optional(),
      caps: vine.record(vine.number().withoutDecimals().range([0, 9999])).optional(),
    })
    .optional(),
})

export const people = [
  endpoint({
    method: 'GET',
    path: '/agents',
    resource: 'People',
    summary: 'List agents',
    ability: 'read',
    query: vine.create({ ...paging, role: vine.enum(ROLES).optional() }),
    answer: page(agentSchema),
    async handle(call) {
      const query = reading().from('agents')
      if (call.query.role) query.where('role', call.query.role)
      const { rows, next_cursor } = await pageById(query, call.query, 'asc')
      return { data: await agentsJson(rows), next_cursor }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/agents/me',
    resource: 'People',
    summary: 'Read the agent whose token this is',
    ability: 'read',
    answer: agentSchema,
    handle: (call) => oneAgent(call.agent.id),
  }),

  endpoint({
    method: 'GET',
    path: '/agents/{id}',
    resource: 'People',
    summary: 'Read an agent',
    ability: 'read',
    answer: agentSchema,
    refusals: [404],
    handle: (call) => oneAgent(call.params.id!),
  }),

  endpoint({
    method: 'POST',
    path: '/agents',
    resource: 'People',
    summary: 'Add an agent',
    description: 'With a password the agent can sign in at once; without one the answer carries `invite_url`, once.',
    ability: 'admin',
    body: newAgent,
    answer: object({ agent: agentSchema, invite_url: nullable(text()) }),
    status: 201,
    refusals: [409],
    async handle({ body, cause }) {
      const agent = await addAgent(
        {
          name: body.name,
          email: body.email,
          role: body.role,
          password: body.password,
          language: body.language,
          timeZone: body.time_zone,
          restricted: body.restricted,
          teamIds: await existing('team_ids', 'teams', body.team_ids),
        },
        cause
      )
      return { agent: await oneAgent(agent.id), invite_url: body.password ? null : await inviteUrl(agent, cause) }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/agents/{id}/invitation',
    resource: 'People',
    summary: 'Make a new link with which an agent sets a password',
    ability: 'admin',
    answer: object({ agent: agentSchema, invite_url: text() }),
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const agent = await findAgent(call)
      return { invite_url: await inviteUrl(agent, call.cause), agent: await oneAgent(agent.id) }
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/agents/{id}',
    resource: 'People',
    summary: 'Change an agent',
    description: '`active: false` signs the agent out everywhere and makes their tokens void; tickets and history stay under the name.',
    ability: 'admin',
    body: agentChanges,
    answer: agentSchema,
    refusals: [404, 409],
    async handle(call) {
      const { active, availability, restricted, time_zone: timeZone, work, ...values } = call.body
      await transaction(async () => {
        const agent = await findAgent(call)
        await agent.change({ ...values, timeZone, ...(restricted !== undefined && { restricted: restricted ? 1 : 0 }) }, call.cause)
        if (work) await changeWork(agent, { ...work, topics: work.topics?.map(fold), hours: weekHours('work.hours', work.hours as Parameters<typeof weekHours>[1]) }, call.cause)
        if (availability) await agent.becomes(availability, call.cause)
        if (active === false) await agent.deactivate(call.cause)
        if (active === true) await agent.reactivate(call.cause)
      })
      return oneAgent(call.params.id!)
    },
  }),
]

async function findAgent(call: Call<any, any>): Promise<Agent> {
  const agent = await Agent.find(call.params.id, { client: reading() })
  if (!agent) throw new Refusal(404, 'not_found')
  return agent
}

async function oneAgent(id: number) {
  const [agent] = await agentsJson(await reading().from('agents').where('id', id))
  if (!agent) throw new Refusal(404, 'not_found')
  return agent
}

async function inviteUrl(agent: Agent, cause: Call['cause']) {
  return `${appUrl}/invitations/${await agent.invite(cause)}`
}
