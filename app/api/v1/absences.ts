import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import Agent from '#people/agent'
import Absence, { KINDS, type Kind } from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import { accept, decline } from '#routing/absence/answers'
import { changePlan, planOf } from '#routing/absence/default_plan'
import { cancelAbsence, changeAbsence, endAbsence, planAbsence, type AbsenceValues } from '#routing/absence/planning'
import type { PlannedRule } from '#routing/absence/plan_rules'
import { previewAbsence } from '#routing/absence/preview'
import { cleanScope } from '#routing/absence/scopes'
import { now } from '#support/clock'
import { setting } from '#support/settings'
import { reading } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { pageById } from '../places.js'
import { Refusal, wrongField } from '../problem.js'
import { flag, idRule, moment, paging } from '../rules.js'
import { id, integer, listOf, nullable, object, oneOf, page } from '../schema.js'
import { absenceSchema, absencesJson, previewJson, previewSchema, scopeJson, scopeSchema } from '../serializers/absence.js'

const names = () => vine.array(vine.string().minLength(1).maxLength(60)).maxLength(200).optional()
const ids = () => vine.array(idRule()).maxLength(200).optional()

const rules = () =>
  vine
    .array(
      vine.object({
        id: idRule().optional(),
        scope: vine.object({ inbox: ids(), channel: names(), tag: ids(), category: names(), customer: ids() }).optional(),
        agent_id: idRule().nullable().optional(),
        team_id: idRule().nullable().optional(),
        new_tickets: vine.enum(['cover_owns', 'return_to_absent'] as const).optional(),
        access: vine.enum(['none', 'inbox'] as const).optional(),
      })
    )
    .maxLength(50)

const fields = {
  kind: vine.enum(KINDS).optional(),
  starts_at: vine.string().optional(),
  ends_at: vine.string().nullable().optional(),
  time_zone: vine.string().maxLength(60).optional(),
  public_note: vine.string().trim().maxLength(300).nullable().optional(),
  reason: vine.string().trim().maxLength(1000).nullable().optional(),
  handover_note: vine.string().trim().maxLength(5000).nullable().optional(),
  auto_reply: vine.string().trim().maxLength(5000).nullable().optional(),
  needs_acceptance: flag().optional(),
  rules: rules().optional(),
}
const newAbsence = vine.create({ agent_id: idRule().optional(), ...fields })
const changes = vine.create({ ...fields, version: vine.number().withoutDecimals().optional() })
const planChanges = vine.create({ rules: rules().optional(), cover_cap: vine.number().withoutDecimals().range([0, 9999]).nullable().optional() })

type Fields = Infer<(typeof newAbsence)['schema']>

const planRule = object({ scope: scopeSchema, agent_id: nullable(id), team_id: nullable(id), new_tickets: oneOf('cover_owns', 'return_to_absent'), access: oneOf('none', 'inbox') })
const planSchema = object({ agent_id: id, rules: listOf(planRule), cover_cap: nullable(integer) })

const policy = new AbsencePolicy()

export const absences = [
  endpoint({
    method: 'GET',
    path: '/absences',
    resource: 'Absences',
    summary: 'List absences, the newest first',
    ability: 'read',
    query: vine.create({ ...paging, agent_id: idRule().optional(), state: vine.enum(['planned', 'active', 'ended', 'cancelled'] as const).optional() }),
    answer: page(absenceSchema),
    async handle(call) {
      const query = reading().from('absences')
      if (call.query.agent_id) query.where('agent_id', Number(call.query.agent_id))
      if (call.query.state) query.where('state', call.query.state)
      const { rows, next_cursor } = await pageById(query, call.query)
      return { data: await absencesJson(rows, call.agent), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/absences',
    resource: 'Absences',
    summary: 'Plan an absence, or start one now',
    description:
      'For oneself; supervisors for anybody. Without `starts_at` it begins now, without `ends_at` its end is open, without `rules` the plan that stands ready is used. A rule names an agent or a team, or neither: then what it is about waits.',
    ability: 'write',
    body: newAbsence,
    answer: absenceSchema,
    status: 201,
    refusals: [403, 409],
    async handle(call) {
      const agent = await whom(call, call.body.agent_id)
      const values = await valuesOf(call.body, { agent, lends: policy.lend(call.agent) })
      return one(call, (await planAbsence(agent.id, values, call.cause)).id)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/absences/check',
    resource: 'Absences',
    summary: 'What would happen: gaps, tickets, missing rights; nothing is written',
    ability: 'read',
    body: newAbsence,
    answer: previewSchema,
    refusals: [403],
    async handle(call) {
      const agent = await whom(call, call.body.agent_id)
      const { startsAt, endsAt, timeZone, rules: planned } = await valuesOf(call.body, { agent, lends: policy.lend(call.agent) })
      return previewJson(await previewAbsence({ agentId: agent.id, startsAt, endsAt, timeZone, rules: planned }))
    },
  }),

  endpoint({
    method: 'GET',
    path: '/absences/{id}',
    resource: 'Absences',
    summary: 'Read an absence',
    ability: 'read',
    answer: absenceSchema,
    refusals: [404],
    handle: (call) => one(call, call.params.id!),
  }),

  endpoint({
    method: 'PATCH',
    path: '/absences/{id}',
    resource: 'Absences',
    summary: 'Change an absence; rules are whole, and keep their tickets by their `id`',
    ability: 'write',
    body: changes,
    answer: absenceSchema,
    refusals: [403, 404, 409],
    async handle(call) {
      const absence = await mine(call)
      const agent = await Agent.findOrFail(absence.agentId)
      const values = await valuesOf(call.body, { agent, lends: policy.lend(call.agent), before: absence })
      await changeAbsence(absence, values, call.body.version ?? absence.version, call.cause)
      return one(call, absence.id)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/absences/{id}',
    resource: 'Absences',
    summary: 'Call off an absence before it begins',
    ability: 'write',
    answer: absenceSchema,
    refusals: [403, 404, 409],
    async handle(call) {
      const absence = await mine(call)
      await cancelAbsence(absence, call.cause)
      return one(call, absence.id)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/absences/{id}/return',
    resource: 'Absences',
    summary: 'The agent is back: tickets return at once',
    ability: 'write',
    answer: absenceSchema,
    refusals: [403, 404, 409],
    async handle(call) {
      const absence = await mine(call)
      await endAbsence(absence, call.cause)
      return one(call, absence.id)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/absences/{id}/answer',
    resource: 'Absences',
    summary: 'Say whether one stands in, as one who was named',
    ability: 'write',
    body: vine.create({ accept: flag() }),
    answer: absenceSchema,
    refusals: [404, 409],
    async handle(call) {
      const absence = await Absence.find(call.params.id)
      if (!absence) throw new Refusal(404, 'not_found')
      await (call.body.accept ? accept : decline)(absence, call.agent.id, call.cause)
      return one(call, absence.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/agents/{id}/default-plan',
    resource: 'Absences',
    summary: 'Who stands in when nobody had time to plan',
    ability: 'read',
    answer: planSchema,
    refusals: [404],
    async handle(call) {
      const agent = await Agent.find(call.params.id)
      if (!agent) throw new Refusal(404, 'not_found')
      return planJson(agent)
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/agents/{id}/default-plan',
    resource: 'Absences',
    summary: 'Name who stands in when nobody had time to plan',
    ability: 'write',
    body: planChanges,
    answer: planSchema,
    refusals: [403, 404],
    async handle(call) {
      const agent = await whom(call, String(call.params.id))
      await changePlan(agent.id, { rules: call.body.rules ? plannedOf(call.body.rules, policy.lend(call.agent)) : await planOf(agent.id), coverCap: call.body.cover_cap }, call.cause)
      return planJson((await Agent.find(agent.id))!)
    },
  }),
]

async function planJson(agent: Agent) {
  const plan = await planOf(agent.id)
  return {
    agent_id: String(agent.id),
    rules: plan.map(({ scope, cover, newTickets = 'cover_owns', access = 'none' }) => ({
      scope: scopeJson(scope as Record<string, (string | number)[]>),
      agent_id: cover.kind === 'agent' ? String(cover.id) : null,
      team_id: cover.kind === 'team' ? String(cover.id) : null,
      new_tickets: newTickets,
      access,
    })),
    cover_cap: agent.coverCap,
  }
}

async function one(call: Call<any, any>, absenceId: number) {
  const row = await reading().from('absences').where('id', absenceId).first()
  if (!row) throw new Refusal(404, 'not_found')
  return (await absencesJson([row], call.agent))[0]
}

/** Whose absence: the caller's own, or for a supervisor anybody's. */
async function whom(call: Call<any, any>, asked: string | undefined): Promise<Agent> {
  const agent = asked === undefined ? call.agent : await Agent.find(Number(asked))
  if (!agent) throw asked === String(call.params.id) ? new Refusal(404, 'not_found') : wrongField('agent_id', 'exists', 'There is no such agent')
  if (!policy.planFor(call.agent, agent)) throw new Refusal(403, 'role')
  return agent
}

async function mine(call: Call<any, any>): Promise<Absence> {
  const absence = await Absence.find(call.params.id)
  if (!absence) throw new Refusal(404, 'not_found')
  if (!policy.change(call.agent, absence)) throw new Refusal(403, 'role')
  return absence
}

async function valuesOf(body: Fields, { agent, lends, before }: { agent: Agent; lends: boolean; before?: Absence }): Promise<AbsenceValues> {
  const planned = body.rules ? plannedOf(body.rules, lends) : before ? await standing(before) : await planOf(agent.id)
  const kept = <T>(given: T | undefined, old: T | undefined) => (given === undefined ? old : given)
  return {
    kind: body.kind ?? ((before?.kind as Kind | undefined) ?? 'vacation'),
    startsAt: moment('starts_at', body.starts_at) ?? before?.startsAt ?? now(),
    endsAt: body.ends_at === undefined ? (before?.endsAt ?? null) : body.ends_at === null ? null : moment('ends_at', body.ends_at),
    timeZone: body.time_zone ?? before?.timeZone ?? agent.timeZone ?? (await setting('company.time_zone')),
    allDay: before?.allDay === 1,
    publicNote: kept(body.public_note, before?.publicNote),
    reasonPrivate: kept(body.reason, before?.reasonPrivate),
    handoverNote: kept(body.handover_note, before?.handoverNote),
    autoReply: kept(body.auto_reply, before?.autoReply),
    needsAcceptance: body.needs_acceptance ?? before?.needsAcceptance === 1,
    rules: planned,
  }
}

async function standing(absence: Absence): Promise<PlannedRule[]> {
  const rows = await absence.related('rules').query()
  return rows.map((row) => ({ id: row.id, scope: row.rule.scope, cover: row.rule.cover, newTickets: row.rule.newTickets, access: row.access as 'none' | 'inbox' }))
}

function plannedOf(sent: NonNullable<Fields['rules']>, lends: boolean): PlannedRule[] {
  return sent.map((rule, index) => {
    if (rule.agent_id && rule.team_id) throw wrongField(`rules.${index}`, 'cover', 'A rule names an agent or a team, not both')
    return {
      id: rule.id === undefined ? null : Number(rule.id),
      scope: cleanScope(rule.scope),
      cover: rule.agent_id ? { kind: 'agent', id: Number(rule.agent_id) } : rule.team_id ? { kind: 'team', id: Number(rule.team_id) } : { kind: 'none' },
      newTickets: rule.new_tickets ?? 'cover_owns',
      access: lends ? (rule.access ?? 'none') : 'none',
    }
  })
}
