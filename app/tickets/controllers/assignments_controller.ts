import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { awayNow } from '#routing/absence/away_now'
import { assign } from '#routing/assignment'
import { isAway, whoWouldCover } from '#routing/coverage/coverage'
import type Ticket from '#tickets/ticket'
import { directory } from '#tickets/pages/directory'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const assignmentValidator = vine.create({
  owner_id: vine.number().positive().nullable().optional(),
  team_id: vine.number().positive().nullable().optional(),
  /** Somebody away is meant: `1` him all the same, `0` whoever covers. */
  though_away: vine.enum(['0', '1']).optional(),
})

export default class AssignmentsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const wanted = await ctx.request.validateUsing(assignmentValidator)
    const { owner_id: ownerId } = wanted
    if (ownerId && ownerId !== ticket.ownerId && ownerId !== ctx.by.id && wanted.though_away === undefined && (await isAway(ownerId))) {
      return this.#askAboutAbsent(ctx, ticket, ownerId, wanted.team_id)
    }
    const actId = await act('assign', ctx.by, ticket.id, () => assign(ticket, { ownerId, teamId: wanted.team_id }, { by: ctx.by }, { thoughAway: wanted.though_away === '1' }))

    const { agents, teams } = await directory()
    const to = [agents.get(ticket.ownerId ?? 0)?.name, teams.get(ticket.teamId ?? 0)?.name].filter(Boolean).join(', ')
    return sayDone(ctx, ticket.id, { done: to ? 'assigned' : 'unassigned', values: { to }, undo: undoOf(actId) })
  }

  /** He is away: the substitute, or him all the same? (B1) */
  async #askAboutAbsent(ctx: HttpContext, ticket: Ticket, ownerId: number, teamId: number | null | undefined) {
    const { agents, teams } = await directory()
    const verdict = await whoWouldCover(ticket, ownerId)
    const state = {
      sheet: { id: ticket.id },
      person: agents.get(ownerId),
      until: (await awayNow()).get(ownerId)?.until ?? null,
      coverName: (verdict.agentId ? agents.get(verdict.agentId)?.name : verdict.teamId ? teams.get(verdict.teamId)?.name : null) ?? null,
      teamId: teamId ?? null,
    }
    ctx.response.status(409).header('HX-Retarget', '#asking').header('HX-Reswap', 'innerHTML').header('HX-Push-Url', 'false')
    return ctx.view.render(ctx.request.header('hx-request') === 'true' ? 'tickets/assignments/_away' : 'tickets/assignments/away', state)
  }
}
