import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { configure, connectionOf, hasMany } from '#plugins/connections'
import { latestFaults } from '#plugins/faults'
import { checkConnection, healthOf, type HealthRow } from '#plugins/health'
import { found, usable } from '#plugins/finding'
import { installed } from '#plugins/installed'
import PluginPolicy from '#plugins/plugin_policy'
import { sayReason, storeReason } from '#plugins/reasons'
import { connectionNames, formFor, introduce, parseFields, sayInvalid, usesOf } from '#plugins/settings_form'

/** The plugins of this desk: what there is, what is on, how it does, and the settings of each. */
export default class PluginsController {
  async index({ view, bouncer, i18n }: HttpContext) {
    await bouncer.with(PluginPolicy).authorize('manage')
    await installed.refresh({ force: true })
    const health = await healthOf()
    const plugins = installed.all().map((one) => ({
      ...introduce(i18n, one.id),
      icon: one.plugin?.icon ?? 'plug',
      enabled: installed.working(one.id) !== null,
      fault: one.fault && sayReason(i18n, one.fault),
      uses: one.plugin ? usesOf(one.plugin) : [],
      health: worst(health.filter(({ plugin }) => plugin === one.id)),
    }))
    return view.render('plugins/index', { plugins })
  }

  async show({ params, view, bouncer, i18n, request }: HttpContext) {
    await bouncer.with(PluginPolicy).authorize('manage')
    const one = found(params.id, request)
    const { plugin } = one
    const only = plugin && !hasMany(plugin) ? await connectionOf(plugin, 0) : null
    const health = await healthOf(one.id)
    const connections = plugin && hasMany(plugin) ? await connectionNames(plugin) : []
    return view.render('plugins/show', {
      plugin: introduce(i18n, one.id),
      icon: plugin?.icon ?? 'plug',
      enabled: installed.working(one.id) !== null,
      fault: one.fault && sayReason(i18n, one.fault),
      uses: plugin ? usesOf(plugin) : [],
      many: plugin !== null && hasMany(plugin),
      checks: Boolean(plugin?.check),
      groups: plugin?.settings && only ? formFor(i18n, `${one.id}.settings`, plugin.settings, only.settings) : [],
      connections: connections.map((connection) => ({ ...connection, health: said(i18n, health.find(({ connectionId }) => connectionId === connection.id)) })),
      health: said(i18n, health.find(({ connectionId }) => connectionId === 0)),
      faults: await latestFaults(one.id),
    })
  }

  async update(ctx: HttpContext) {
    await ctx.bouncer.with(PluginPolicy).authorize('manage')
    const plugin = usable(ctx.params.id, ctx.request)
    const path = `/admin/plugins/${plugin.id}`
    const fields = plugin.settings ?? {}
    if (hasMany(plugin)) throw new errors.E_ROUTE_NOT_FOUND([ctx.request.method(), ctx.request.url()])
    try {
      await configure(plugin, parseFields(fields, ctx.request.input('config') ?? {}), { by: ctx.by })
    } catch (error) {
      return sayInvalid(ctx, fields, error, path)
    }
    const health = await checkConnection(plugin, (await connectionOf(plugin, 0))!)
    if (health.ok) ctx.session.flash('done', ctx.i18n.t('plugins.saved'))
    else ctx.session.flash('alert', ctx.i18n.t('plugins.saved_but', { reason: sayReason(ctx.i18n, storeReason(plugin.id, health.reason)) }))
    return ctx.response.redirect().status(303).toPath(path)
  }
}

function worst(rows: readonly HealthRow[]) {
  return rows.find(({ ok }) => !ok) ?? rows[0] ?? null
}

function said(i18n: HttpContext['i18n'], row: HealthRow | undefined) {
  return row ? { ...row, reason: sayReason(i18n, row.reason) } : null
}
