import type { HttpContext } from '@adonisjs/core/http'
import { navigationOf, type Navigation } from '#tickets/navigation'

/** What the frame around every page shows of the agent's work; asked for only when a whole page is drawn. */
export async function sideOf(ctx: HttpContext): Promise<Navigation | null> {
  const agent = ctx.auth.use('web').user
  return agent ? navigationOf(agent) : null
}
