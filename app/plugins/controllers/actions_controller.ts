import { randomUUID } from 'node:crypto'
import vine from '@vinejs/vine'
import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { runAction } from '#plugins/actions'
import { connectionOf } from '#plugins/connections'
import { installed } from '#plugins/installed'
import PluginPolicy from '#plugins/plugin_policy'
import { sayReason, storeReason } from '#plugins/reasons'
import { DomainError } from '#support/domain_error'
import { ticketInDoubt, writerOf } from '#tickets/doubt'
import { formFor, introduce, parseFields, sayInvalid } from '#plugins/settings_form'

const runValidator = vine.create({ about: vine.string().maxLength(200), key: vine.string().uuid(), customer: vine.number().withoutDecimals().positive().optional(), sender_checked: vine.boolean().optional() })

/** Deeds of plugins in the other system. What is to happen is shown first, and a person says yes. */
export default class ActionsController {
  async create(ctx: HttpContext) {
    await ctx.bouncer.with(PluginPolicy).authorize('act')
    const { plugin, action, name, connection } = await asked(ctx)
    const customer = await customerMeant(ctx)
    return ctx.view.render('plugins/actions/create', {
      plugin: introduce(ctx.i18n, plugin.id),
      action: { name, risk: action.risk, label: ctx.i18n.t(`${plugin.id}.actions.${name}.label`, {}, name) },
      path: ctx.request.url(),
      about: String(ctx.request.qs().about ?? ''),
      key: randomUUID(),
      customer,
      doubt: action.risk !== 'none' && customer ? await ticketInDoubt(customer) : null,
      connection: connection.id,
      groups: formFor(ctx.i18n, `${plugin.id}.actions.${name}`, action.fields ?? {}, {}),
    })
  }

  async store(ctx: HttpContext) {
    await ctx.bouncer.with(PluginPolicy).authorize('act')
    const { plugin, action, name, connection } = await asked(ctx)
    const { about, key, customer, sender_checked: checked } = await ctx.request.validateUsing(runValidator)
    if (action.risk !== 'none' && customer && !checked && (await ticketInDoubt(customer))) throw new DomainError('plugins.errors.sender_in_doubt', 422)
    const values = parseFields(action.fields ?? {}, ctx.request.input('config') ?? {})
    try {
      const outcome = await runAction(plugin, name, connection, { id: about, values, key }, { by: ctx.by })
      if (outcome.outcome === 'sent') ctx.session.flash('done', ctx.i18n.t('plugins.actions.done'))
      else ctx.session.flash('alert', ctx.i18n.t(`plugins.actions.${outcome.outcome}`, { reason: sayReason(ctx.i18n, storeReason(plugin.id, outcome.reason)) }))
      return ctx.response.redirect().status(303).back('/')
    } catch (error) {
      return sayInvalid(ctx, action.fields ?? {}, error, `${ctx.request.url()}?about=${encodeURIComponent(about)}${customer ? `&customer=${customer}` : ''}`)
    }
  }
}

/** Whose page it was asked from, or in whose ticket; a plugin's own link may say it too. */
async function customerMeant({ request }: HttpContext): Promise<number | null> {
  const page = /\/(customers|tickets)\/(\d{1,9})(?:[/?#]|$)/.exec(request.header('referer') ?? '')
  const said = Number(request.qs().customer) || (page?.[1] === 'tickets' ? await writerOf(Number(page[2])) : Number(page?.[2]))
  return Number.isInteger(said) && said > 0 && said < 2_147_483_648 ? said : null
}

async function asked({ params, request }: HttpContext) {
  await installed.refresh()
  const plugin = installed.working(String(params.plugin))?.plugin
  const action = plugin?.actions?.[params.action]
  const connection = plugin && action && (await connectionOf(plugin, Number(params.connection)))
  if (!plugin || !action || !connection) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return { plugin, action, connection, name: params.action as string }
}
