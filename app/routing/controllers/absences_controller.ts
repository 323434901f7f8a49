import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import Absence from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import { planOf } from '#routing/absence/default_plan'
import { AbsenceChanged, cancelAbsence, changeAbsence, planAbsence } from '#routing/absence/planning'
import { previewAbsence } from '#routing/absence/preview'
import { emptyForm, formOf, sentForm, valuesOf, zoneOf, type AbsenceForm, type FormErrors } from '#routing/pages/absence_form'
import { readCalendar } from '#routing/pages/calendar'
import { ruleChoices } from '#routing/pages/choices'
import { plannedRules, sheetOf } from '#routing/pages/absence_sheet'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'

export default class AbsencesController {
  /** Who is away when: a month of the team. */
  async index(ctx: HttpContext) {
    return ctx.view.render('routing/absences/index', await readCalendar(ctx))
  }

  async create(ctx: HttpContext) {
    const agent = await this.#whom(ctx, Number(ctx.request.input('agent_id')) || ctx.by.id)
    const form = emptyForm(agent, await zoneOf(agent), await planOf(agent.id))
    return this.#page(ctx, agent, form, {})
  }

  /** Saves, or (`do=check`, `do=add`) only shows what would happen: the same without JavaScript. */
  async store(ctx: HttpContext) {
    const agent = await this.#whom(ctx, Number(ctx.request.input('agent_id')) || ctx.by.id)
    const form = sentForm(ctx, agent.id)
    const { values, errors } = valuesOf(form, await zoneOf(agent))
    if (ctx.request.input('do') !== 'save') return this.#page(ctx, agent, added(ctx, form), errors)
    if (Object.keys(errors).length > 0) return this.#refused(ctx, agent, form, errors)
    try {
      const absence = await planAbsence(agent.id, await this.#lendable(ctx, values), { by: ctx.by })
      ctx.session.flash('done', ctx.i18n.t('absences.done.planned'))
      return ctx.response.redirect().status(303).toPath(agent.id === ctx.by.id ? `/absences/${absence.id}/checklist` : `/absences/${absence.id}`)
    } catch (error) {
      return this.#sayNo(ctx, agent, form, error)
    }
  }

  /** The live part of the form alone. */
  async check(ctx: HttpContext) {
    const agent = await this.#whom(ctx, Number(ctx.request.input('agent_id')) || ctx.by.id)
    const form = sentForm(ctx, agent.id)
    return ctx.view.render('routing/absences/checked', await this.#state(ctx, agent, form, {}, Number(ctx.request.input('absence_id')) || null))
  }

  async show(ctx: HttpContext) {
    const absence = await Absence.findOrFail(ctx.params.id)
    return ctx.view.render('routing/absences/show', await sheetOf(ctx, absence))
  }

  async edit(ctx: HttpContext) {
    const absence = await this.#open(ctx)
    const agent = await Agent.findOrFail(absence.agentId)
    return this.#page(ctx, agent, formOf(absence, await plannedRules(absence)), {}, absence)
  }

  async update(ctx: HttpContext) {
    const absence = await this.#open(ctx)
    const agent = await Agent.findOrFail(absence.agentId)
    const form = sentForm(ctx, agent.id)
    const { values, errors } = valuesOf(form, absence.timeZone)
    if (ctx.request.input('do') !== 'save') return this.#page(ctx, agent, added(ctx, form), errors, absence)
    if (Object.keys(errors).length > 0) return this.#refused(ctx, agent, form, errors, absence)
    try {
      await changeAbsence(absence, await this.#lendable(ctx, values), form.version ?? 0, { by: ctx.by })
      ctx.session.flash('done', ctx.i18n.t('absences.done.changed'))
      return ctx.response.redirect().status(303).toPath(`/absences/${absence.id}`)
    } catch (error) {
      if (!(error instanceof AbsenceChanged)) return this.#sayNo(ctx, agent, form, error, absence)
      // What the other has written stands beside what was to be written; saving again is a decision.
      const theirs = await Absence.findOrFail(absence.id)
      ctx.response.status(409)
      return this.#page(ctx, agent, { ...form, version: theirs.version }, {}, theirs, formOf(theirs, await plannedRules(theirs)))
    }
  }

  /** Calls it off before it begins. */
  async destroy(ctx: HttpContext) {
    const absence = await this.#open(ctx)
    await cancelAbsence(absence, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('absences.done.cancelled'))
    return ctx.response.redirect().status(303).toPath('/absences')
  }

  async #whom(ctx: HttpContext, agentId: number): Promise<Agent> {
    const agent = await Agent.findOrFail(agentId)
    await ctx.bouncer.with(AbsencePolicy).authorize('planFor', agent)
    return agent
  }

  async #open(ctx: HttpContext): Promise<Absence> {
    const absence = await Absence.findOrFail(ctx.params.id)
    await ctx.bouncer.with(AbsencePolicy).authorize('change', absence)
    return absence
  }

  /** Rights are lent by whoever may; somebody else's tick asks for nothing. */
  async #lendable<T extends { rules: readonly object[] }>(ctx: HttpContext, values: T): Promise<T> {
    if (await ctx.bouncer.with(AbsencePolicy).allows('lend')) return values
    return { ...values, rules: values.rules.map((rule) => ({ ...rule, access: 'none' })) }
  }

  async #page(ctx: HttpContext, agent: Agent, form: AbsenceForm, errors: FormErrors, absence: Absence | null = null, theirs: AbsenceForm | null = null) {
    return ctx.view.render('routing/absences/form', { ...(await this.#state(ctx, agent, form, errors, absence?.id ?? null)), absence, theirs })
  }

  #refused(ctx: HttpContext, agent: Agent, form: AbsenceForm, errors: FormErrors, absence: Absence | null = null) {
    ctx.response.status(422)
    return this.#page(ctx, agent, form, errors, absence)
  }

  #sayNo(ctx: HttpContext, agent: Agent, form: AbsenceForm, error: unknown, absence: Absence | null = null) {
    if (!(error instanceof DomainError)) throw error
    return this.#refused(ctx, agent, form, { rules: ctx.i18n.t(error.key, error.values) }, absence)
  }

  async #state(ctx: HttpContext, agent: Agent, form: AbsenceForm, errors: FormErrors, absenceId: number | null) {
    const zone = await zoneOf(agent)
    const { values } = valuesOf(form, zone)
    const choices = await ruleChoices(ctx, agent.id, form.rules)
    return {
      ...choices,
      form,
      errors,
      person: agent,
      values,
      zone,
      absenceId,
      preview: await previewAbsence({ agentId: agent.id, startsAt: values.startsAt, endsAt: values.endsAt, timeZone: zone, rules: values.rules, absenceId }),
      everybody: ctx.auth.getUserOrFail().isSupervisor ? [...(await directory()).agents.values()].filter(({ mayOwn }) => mayOwn) : [],
      mayLend: await ctx.bouncer.with(AbsencePolicy).allows('lend'),
    }
  }
}

/** One more row, or one less. */
function added({ request }: HttpContext, form: AbsenceForm): AbsenceForm {
  const act = String(request.input('do') ?? '')
  if (act === 'add') return { ...form, rules: [...form.rules, { id: null, scope: 'all', cover: '', access: false, stays: false }] }
  const [, gone] = /^remove-(\d+)$/.exec(act) ?? []
  return gone === undefined ? form : { ...form, rules: form.rules.filter((_, index) => index !== Number(gone)) }
}
