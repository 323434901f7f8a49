import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import type Agent from '#people/agent'
import { DomainError } from '#support/domain_error'
import { teamsToShareWith } from '#tickets/pages/saved_views'
import SavedView, { findSavedView } from '#tickets/saved_view'
import SavedViewPolicy from '#tickets/saved_view_policy'
import { FILTER_NAMES } from '#tickets/ticket_list/filters'
import { sorts } from '#tickets/ticket_list'

const viewValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(60),
  /** `me`, `all` or a team's id. */
  share: vine.string().regex(/^(me|all|\d{1,9})$/).optional(),
  view: vine.string().maxLength(40).optional(),
  sort: vine.enum(sorts).optional(),
  filters: vine.string().maxLength(4000).optional(),
})

/** Filters with a name: made of the list one looks at, renamed, ordered, shared, taken away (M017). */
export default class SavedViewsController {
  async index(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const views = await SavedView.query().where('agent_id', agent.id).orderBy('position').orderBy('id')
    return ctx.view.render('tickets/saved_views/index', { views, teams: await teamsToShareWith(agent) })
  }

  async store(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const { name, share, view, sort, filters } = await ctx.request.validateUsing(viewValidator)
    const given = new URLSearchParams(filters ?? '')
    const kept = Object.fromEntries(FILTER_NAMES.flatMap((one) => (given.get(one) ? [[one, given.get(one)!]] : [])))
    const saved = await SavedView.save(agent, { name, filters: { ...kept, ...(view && { view }), ...(sort && { sort }) }, ...(await this.#share(agent, share)) }, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('together.done.view_saved', { name: saved.name }))
    return ctx.response.redirect().status(303).toPath(`/views/${saved.key}`)
  }

  async update(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const saved = await this.#own(ctx)
    const { name, share } = await ctx.request.validateUsing(viewValidator)
    await saved.change({ name, ...(await this.#share(agent, share)) }, agent, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('desk.done.changed'))
    return ctx.response.redirect().status(303).toPath('/saved-views')
  }

  async destroy(ctx: HttpContext) {
    const saved = await this.#own(ctx)
    await saved.remove({ by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('together.done.view_deleted', { name: saved.name }))
    return ctx.response.redirect().status(303).toPath('/saved-views')
  }

  /** One's own, or, for who steers the team, any. */
  async #own(ctx: HttpContext): Promise<SavedView> {
    const saved = await findSavedView(`saved-${ctx.params.id}`, ctx.auth.getUserOrFail())
    if (!saved) throw new DomainError('errors.404.text', 404)
    await ctx.bouncer.with(SavedViewPolicy).authorize('change', saved)
    return saved
  }

  async #share(agent: Agent, share: string | undefined) {
    if (share === undefined) return {}
    if (share === 'me') return { teamId: null, everybody: false }
    if (share === 'all') {
      if (agent.role === 'viewer') throw new DomainError('errors.403.text', 403)
      return { teamId: null, everybody: true }
    }
    const team = (await teamsToShareWith(agent)).find(({ id }) => id === Number(share))
    if (!team) throw new DomainError('tickets.errors.no_team', 422)
    return { teamId: team.id, everybody: false }
  }
}
