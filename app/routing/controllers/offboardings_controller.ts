import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'
import { preview, TO_THE_TEAM, type Heir, type Heirs } from '#routing/offboarding/heirs'
import { takeInventory } from '#routing/offboarding/inventory'
import Offboarding, { planOffboarding } from '#routing/offboarding/offboarding'
import { undoReassignment } from '#routing/offboarding/reassignment'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'
import db from '@adonisjs/lucid/services/db'

const heir = () => vine.string().regex(/^(team|team-\d{1,9}|agent-\d{1,9})$/)

/** Keys carry a letter (`i3`, `t2`): a form's numbers alone would be read as places of a list. */
const heirsFields = {
  everything: heir().optional(),
  inboxes: vine.record(vine.string().regex(/^$|^(team|team-\d{1,9}|agent-\d{1,9})$/).nullable()).optional(),
  supervisor_id: vine.number().positive().nullable().optional(),
  members: vine.record(vine.string().regex(/^\d{0,9}$/).nullable()).optional(),
  farewell_days: vine.number().withoutDecimals().range([0, 365]).nullable().optional(),
  farewell_text: vine.string().trim().maxLength(5000).nullable().optional(),
}
const previewValidator = vine.create({ ...heirsFields, when: vine.string().optional().nullable(), at: vine.string().maxLength(40).optional().nullable() })
const offboardingValidator = vine.create({ ...heirsFields, when: vine.enum(['now', 'planned']), at: vine.string().maxLength(40).nullable().optional() })
const heirsValidator = vine.create(heirsFields)

/** The wizard by which an employee leaves, and afterwards its report. */
export default class OffboardingsController {
  async show(ctx: HttpContext) {
    await ctx.bouncer.with(AgentPolicy).authorize('manage')
    const person = await Agent.findOrFail(ctx.params.id)
    const offboarding = await Offboarding.query().where('agent_id', person.id).whereNot('state', 'cancelled').orderBy('id', 'desc').first()
    const current = offboarding && (person.isActive ? ['planned', 'revoked', 'failed'].includes(offboarding.state) : true) ? offboarding : null
    const asked = await previewValidator.validate(ctx.request.qs())
    const given = Object.keys(ctx.request.qs()).length > 0
    const heirs = given ? heirsOf(asked) : (current?.chosenHeirs ?? { ...TO_THE_TEAM, farewell: { days: 30, text: ctx.i18n.t('farewell.default') } })
    return ctx.view.render('routing/offboardings/show', {
      ...{ person, offboarding: current, heirs, when: asked.when ?? (current?.state === 'planned' ? 'planned' : 'now'), at: asked.at },
      inventory: current?.inventoryTaken ?? (await takeInventory(person.id)),
      shares: await preview(person.id, heirs),
      people: await directory(),
      inboxNames: new Map((await db.from('inboxes').select('id', 'name')).map((row) => [row.id, row.name])),
      leaders: await db.from('agents').whereIn('role', ['supervisor', 'admin']).whereNull('deactivated_at').whereNot('id', person.id).orderBy('name').select('id', 'name'),
      tomorrow: now().plus({ days: 1 }).startOf('hour').toMillis(),
    })
  }

  async store(ctx: HttpContext) {
    await ctx.bouncer.with(AgentPolicy).authorize('manage')
    const person = await Agent.findOrFail(ctx.params.id)
    const { when, at, ...chosen } = await ctx.request.validateUsing(offboardingValidator)
    const dueAt = when === 'now' ? now() : momentOf(at, ctx.format.zone)
    const heirs = heirsOf(chosen)
    const planned = await Offboarding.query().where({ agent_id: person.id, state: 'planned' }).first()
    if (planned) {
      await planned.change({ dueAt, heirs }, { by: ctx.by })
      if (when === 'now') await (await Offboarding.findOrFail(planned.id)).begin({ by: ctx.by })
    } else {
      await planOffboarding(person.id, { dueAt, heirs }, { by: ctx.by })
    }
    return said(ctx, when === 'now' ? 'begun' : 'planned', person, ctx.format.exact(dueAt.toMillis()))
  }

  /** Calls a planned one off. */
  async destroy(ctx: HttpContext) {
    const { person, offboarding } = await underWay(ctx)
    await offboarding.cancel({ by: ctx.by })
    return said(ctx, 'cancelled', person)
  }

  /** Passes everything on again, to other heirs. */
  async update(ctx: HttpContext) {
    const { person, offboarding } = await underWay(ctx)
    await offboarding.passOn(heirsOf(await ctx.request.validateUsing(heirsValidator)), { by: ctx.by })
    return said(ctx, 'passed_on', person)
  }

  /** Takes the reassignment back; the access stays off. */
  async undo(ctx: HttpContext) {
    const { person, offboarding } = await underWay(ctx)
    await undoReassignment(offboarding, { by: ctx.by })
    return said(ctx, 'undone', person)
  }
}

async function underWay({ params, bouncer }: HttpContext) {
  await bouncer.with(AgentPolicy).authorize('manage')
  const person = await Agent.findOrFail(params.id)
  return { person, offboarding: await Offboarding.query().where('agent_id', person.id).whereNot('state', 'cancelled').orderBy('id', 'desc').firstOrFail() }
}

interface Chosen {
  readonly everything?: string
  readonly inboxes?: Record<string, string | null>
  readonly supervisor_id?: number | null
  readonly members?: Record<string, string | null>
  readonly farewell_days?: number | null
  readonly farewell_text?: string | null
}

function heirsOf({ everything, inboxes = {}, supervisor_id: supervisorId, members = {}, farewell_days: days, farewell_text: text }: Chosen): Heirs {
  const ids = (record: Record<string, string | null>) => Object.entries(record).filter((pair): pair is [string, string] => Boolean(pair[1])).map(([key, value]) => [key.slice(1), value] as const)
  return {
    everything: (everything ?? 'team') as Heir,
    inboxes: Object.fromEntries(ids(inboxes)) as Record<string, Heir>,
    supervisorId: supervisorId ?? null,
    members: Object.fromEntries(ids(members).map(([id, agentId]) => [id, Number(agentId)])),
    ...(days && { farewell: { days, text: text || null } }),
  }
}

function momentOf(text: string | null | undefined, zone: string): DateTime {
  const at = DateTime.fromISO(text ?? '', { zone })
  if (!at.isValid || at <= now()) throw new DomainError('routing.errors.due_past', 422)
  return at.toUTC()
}

function said({ session, i18n, response }: HttpContext, done: string, person: Agent, time = '') {
  session.flash('done', i18n.t(`routing.leaving.done.${done}`, { name: person.name, time }))
  return response.redirect().status(303).toPath(`/admin/agents/${person.id}/offboarding`)
}
