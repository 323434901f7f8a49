import type { HttpContext } from '@adonisjs/core/http'
import { setting } from '#support/settings'
import { directory } from '#tickets/pages/directory'
import { readList, readRows, stampOf, type ListPage } from '#tickets/pages/list'
import type Agent from '#people/agent'
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
      changed: [...list.rows, ...(await this.#rowsThatLeft(agent, list, shown))].filter((row) => shown.has(String(row.id)) && shown.get(String(row.id)) !== stampOf(row)),
      current: Number(ctx.request.input('open')) || null,
      nav: await navigationOf(agent),
    })
  }

  /** What the page shows and the view no longer holds (a colleague took or resolved it): its row says what became of it. */
  async #rowsThatLeft(agent: Agent, list: ListPage, shown: ReadonlyMap<string, string>) {
    const here = new Set(list.rows.map((row) => String(row.id)))
    const left = [...shown.keys()].filter((id) => id !== '' && !here.has(id)).map(Number).filter(Number.isSafeInteger)
    return left.length === 0 ? [] : readRows(agent, left.slice(0, 50))
  }
}
