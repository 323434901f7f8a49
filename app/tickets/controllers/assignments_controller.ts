import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { assign } from '#routing/assignment'
import { directory } from '#tickets/pages/directory'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const assignmentValidator = vine.create({
  owner_id: vine.number().positive().nullable().optional(),
  team_id: vine.number().positive().nullable().optional(),
})

export default class AssignmentsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const wanted = await ctx.request.validateUsing(assignmentValidator)
    const actId = await act('assign', ctx.by, ticket.id, () => assign(ticket, { ownerId: wanted.owner_id, teamId: wanted.team_id }, { by: ctx.by }))

    const { agents, teams } = await directory()
    const to = [agents.get(ticket.ownerId ?? 0)?.name, teams.get(ticket.teamId ?? 0)?.name].filter(Boolean).join(', ')
    return sayDone(ctx, ticket.id, { done: to ? 'assigned' : 'unassigned', values: { to }, undo: undoOf(actId) })
  }
}
