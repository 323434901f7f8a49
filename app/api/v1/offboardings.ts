import vine from '@vinejs/vine'
import Agent from '#people/agent'
import { preview, TO_THE_TEAM, type Heir, type Heirs } from '#routing/offboarding/heirs'
import { takeInventory } from '#routing/offboarding/inventory'
import Offboarding, { planOffboarding } from '#routing/offboarding/offboarding'
import { undoReassignment } from '#routing/offboarding/reassignment'
import { now } from '#support/clock'
import { reading } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { Refusal } from '../problem.js'
import { idRule, moment } from '../rules.js'
import { offboardingJson, offboardingSchema } from '../serializers/offboarding.js'

const heir = () => vine.string().regex(/^(team|team-\d{1,9}|agent-\d{1,9})$/)
const heirs = vine.object({ everything: heir().optional(), inboxes: vine.record(heir()).optional(), supervisor_id: idRule().nullable().optional(), members: vine.record(idRule()).optional(), farewell: vine.object({ days: vine.number({ strict: true }).withoutDecimals().range([1, 365]), text: vine.string().trim().maxLength(5000).nullable().optional() }).nullable().optional() })

/** How an employee leaves: what they hold, who gets it, when their access ends. */
export const offboardings = [
  endpoint({
    method: 'GET',
    path: '/agents/{id}/offboarding',
    resource: 'People',
    summary: 'What an agent holds, and where their leaving stands',
    ability: 'admin',
    answer: offboardingSchema,
    refusals: [404],
    handle: (call) => stateOf(call),
  }),

  endpoint({
    method: 'POST',
    path: '/agents/{id}/offboarding',
    resource: 'People',
    summary: 'Off-board an agent, now or at a moment',
    description: 'Without `at` access ends at once: sessions, streams, tokens, password. Then everything goes to the heirs, in batches, by the system. While it is planned, the same call changes it. After the reassignment was undone, it passes everything on again. `heirs.farewell`: for so many days the personal inboxes of the leaver pass new matters on to the heir and tell whoever writes `text`, once.',
    ability: 'admin',
    body: vine.create({ at: vine.string().optional(), heirs: heirs.optional() }),
    answer: offboardingSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { id } = await agentOf(call)
      const dueAt = moment('at', call.body.at) ?? now()
      const chosen = heirsOf(call.body.heirs)
      const current = await currentOf(id)
      if (current?.state === 'planned') {
        await current.change({ dueAt, heirs: chosen }, call.cause)
        if (dueAt <= now()) await (await Offboarding.findOrFail(current.id, { client: reading() })).begin(call.cause)
      } else if (current?.state === 'done' && current.undoneAt) {
        await current.passOn(chosen, call.cause)
      } else {
        await planOffboarding(id, { dueAt, heirs: chosen }, call.cause)
      }
      return stateOf(call)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/agents/{id}/offboarding',
    resource: 'People',
    summary: 'Call a planned leaving off',
    ability: 'admin',
    answer: offboardingSchema,
    refusals: [404, 409],
    async handle(call) {
      await (await underWay(call)).cancel(call.cause)
      return stateOf(call)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/agents/{id}/offboarding/reassignment',
    resource: 'People',
    summary: 'Undo the reassignment, within 24 hours; access stays off',
    ability: 'admin',
    answer: offboardingSchema,
    refusals: [404, 409],
    async handle(call) {
      await undoReassignment(await underWay(call), call.cause)
      return stateOf(call)
    },
  }),
]

async function agentOf(call: Call<any, any>): Promise<Agent> {
  const agent = await Agent.find(call.params.id, { client: reading() })
  if (!agent) throw new Refusal(404, 'not_found')
  return agent
}

function currentOf(agentId: number) {
  return Offboarding.query({ client: reading() }).where('agent_id', agentId).whereNot('state', 'cancelled').orderBy('id', 'desc').first()
}

async function underWay(call: Call<any, any>): Promise<Offboarding> {
  const offboarding = await currentOf((await agentOf(call)).id)
  if (!offboarding) throw new Refusal(404, 'not_found')
  return offboarding
}

async function stateOf(call: Call<any, any>) {
  const agent = await agentOf(call)
  const found = await currentOf(agent.id)
  const offboarding = found && agent.isActive && found.state === 'done' ? null : found
  const chosen = offboarding?.chosenHeirs ?? TO_THE_TEAM
  return offboardingJson(agent, offboarding, offboarding?.inventoryTaken ?? (await takeInventory(agent.id)), await preview(agent.id, chosen), chosen)
}

function heirsOf(body: { everything?: string; inboxes?: Record<string, string>; supervisor_id?: string | null; members?: Record<string, string>; farewell?: { days: number; text?: string | null } | null } = {}): Heirs {
  return {
    everything: (body.everything ?? 'team') as Heir,
    inboxes: (body.inboxes ?? {}) as Record<string, Heir>,
    supervisorId: body.supervisor_id ? Number(body.supervisor_id) : null,
    members: Object.fromEntries(Object.entries(body.members ?? {}).map(([team, agentId]) => [team, Number(agentId)])),
    ...(body.farewell && { farewell: { days: body.farewell.days, text: body.farewell.text || null } }),
  }
}
