import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Agent from '#people/agent'
import AbsencePolicy from '#routing/absence/absence_policy'
import { planOf } from '#routing/absence/default_plan'
import { startSickLeave } from '#routing/absence/planning'
import { previewAbsence } from '#routing/absence/preview'
import { rowOf, zoneOf } from '#routing/pages/absence_form'
import { ruleText } from '#routing/pages/absence_wording'
import { ruleChoices } from '#routing/pages/choices'
import { now } from '#support/clock'

const sickValidator = vine.create({ agent_id: vine.number().positive() })

export default class SickLeavesController {
  /** Somebody is ill: what the plan that stands ready would do, and one button (R010). */
  async create(ctx: HttpContext) {
    const person = await this.#person(ctx)
    const plan = await planOf(person.id)
    const { scopes, people } = await ruleChoices(ctx, person.id, plan.map(rowOf))
    const preview = await previewAbsence({ agentId: person.id, startsAt: now(), endsAt: null, timeZone: await zoneOf(person), rules: plan })
    return ctx.view.render('routing/sick_leaves/create', { person, rules: plan.map((rule) => ruleText(ctx.i18n, scopes, people, rule)), preview })
  }

  async store(ctx: HttpContext) {
    const person = await this.#person(ctx)
    const absence = await startSickLeave(person.id, { timeZone: await zoneOf(person) }, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('absences.done.sick', { name: person.name }))
    return ctx.response.redirect().status(303).toPath(`/absences/${absence.id}`)
  }

  async #person(ctx: HttpContext) {
    await ctx.bouncer.with(AbsencePolicy).authorize('startFor')
    const { agent_id: agentId } = await sickValidator.validate(ctx.request.all())
    return Agent.query().where('id', agentId).whereNull('deactivated_at').firstOrFail()
  }
}
