import type { HttpContext } from '@adonisjs/core/http'
import { accessibleInboxIds } from '#people/access'
import Absence from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import { catchUpOn, caughtUp } from '#routing/absence/catch_up'
import { directory } from '#tickets/pages/directory'

export default class CatchUpsController {
  /** What happened meanwhile, for somebody who is back (B3). */
  async show(ctx: HttpContext) {
    const absence = await this.#absence(ctx)
    return ctx.view.render('routing/catch_ups/show', { absence, people: await directory(), page: await catchUpOn(absence, await accessibleInboxIds(ctx.auth.getUserOrFail())) })
  }

  /** Looked through. */
  async store(ctx: HttpContext) {
    const absence = await this.#absence(ctx)
    if (absence.agentId === ctx.by.id) await caughtUp(absence, { by: ctx.by })
    return ctx.response.redirect().status(303).toPath('/views/mine')
  }

  async #absence(ctx: HttpContext) {
    const absence = await Absence.findOrFail(ctx.params.id)
    await ctx.bouncer.with(AbsencePolicy).authorize('read', absence)
    return absence
  }
}
