import type { HttpContext } from '@adonisjs/core/http'
import { ownAbsence, type OwnAbsence } from '#routing/absence/away_now'
import { navigationOf, type Navigation } from '#tickets/navigation'

/** What the frame around every page shows of the agent's work; asked for only when a whole page is drawn. */
export async function sideOf(ctx: HttpContext): Promise<(Navigation & { readonly absence: OwnAbsence | null }) | null> {
  const agent = ctx.auth.use('web').user
  if (!agent) return null
  // An absence that has begun has set this; nobody else costs a query.
  const absence = agent.availability === 'away' ? await ownAbsence(agent.id) : null
  return { ...(await navigationOf(agent)), absence }
}
