import type { HttpContext } from '@adonisjs/core/http'
import { DomainError } from '#support/domain_error'
import Draft, { type DraftKind } from '#tickets/draft'
import { directory } from '#tickets/pages/directory'
import { readSheet } from '#tickets/pages/sheet'
import { draftsToRead } from '#tickets/pages/their_drafts'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

/** Whoever stands in for the owner takes over the words that the owner had begun (substitution, case 26). */
export default class DraftCopiesController {
  /** The owner's draft stays as it is; a copy, with its files, stands below what the copier has written. */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const agent = ctx.auth.getUserOrFail()
    const people = await directory()
    const kind: DraftKind = ctx.params.kind === 'note' ? 'note' : 'reply'
    const theirs = (await draftsToRead(await readSheet(ticket.id, agent, people), agent, people)).find((draft) => draft.kind === kind)
    if (!theirs) throw new DomainError('errors.404.text', 404)
    await Draft.copy({ ticketId: ticket.id, kind }, { from: theirs.agentId, to: agent.id })
    ctx.session.flash('done', ctx.i18n.t('together.done.draft_copied', { name: theirs.name }))
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}?compose=${kind}#composer`)
  }
}
