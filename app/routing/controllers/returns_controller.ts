import type { HttpContext } from '@adonisjs/core/http'
import Absence from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import { endAbsence } from '#routing/absence/planning'

export default class ReturnsController {
  /** "I am back", or a supervisor says it: tickets return at once. */
  async store(ctx: HttpContext) {
    const absence = await Absence.findOrFail(ctx.params.id)
    await ctx.bouncer.with(AbsencePolicy).authorize('change', absence)
    await endAbsence(absence, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('absences.done.ended'))
    return ctx.response.redirect().status(303).toPath(absence.agentId === ctx.by.id ? `/absences/${absence.id}/catch-up` : `/absences/${absence.id}`)
  }
}
