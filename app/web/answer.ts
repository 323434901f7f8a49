import { HttpContext } from '@adonisjs/core/http'

/*
 * The one htmx helper: after a write, htmx gets the answer template (what changed, as <hx-partial>s); everybody
 * else goes back to the page they came from and sees it there. Failures need no code: see exception_handler.ts.
 */
HttpContext.macro('answer', async function (this: HttpContext, template: string, state: Record<string, unknown> = {}) {
  if (wantsFragments(this)) return this.view.render(template, state)
  this.response.redirect().status(303).back('/')
})

/** Whether a part of the page was asked for, not a page. A boosted form takes fragments too. */
export function wantsFragments({ request }: HttpContext) {
  return request.header('hx-request') === 'true'
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** Answers a write: htmx gets the template, everyone else `303 See other` to where they came from. */
    answer(template: string, state?: Record<string, unknown>): Promise<string | void>
  }
}
