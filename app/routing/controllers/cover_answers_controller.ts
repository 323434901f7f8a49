import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Absence from '#routing/absence/absence'
import { accept, decline } from '#routing/absence/answers'

const answerValidator = vine.create({ answer: vine.enum(['accept', 'decline']) })

export default class CoverAnswersController {
  /** Somebody who was named says whether he stands in. */
  async store(ctx: HttpContext) {
    const absence = await Absence.findOrFail(ctx.params.id)
    const { answer } = await ctx.request.validateUsing(answerValidator)
    await (answer === 'accept' ? accept : decline)(absence, ctx.by.id, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t(`absences.done.${answer}`))
    return ctx.response.redirect().status(303).toPath(`/absences/${absence.id}`)
  }
}
