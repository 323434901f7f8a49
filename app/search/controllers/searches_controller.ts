import type { HttpContext } from '@adonisjs/core/http'
import { accessibleInboxIds } from '#people/access'
import { operators } from '#search/query'
import { search } from '#search/search_page'
import { setting } from '#support/settings'

export default class SearchesController {
  /** What was found, as a page of its own; `#4812` alone goes straight to the ticket. */
  async index({ request, auth, view, response }: HttpContext) {
    const { q, cursor } = request.qs()
    const text = typeof q === 'string' ? q.slice(0, 1000) : ''
    const agent = auth.getUserOrFail()
    const zone = agent.timeZone ?? (await setting('company.time_zone'))
    const page = await search(text, { reader: agent, access: await accessibleInboxIds(agent) }, { cursor: typeof cursor === 'string' ? cursor : null, zone })
    if (page.numbered && page.query.number!.certain) return response.redirect().toPath(`/tickets/${page.numbered.id}`)

    const at = (values: Record<string, string>) => `/search?${new URLSearchParams(values)}`
    return view.render('search/index', { page, text, operators, older: page.next ? at({ q: text, cursor: page.next }) : null, newer: cursor ? at({ q: text }) : null })
  }
}
