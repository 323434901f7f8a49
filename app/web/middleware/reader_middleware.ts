import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { meetReader } from '#web/reader'

/** Gives every page its reader: who they are, which language and zone, and what the frame around the page shows. */
export default class ReaderMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    await meetReader(ctx)
    return next()
  }
}
