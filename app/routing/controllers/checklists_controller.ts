import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Absence from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import { checklistOf } from '#routing/absence/checklist'
import { changeHandoverNote } from '#routing/absence/planning'
import { directory } from '#tickets/pages/directory'

const noteValidator = vine.create({ handover_note: vine.string().trim().maxLength(5000).nullable().optional() })

export default class ChecklistsController {
  /** What to think of before going (R307). */
  async show(ctx: HttpContext) {
    const absence = await this.#absence(ctx)
    const people = await directory()
    return ctx.view.render('routing/checklists/show', { absence, people, person: people.agents.get(absence.agentId), ...(await checklistOf(absence)) })
  }

  async update(ctx: HttpContext) {
    const absence = await this.#absence(ctx)
    const { handover_note: note } = await ctx.request.validateUsing(noteValidator)
    await changeHandoverNote(absence, note ?? null, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('absences.done.changed'))
    return ctx.response.redirect().status(303).toPath(`/absences/${absence.id}`)
  }

  async #absence(ctx: HttpContext) {
    const absence = await Absence.findOrFail(ctx.params.id)
    await ctx.bouncer.with(AbsencePolicy).authorize('change', absence)
    return absence
  }
}
