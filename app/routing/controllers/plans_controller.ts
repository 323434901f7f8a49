import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AbsencePolicy from '#routing/absence/absence_policy'
import { changePlan, planOf } from '#routing/absence/default_plan'
import { rowOf, rulesOf, sentRules, type RuleRow } from '#routing/pages/absence_form'
import { ruleChoices } from '#routing/pages/choices'
import { DomainError } from '#support/domain_error'

export default class PlansController {
  /** Who stands in when nobody had time to plan. */
  async show(ctx: HttpContext) {
    const person = await this.#person(ctx)
    return this.#page(ctx, person, (await planOf(person.id)).map(rowOf), person.coverCap)
  }

  async update(ctx: HttpContext) {
    const person = await this.#person(ctx)
    const rows = sentRules(ctx.request.input('rules'))
    const cap = String(ctx.request.input('cover_cap') ?? '').trim()
    const coverCap = /^\d{1,4}$/.test(cap) ? Number(cap) : null
    const act = String(ctx.request.input('do') ?? 'save')
    const [, gone] = /^remove-(\d+)$/.exec(act) ?? []
    if (act === 'add') return this.#page(ctx, person, [...rows, blank], coverCap)
    if (gone !== undefined) return this.#page(ctx, person, rows.filter((_, index) => index !== Number(gone)), coverCap)
    try {
      await changePlan(person.id, { rules: rulesOf(rows), coverCap }, { by: ctx.by })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      ctx.response.status(422)
      return this.#page(ctx, person, rows, coverCap, ctx.i18n.t(error.key, error.values))
    }
    ctx.session.flash('done', ctx.i18n.t('absences.done.plan'))
    return ctx.response.redirect().status(303).toPath('/absences')
  }

  async #person(ctx: HttpContext) {
    const person = await Agent.findOrFail(ctx.params.id)
    await ctx.bouncer.with(AbsencePolicy).authorize('planFor', person)
    return person
  }

  async #page(ctx: HttpContext, person: Agent, rows: readonly RuleRow[], cap: number | null, problem: string | null = null) {
    const rules = rows.length > 0 ? rows : [blank]
    const choices = await ruleChoices(ctx, person.id, rules)
    return ctx.view.render('routing/plans/show', { ...choices, person, form: { rules }, cap, errors: { rules: problem }, mayLend: await ctx.bouncer.with(AbsencePolicy).allows('lend') })
  }
}

const blank: RuleRow = { id: null, scope: 'all', cover: '', access: false, stays: false }
