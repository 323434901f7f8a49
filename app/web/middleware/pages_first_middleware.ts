import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { pageBegins } from '#support/pages_first'

/** What no person waits for: another program's calls, and streams that stay open. */
const NOT_A_PAGE = /^\/(api|__transmit)(\/|$)/

/** Tells whoever works in the background that somebody waits for a page. */
export default class PagesFirstMiddleware {
  async handle({ request }: HttpContext, next: NextFn) {
    if (request.method() !== 'GET' || NOT_A_PAGE.test(request.url())) return next()
    const ended = pageBegins()
    try {
      return await next()
    } finally {
      ended()
    }
  }
}
