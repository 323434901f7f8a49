import type { HttpContext } from '@adonisjs/core/http'
import { accessibleInboxIds } from '#people/access'
import type { Mailbox } from '#tickets/message_parts'
import { plannedReplies, type PlannedCursor } from '#tickets/planned'
import { termsOf } from '#tickets/channel_terms'
import { wordsIn } from '#tickets/formatting'
import { previewOf } from '#tickets/preview'
import { directory } from '#tickets/pages/directory'

const PAGE = 50

/** Everything that waits for its moment, in one place (screens.md §2). */
export default class PlannedController {
  async index(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const after = cursorOf(String(ctx.request.input('after', '')))
    const { rows, next } = await plannedReplies({ access: await accessibleInboxIds(agent), after, limit: PAGE })
    const { agents } = await directory()
    return ctx.view.render('tickets/planned/index', {
      rows: rows.map((row) => ({
        id: row.id,
        ticketId: row.ticket_id,
        subject: row.ticket_subject,
        state: row.state,
        dueAt: Number(row.due_at),
        to: (JSON.parse(row.to) as Mailbox[]).map(({ name, address }) => name || address).join(', '),
        preview: previewOf(wordsIn(row.visible_text ?? row.text, termsOf({ channel: row.channel, config: row.config }))),
        author: row.author_kind === 'agent' ? (agents.get(Number(row.author_id))?.name ?? null) : null,
      })),
      next: next ? `/planned?after=${next.due}.${next.id}` : null,
      later: after !== null,
      mayWork: agent.role !== 'viewer',
    })
  }
}

function cursorOf(text: string): PlannedCursor | null {
  const found = /^(\d{1,16})\.(\d{1,10})$/.exec(text)
  return found ? { due: Number(found[1]), id: Number(found[2]) } : null
}
