import vine from '@vinejs/vine'
import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { connectionOf, hasMany, removeConnection, saveConnection, type Connection } from '#plugins/connections'
import { usable } from '#plugins/finding'
import { checkConnection } from '#plugins/health'
import PluginPolicy from '#plugins/plugin_policy'
import { sayReason, storeReason } from '#plugins/reasons'
import { formFor, introduce, parseFields, sayInvalid } from '#plugins/settings_form'

const connectionValidator = vine.create({ name: vine.string().trim().minLength(1).maxLength(120) })

/** The fillings of a plugin that may have several: two e-shops, three phone exchanges. */
export default class ConnectionsController {
  async create(ctx: HttpContext) {
    const { plugin } = await allowed(ctx)
    return form(ctx, plugin, null)
  }

  async store(ctx: HttpContext) {
    const { plugin } = await allowed(ctx)
    return save(ctx, plugin, null)
  }

  async edit(ctx: HttpContext) {
    const { plugin } = await allowed(ctx)
    return form(ctx, plugin, await one(ctx, plugin))
  }

  async update(ctx: HttpContext) {
    const { plugin } = await allowed(ctx)
    return save(ctx, plugin, await one(ctx, plugin))
  }

  async destroy(ctx: HttpContext) {
    const { plugin } = await allowed(ctx)
    const connection = await one(ctx, plugin)
    await removeConnection(plugin, connection.id, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('plugins.connections.removed', { name: connection.name ?? '' }))
    return ctx.response.redirect().status(303).toPath(`/admin/plugins/${plugin.id}`)
  }
}

type PluginOf = ReturnType<typeof usable>

async function allowed({ bouncer, params, request }: HttpContext) {
  await bouncer.with(PluginPolicy).authorize('manage')
  const plugin = usable(params.plugin_id, request)
  if (!hasMany(plugin)) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return { plugin }
}

async function one({ params, request }: HttpContext, plugin: PluginOf): Promise<Connection> {
  const connection = await connectionOf(plugin, Number(params.id))
  if (!connection) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return connection
}

function form({ view, i18n }: HttpContext, plugin: PluginOf, connection: Connection | null) {
  return view.render('plugins/connections/edit', {
    plugin: introduce(i18n, plugin.id),
    connection,
    hooks: plugin.routes?.hooks && connection ? `/hooks/${plugin.id}/${connection.key}/` : null,
    groups: formFor(i18n, `${plugin.id}.settings`, plugin.settings ?? {}, connection?.settings ?? {}),
  })
}

async function save(ctx: HttpContext, plugin: PluginOf, connection: Connection | null) {
  const { request, session, i18n, response, by } = ctx
  const { name } = await request.validateUsing(connectionValidator)
  const fields = plugin.settings ?? {}
  let id: number
  try {
    id = await saveConnection(plugin, connection?.id ?? null, { name, settings: parseFields(fields, request.input('config') ?? {}) }, { by })
  } catch (error) {
    return sayInvalid(ctx, fields, error, `/admin/plugins/${plugin.id}/connections/${connection ? `${connection.id}/edit` : 'create'}`)
  }
  const health = await checkConnection(plugin, (await connectionOf(plugin, id))!)
  if (health.ok) session.flash('done', i18n.t('plugins.saved'))
  else session.flash('alert', i18n.t('plugins.saved_but', { reason: sayReason(i18n, storeReason(plugin.id, health.reason)) }))
  return response.redirect().status(303).toPath(`/admin/plugins/${plugin.id}`)
}
