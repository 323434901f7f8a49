import type { HttpContext } from '@adonisjs/core/http'
import { setting } from '#support/settings'
import { directory } from '#tickets/pages/directory'
import { readList, stampOf } from '#tickets/pages/list'
import { navigationOf } from '#tickets/navigation'
import { PRIORITIES } from '#tickets/ticket/describable'

export default class ViewsController {
  /** Where an agent begins: what waits for the team. */
  index({ response }: HttpContext) {
    return response.redirect('/views/waiting')
  }

  async show(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const list = await readList(ctx, agent, String(ctx.params.view))
    return ctx.view.render('tickets/index', {
      list,
      currentView: list.view,
      people: await directory(),
      priorities: PRIORITIES,
      categories: await setting('categories'),
    })
  }

  /**
   * What is new in a list that stands open: changed rows in their places, counts of the side bar, and how
   * many tickets are not shown yet. The page says what it shows (`shown=12:3.0.,13:1.1.`); nothing jumps.
   */
  async news(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const list = await readList(ctx, agent, String(ctx.params.view))
    const shown = new Map(
      String(ctx.request.input('shown', ''))
        .split(',')
        .map((pair) => pair.split(':') as [string, string])
    )
    const since = Number(ctx.request.input('since')) || 0
    return ctx.view.render('tickets/_news', {
      list,
      fresh: shown.size > 0 && !list.later ? list.rows.filter((row) => !shown.has(String(row.id)) && row.updatedAt > since).length : 0,
      changed: list.rows.filter((row) => shown.has(String(row.id)) && shown.get(String(row.id)) !== stampOf(row)),
      current: Number(ctx.request.input('open')) || null,
      nav: await navigationOf(agent),
    })
  }
}
