import vine from '@vinejs/vine'
import { changeFarewell, endFarewell } from '#channels/farewell'
import { checkInbox } from '#channels/health'
import Inbox from '#channels/inbox'
import { InvalidConfig } from '#channels/inbox_config'
import { reading, transaction } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { existing, maySee } from '../found.js'
import { pageById } from '../places.js'
import { Refusal } from '../problem.js'
import { flag, idRule, moment, pagingOnly } from '../rules.js'
import { object, page, text } from '../schema.js'
import { healthSchema, inboxesJson, inboxHealthJson, inboxSchema, templateJson, templateSchema } from '../serializers/inbox.js'

const fields = {
  team_id: idRule().nullable().optional(),
  agent_id: idRule().nullable().optional(),
  signature: vine.string().maxLength(5_000).nullable().optional(),
  undo_seconds: vine.number({ strict: true }).withoutDecimals().range([0, 60]).optional(),
  link_above_mb: vine.number({ strict: true }).withoutDecimals().range([1, 100]).nullable().optional(),
  link_days: vine.number({ strict: true }).withoutDecimals().range([1, 365]).optional(),
  close_after_days: vine.number({ strict: true }).withoutDecimals().range([1, 3650]).optional(),
  reopen_within_days: vine.number({ strict: true }).withoutDecimals().range([0, 3650]).optional(),
  auto_reply: flag().optional(),
  auto_reply_text: vine.string().maxLength(5_000).nullable().optional(),
  config: vine.record(vine.any().nullable()).optional(),
}
const name = () => vine.string().trim().minLength(1).maxLength(120)
const newInbox = vine.create({ channel: vine.string().maxLength(60), name: name(), ...fields })
const inboxChanges = vine.create({ name: name().optional(), paused: flag().optional(), ...fields })

const CONFIG = "`config` is nested as the channel declares it; what is absent keeps its value or its default. Secrets are never told again: a mask says that one is set, and sent back it changes nothing."

export const inboxes = [
  endpoint({
    method: 'GET',
    path: '/inboxes',
    resource: 'Inboxes',
    summary: 'List the inboxes that the agent may see',
    ability: 'read',
    query: pagingOnly,
    answer: page(inboxSchema),
    async handle(call) {
      const query = reading().from('inboxes').whereNull('deleted_at')
      if (call.access !== 'all') query.whereIn('id', [...call.access])
      const { rows, next_cursor } = await pageById(query, call.query, 'asc')
      return { data: await inboxesJson(rows, withConfig(call)), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/inboxes',
    resource: 'Inboxes',
    summary: 'Connect an inbox',
    description: `${CONFIG} Nothing is tried yet: see check.`,
    ability: 'admin',
    body: newInbox,
    answer: inboxSchema,
    status: 201,
    async handle(call) {
      const { channel, name: called } = call.body
      const given = await values(call.body)
      const inbox = await naming(() => Inbox.connect({ channel, name: called, ...given }, call.cause))
      return one(call, inbox.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/inboxes/{id}',
    resource: 'Inboxes',
    summary: 'Read an inbox',
    description: 'Settings of the channel only for admins.',
    ability: 'read',
    answer: inboxSchema,
    refusals: [404],
    handle: async (call) => one(call, (await visible(call)).id),
  }),

  endpoint({
    method: 'PATCH',
    path: '/inboxes/{id}',
    resource: 'Inboxes',
    summary: 'Change an inbox',
    description: CONFIG,
    ability: 'admin',
    body: inboxChanges,
    answer: inboxSchema,
    refusals: [404, 409],
    async handle(call) {
      const { id } = await visible(call)
      const given = await values(call.body)
      await naming(() =>
        transaction(async (trx) => {
          const inbox = await Inbox.findOrFail(id, { client: trx })
          await inbox.change({ name: call.body.name, ...given }, call.cause)
          if (call.body.paused === true) await inbox.pause(call.cause)
          if (call.body.paused === false) await inbox.resume(call.cause)
        })
      )
      return one(call, id)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/inboxes/{id}',
    resource: 'Inboxes',
    summary: 'Take an inbox away; its tickets stay readable',
    ability: 'admin',
    answer: object({ id: text() }),
    refusals: [404],
    async handle(call) {
      const { id } = await visible(call)
      await transaction(async (trx) => (await Inbox.findOrFail(id, { client: trx })).remove(call.cause))
      return { id: String(id) }
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/inboxes/{id}/farewell',
    resource: 'Inboxes',
    summary: 'Change what the inbox of somebody who has left says, to whom it passes on, and how long',
    description: 'Off-boarding begins it. What is absent stays. 409: none runs.',
    ability: 'admin',
    body: vine.create({ text: vine.string().trim().maxLength(5_000).nullable().optional(), heir_id: idRule().nullable().optional(), until: vine.string().optional() }),
    answer: inboxSchema,
    refusals: [404, 409],
    async handle(call) {
      const { id } = await visible(call)
      const { text: told, heir_id: heirId, until } = call.body
      await changeFarewell(await Inbox.findOrFail(id, { client: reading() }), { text: told, heirId: heirId === undefined || heirId === null ? heirId : Number(heirId), until: moment('until', until) ?? undefined }, call.cause)
      return one(call, id)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/inboxes/{id}/farewell',
    resource: 'Inboxes',
    summary: 'End it now',
    ability: 'admin',
    answer: inboxSchema,
    refusals: [404, 409],
    async handle(call) {
      const { id } = await visible(call)
      await endFarewell(await Inbox.findOrFail(id, { client: reading() }), call.cause)
      return one(call, id)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/inboxes/{id}/check',
    resource: 'Inboxes',
    summary: 'Connect now and say in words what is wrong',
    ability: 'admin',
    answer: healthSchema,
    refusals: [404],
    async handle(call) {
      const { id } = await visible(call)
      await checkInbox(await Inbox.findOrFail(id))
      return inboxHealthJson(id, call.i18n)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/inboxes/{id}/health',
    resource: 'Inboxes',
    summary: 'Read whether an inbox works, since when, and what waits',
    ability: 'read',
    answer: healthSchema,
    refusals: [404],
    handle: async (call) => inboxHealthJson((await visible(call)).id, call.i18n),
  }),

  endpoint({
    method: 'GET',
    path: '/inboxes/{id}/templates',
    resource: 'Inboxes',
    summary: 'List the texts that the provider knows; approved ones may be sent outside the window',
    ability: 'read',
    query: pagingOnly,
    answer: page(templateSchema),
    refusals: [404],
    async handle(call) {
      const { id } = await visible(call)
      const { rows, next_cursor } = await pageById(reading().from('channel_templates').where('inbox_id', id), call.query, 'asc')
      return { data: rows.map(templateJson), next_cursor }
    },
  }),
]

const withConfig = (call: Call<any, any>) => call.agent.role === 'admin' && call.abilities.includes('admin')

async function visible(call: Call<any, any>): Promise<{ id: number }> {
  const row = await reading().from('inboxes').where('id', call.params.id!).whereNull('deleted_at').select('id').first()
  if (!row || !maySee(call.access, row.id)) throw new Refusal(404, 'not_found')
  return row
}

async function one(call: Call<any, any>, id: number) {
  const [inbox] = await inboxesJson(await reading().from('inboxes').where('id', id), withConfig(call))
  return inbox!
}

async function values(body: { team_id?: string | null; agent_id?: string | null; signature?: string | null; undo_seconds?: number; link_above_mb?: number | null; link_days?: number; close_after_days?: number; reopen_within_days?: number; auto_reply?: boolean; auto_reply_text?: string | null; config?: Record<string, unknown> }) {
  const teamIds = await existing('team_id', 'teams', body.team_id ? [body.team_id] : undefined)
  const agentIds = await existing('agent_id', 'agents', body.agent_id ? [body.agent_id] : undefined)
  return {
    ...(body.team_id !== undefined && { teamId: teamIds?.[0] ?? null }),
    ...(body.agent_id !== undefined && { agentId: agentIds?.[0] ?? null }),
    signature: body.signature,
    undoSeconds: body.undo_seconds,
    linkAboveMb: body.link_above_mb,
    linkDays: body.link_days,
    closeAfterDays: body.close_after_days,
    reopenWithinDays: body.reopen_within_days,
    autoReply: body.auto_reply,
    autoReplyText: body.auto_reply_text,
    config: body.config,
  }
}

/** Settings that the channel does not take are told field by field. */
async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error
    const errors = error.errors.map(({ field, rule }) => ({ field: `config.${field}`, rule, message: rule === 'unknown' ? `The field config.${field} is not known here` : `The field config.${field} is wrong (${rule})` }))
    throw new Refusal(422, 'invalid', {}, { errors })
  }
}

