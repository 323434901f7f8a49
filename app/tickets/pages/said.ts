import type { HttpContext } from '@adonisjs/core/http'
import { readRow } from './list.js'
import { changedState } from './ticket_page.js'

/** What was done, in words, and the way back. */
export interface Said {
  /** A key of `desk.done`, or a whole key. */
  readonly done: string
  readonly values?: Record<string, string | number>
  /** The form that takes it back; a button offers it for `ms` with the seconds running down, else for ten seconds. */
  readonly undo?: { readonly action: string; readonly method?: string; readonly fields?: Record<string, string>; readonly ms?: number }
}

const keyOf = (done: string) => (done.includes('.') ? done : `desk.done.${done}`)

/** The way back of an act that is kept on the server. */
export function undoOf(actId: number | null): Said['undo'] {
  return actId === null ? undefined : { action: `/acts/${actId}`, method: 'DELETE' }
}

/** The address of the page that a request was sent from. */
export function pageOf({ request }: HttpContext): string {
  return request.header('hx-current-url') ?? request.header('referer') ?? ''
}

/** Goes on to another page and says there what was done, with the way back. */
export function sayDoneAt(ctx: HttpContext, href: string, { done, values, undo }: Said) {
  ctx.session.flash('done', ctx.i18n.t(keyOf(done), values))
  if (undo) ctx.session.flash('undo', JSON.stringify(undo))
  if (ctx.request.header('hx-request') === 'true') return ctx.response.header('HX-Redirect', href).status(204).send('')
  return ctx.response.redirect().status(303).toPath(href)
}

/**
 * Answers any change of one ticket: its head, thread and row as they are now, and a sentence for
 * everybody, those who listen included. Without htmx the page comes back with the same sentence.
 */
export async function sayDone(ctx: HttpContext, ticketId: number, said: Said, extra: Record<string, unknown> = {}) {
  const message = ctx.i18n.t(keyOf(said.done), said.values)
  if (ctx.request.header('hx-request') !== 'true') {
    ctx.session.flash('done', message)
    if (said.undo) ctx.session.flash('undo', JSON.stringify(said.undo))
    return ctx.response.redirect().status(303).back(`/tickets/${ticketId}`)
  }
  const state = await changedState(ctx, ticketId)
  if (state.sheet.sideOfId) return sayDoneAt(ctx, `/sides/${ticketId}`, said)
  const row = await readRow(ctx.auth.getUserOrFail(), ticketId)
  return ctx.view.render('tickets/changed', { ...state, row, message, undo: said.undo ?? null, ...extra })
}
