import type { HttpContext } from '@adonisjs/core/http'
import { accessibleInboxIds } from '#people/access'
import { atLeast } from '#people/roles'
import { settingsParts } from '#setup/parts'
import { paletteFor, type Destination } from '#search/palette'
import { setting } from '#support/settings'
import { navigationOf } from '#tickets/navigation'

/** Ctrl+K: go anywhere by typing. A page of its own without JavaScript. */
export default class PalettesController {
  async show({ request, auth, view, i18n }: HttpContext) {
    const agent = auth.getUserOrFail()
    const { q } = request.qs()
    const typed = typeof q === 'string' ? q.slice(0, 200) : ''
    const zone = agent.timeZone ?? (await setting('company.time_zone'))
    const places = await this.#places(agent, i18n)
    const groups = await paletteFor(typed, places, { reader: agent, access: await accessibleInboxIds(agent) }, i18n, zone)
    return view.render(request.header('hx-request') ? 'search/palette_results' : 'search/palette', { groups, typed })
  }

  async #places(agent: Parameters<typeof navigationOf>[0], i18n: HttpContext['i18n']): Promise<Destination[]> {
    const { groups } = await navigationOf(agent)
    const views = groups.flatMap(({ links }) => links).map(({ key, kind, icon, channel, name, href, count }) => ({
      text: kind === 'covering' ? i18n.t('absences.view.covering', { name }) : (name ?? i18n.t(`desk.views.${key}`, {}, key)),
      ...(channel ? { icon: null, channel } : { icon }),
      href,
      hint: count,
    }))
    const own = [
      { text: i18n.t('web.new_ticket'), icon: 'plus', href: '/tickets/create', hint: null, lowest: 'agent' as const },
      { text: i18n.t('web.customers'), icon: 'customer', href: '/customers', hint: null, lowest: 'viewer' as const },
      { text: i18n.t('web.search'), icon: 'search', href: '/search', hint: null, lowest: 'viewer' as const },
      { text: i18n.t('notifications.title'), icon: 'bell', href: '/notifications', hint: null, lowest: 'viewer' as const },
      { text: i18n.t('web.profile'), icon: 'customer', href: '/profile', hint: null, lowest: 'viewer' as const },
      { text: i18n.t('web.keys'), icon: 'keyboard', href: '/keys', hint: null, lowest: 'viewer' as const },
    ].filter(({ lowest }) => atLeast(agent.role, lowest))
    const parts = settingsParts(agent, '').map(({ key, icon, href }) => ({ text: `${i18n.t('web.settings')} – ${i18n.t(`settings.parts.${key}`, {}, key)}`, icon, href, hint: null }))
    return [...views, ...own, ...parts]
  }
}
