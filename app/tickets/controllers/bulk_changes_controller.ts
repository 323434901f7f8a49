import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import { accessibleInboxIds } from '#people/access'
import { BULK_ACTS, doInBulk, MOST_AT_ONCE, previewBulk, type BulkChange } from '#routing/bulk'
import { DomainError } from '#support/domain_error'
import { wantsFragments } from '#web/answer'
import { directory } from '#tickets/pages/directory'
import { undoOf } from '#tickets/pages/said'
import { snoozeMoment } from '#tickets/pages/moments'
import { mustWork } from '#tickets/pages/ticket_page'
import { listTickets, sorts } from '#tickets/ticket_list'
import { FILTER_NAMES, readFilters } from '#tickets/ticket_list/filters'
import { PRIORITIES } from '#tickets/ticket/describable'

const bulkValidator = vine.create({
  ticket_ids: vine.array(vine.number().positive()).minLength(1).maxLength(MOST_AT_ONCE).optional(),
  /** Instead of ids: all that a list has, as its address names it. */
  all_of: vine.string().maxLength(4000).optional(),
  act: vine.enum(BULK_ACTS),
  tag: vine.string().trim().maxLength(200).nullable().optional(),
  owner_id: vine.number().positive().nullable().optional(),
  priority: vine.enum(PRIORITIES).nullable().optional(),
  on: vine.enum(['customer', 'third_party']).nullable().optional(),
  until: vine.enum(['hours', 'tomorrow', 'week', 'moment']).nullable().optional(),
  /** Into which of the tickets the others go. */
  into: vine.number().positive().nullable().optional(),
  moment: vine.string().maxLength(40).nullable().optional(),
})

type Asked = Infer<typeof bulkValidator>

export default class BulkChangesController {
  /** What would happen, before it does: how many change, which are so already (M018). */
  async create(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    mustWork(agent)
    // A form that is sent by its address names empty fields too.
    const data = Object.fromEntries(Object.entries(ctx.request.qs()).filter(([, value]) => value !== ''))
    const asked = await ctx.request.validateUsing(bulkValidator, { data })
    const ids = await this.#ids(ctx, asked)
    const preview = await previewBulk(ids, changeOf(ctx, asked), agent)
    const state = { asked, ids, preview, people: await directory(), whole: asked.all_of !== undefined && ids.length === MOST_AT_ONCE, back: ctx.request.header('referer') ?? '/' }
    return ctx.view.render(wantsFragments(ctx) ? 'tickets/bulk_changes/_dialog' : 'tickets/bulk_changes/create', state)
  }

  /** Does it. One act for all of them, taken back together within ten seconds. */
  async store(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    mustWork(agent)
    const asked = await ctx.request.validateUsing(bulkValidator)
    const ids = await this.#ids(ctx, asked)
    const { actId, changed } = await doInBulk(ids, changeOf(ctx, asked), agent, ctx.by)
    ctx.session.flash('done', ctx.i18n.t(asked.act === 'merge' ? 'together.done.bulk_merged' : 'desk.done.bulk', { act: asked.act, changed, asked: ids.length }))
    if (changed > 0) ctx.session.flash('undo', JSON.stringify(undoOf(actId)))
    const back = backTo(ctx)
    return back ? ctx.response.redirect().status(303).toPath(back) : ctx.response.redirect().status(303).back('/')
  }

  async #ids(ctx: HttpContext, asked: Asked): Promise<number[]> {
    if (asked.all_of === undefined) {
      if (!asked.ticket_ids) throw new DomainError('together.errors.nothing_chosen', 422)
      return [...new Set(asked.ticket_ids)]
    }
    const agent = ctx.auth.getUserOrFail()
    const access = await accessibleInboxIds(agent)
    const address = new URLSearchParams(asked.all_of)
    const given = Object.fromEntries(FILTER_NAMES.flatMap((name) => (address.get(name) ? [[name, address.get(name)!]] : [])))
    const list = { reader: agent, access, view: address.get('view') ?? 'all', filters: await readFilters(given, { reader: agent, access }), sort: sorts.find((one) => one === address.get('sort')) }
    const ids: number[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listTickets>> = await listTickets({ ...list, cursor, limit: 200 })
      ids.push(...page.rows.map(({ id }) => id))
      cursor = page.next
    } while (cursor && ids.length < MOST_AT_ONCE)
    return ids.slice(0, MOST_AT_ONCE)
  }
}

/** Where the list stood from which the change was asked for; a path of ours, or nothing. */
function backTo({ request }: HttpContext): string | null {
  const asked = request.input('back')
  if (typeof asked !== 'string') return null
  const path = asked.replace(/^https?:\/\/[^/]+/, '')
  return /^\/(views|tickets)\//.test(path) ? path : null
}

function changeOf(ctx: HttpContext, { act, tag, owner_id: ownerId, priority, on, until, moment, into }: Asked): BulkChange {
  switch (act) {
    case 'tag':
    case 'untag': {
      const names = (tag ?? '').split(',').map((name) => name.trim()).filter(Boolean)
      if (names.length === 0) throw new DomainError('desk.no_tag', 422)
      return { act, names }
    }
    case 'assign':
      return { act, ownerId: ownerId ?? null }
    case 'priority':
      return { act, priority: priority ?? 'normal' }
    case 'pending':
      return { act, on: on ?? 'customer' }
    case 'snooze':
      return { act, until: snoozeMoment(until ?? 'tomorrow', moment, ctx.format.zone) }
    case 'merge':
      return { act, into: into ?? undefined }
    default:
      return { act }
  }
}
