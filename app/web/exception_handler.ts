import app from '@adonisjs/core/services/app'
import { ExceptionHandler, type HttpContext } from '@adonisjs/core/http'
import { respondProblem } from '#api/problem'
import { DomainError } from '#support/domain_error'
import { tidy } from '#web/format'
import { wantsFragments } from '#web/answer'
import { meetReader } from '#web/reader'

/** Statuses that have words of their own (resources/lang/…/errors.json); the rest are said as 500 or 400. */
const SAID = [400, 401, 403, 404, 409, 413, 419, 422, 429, 500, 503]

/**
 * Answers everything that was thrown, in words: as a page, as an htmx alert that disturbs nothing else, or
 * by going back with a message when a form was sent without htmx. The API has its own form (api/problem.ts).
 */
export default class HttpExceptionHandler extends ExceptionHandler {
  protected debug = app.inDev
  protected ignoreStatuses = [400, 401, 403, 404, 409, 413, 419, 422, 429]

  async handle(error: unknown, ctx: HttpContext) {
    if (isApi(ctx)) return respondProblem(error, ctx)
    if (!ctx.i18n) await meetReader(ctx).catch((cause) => ctx.logger.warn({ err: cause }, 'an error page has no reader'))

    const known = this.toHttpError(error)
    if (error instanceof DomainError) return this.#say(known.status, this.#words(ctx, error), ctx)
    // The framework's own: errors of fields go back to their form, a signed-out agent to the sign-in page.
    if (known.code === 'E_VALIDATION_ERROR' && !wantsFragments(ctx)) return super.handle(error, ctx)
    if (known.code === 'E_VALIDATION_ERROR') return this.#say(422, firstMessage(known) ?? this.#words(ctx, 422), ctx)
    if (known.code === 'E_UNAUTHORIZED_ACCESS' && !wantsFragments(ctx)) return super.handle(error, ctx)
    if (known.code === 'E_BAD_CSRF_TOKEN') return this.#say(419, this.#words(ctx, 419), ctx)
    if (known.status >= 500 && this.debug && !wantsFragments(ctx)) return super.handle(error, ctx)

    const status = SAID.includes(known.status) ? known.status : known.status >= 500 ? 500 : 400
    return this.#say(status, this.#words(ctx, status), ctx)
  }

  async #say(status: number, message: string, ctx: HttpContext) {
    const { request, response } = ctx
    if (wantsFragments(ctx)) {
      response.header('HX-Retarget', '#alerts').header('HX-Reswap', 'innerHTML').header('HX-Push-Url', 'false')
      return response.status(status).send(await ctx.view.render('web/_alert', { message, status }))
    }
    if (request.method() !== 'GET' && request.header('referer') && ctx.session?.initiated) {
      ctx.session.flash('alert', message)
      return response.redirect().status(303).back('/')
    }
    return response.status(status).send(await ctx.view.render('web/error', { status, message, requestId: request.id() }))
  }

  #words({ i18n }: HttpContext, what: DomainError | number) {
    if (typeof what === 'number') return tidy(i18n.locale, i18n.t(`errors.${what}.text`))
    return tidy(i18n.locale, i18n.t(what.key, what.values, i18n.t(`errors.${what.status}.text`)))
  }
}

function isApi({ request }: HttpContext) {
  return /^\/(api|hooks|public|health|metrics)(\/|$)/.test(request.url())
}

function firstMessage(error: object): string | null {
  const messages = (error as { messages?: { message: string }[] }).messages
  return messages?.[0]?.message ?? null
}
