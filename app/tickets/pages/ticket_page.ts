import type { HttpContext } from '@adonisjs/core/http'
import type Agent from '#people/agent'
import { DomainError } from '#support/domain_error'
import { setting } from '#support/settings'
import { signalCustomer } from '#channels/signals'
import { markRead } from '#tickets/reading'
import Ticket from '#tickets/ticket'
import { PRIORITIES } from '#tickets/ticket/describable'
import { accessibleInboxIds } from '#people/access'
import { awayNow } from '#routing/absence/away_now'
import { readCover } from './cover.js'
import { awayFor } from './away.js'
import { directory } from './directory.js'
import { readSheet } from './sheet.js'
import { readThread } from './thread.js'
import { draftsToRead } from './their_drafts.js'
import { readTogether } from './together.js'
import { readWriting } from './writing.js'

/** The ticket of the address, if its reader may see it. Somebody else's ticket is as if it were not there. */
export async function ticketOf(ctx: HttpContext): Promise<Ticket> {
  const ticket = await Ticket.findOrFail(Number(ctx.params.ticket_id ?? ctx.params.id))
  await mustSee(ctx.auth.getUserOrFail(), ticket.inboxId)
  return ticket
}

/** The same to change something: a viewer only reads. */
export async function ticketToWorkOn(ctx: HttpContext): Promise<Ticket> {
  mustWork(ctx.auth.getUserOrFail())
  return ticketOf(ctx)
}

export async function mustSee(agent: Agent, inboxId: number) {
  const access = await accessibleInboxIds(agent)
  if (access !== 'all' && !access.includes(inboxId)) throw new DomainError('errors.404.text', 404)
}

export function mustWork(agent: Agent) {
  if (agent.role === 'viewer') throw new DomainError('errors.403.text', 403)
}

/** All that the ticket region shows: head, thread, composer. Marks it read up to what is shown. */
export async function ticketState(ctx: HttpContext, ticketId: number) {
  const agent = ctx.auth.getUserOrFail()
  const people = await directory()
  const sheet = await readSheet(ticketId, agent, people)
  await mustSee(agent, sheet.inbox.id)
  const before = Number(ctx.request.input('before')) || undefined
  const thread = await readThread(ticketId, people, { before })
  const kind = ctx.request.input('compose') === 'note' ? ('note' as const) : ('reply' as const)
  const writing = await readWriting(sheet, thread, agent, kind, Number(ctx.request.input('via')) || undefined)
  const news = thread.seen.messageId > sheet.read.messageId || thread.seen.noteId > sheet.read.noteId
  if (!before && news) {
    await markRead(agent.id, ticketId, thread.seen)
    if (agent.role !== 'viewer') await signalCustomer({ id: ticketId, channel: sheet.channel }, 'seen')
  }
  const away = await awayNow()
  return { sheet, thread, writing, people, away, cover: await readCover(sheet, agent, away), together: await readTogether(sheet, agent, people), theirDrafts: await draftsToRead(sheet, agent, people), covers: await awayFor(sheet, people, away), priorities: PRIORITIES, categories: await setting('categories'), mayWork: agent.role !== 'viewer' && !sheet.mergedIntoId }
}

/** Head and thread alone: what a poke or a write changes while somebody types below. */
export async function changedState(ctx: HttpContext, ticketId: number) {
  const agent = ctx.auth.getUserOrFail()
  const people = await directory()
  const sheet = await readSheet(ticketId, agent, people)
  await mustSee(agent, sheet.inbox.id)
  const thread = await readThread(ticketId, people)
  const away = await awayNow()
  return { sheet, thread, people, away, cover: await readCover(sheet, agent, away), together: await readTogether(sheet, agent, people), priorities: PRIORITIES, categories: await setting('categories'), mayWork: agent.role !== 'viewer' && !sheet.mergedIntoId }
}
