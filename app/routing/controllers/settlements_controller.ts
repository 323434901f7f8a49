import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import HandoverPolicy from '#routing/handover_policy'
import { sayDone } from '#tickets/pages/said'
import { handoverOf } from './handovers_controller.js'

const answerValidator = vine.create({ text: vine.string().trim().minLength(1).maxLength(20_000) })
const refusalValidator = vine.create({ text: vine.string().trim().maxLength(20_000).nullable().optional() })

/** What who got it says: I have it, here is the answer, or no. */
export default class SettlementsController {
  async accept(ctx: HttpContext) {
    const { handover, ticket } = await this.#mine(ctx)
    await handover.accept({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'handover_accepted' })
  }

  async answer(ctx: HttpContext) {
    const { handover, ticket } = await this.#mine(ctx)
    const { text } = await ctx.request.validateUsing(answerValidator)
    await handover.answer(text, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'handover_answered' })
  }

  async decline(ctx: HttpContext) {
    const { handover, ticket } = await this.#mine(ctx)
    const { text } = await ctx.request.validateUsing(refusalValidator)
    await handover.decline(text ?? null, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'handover_declined' })
  }

  async #mine(ctx: HttpContext) {
    const found = await handoverOf(ctx)
    await ctx.bouncer.with(HandoverPolicy).authorize('settle', found.handover)
    return found
  }
}
