import type { HttpContext } from '@adonisjs/core/http'
import { rangeOf, sourceOf } from '#channels/importing/import'
import { importRequest } from '#channels/importing/import_form'
import InboxPolicy from '#channels/inbox_policy'
import { core, kept } from '#channels/health'
import { pluginRegistry } from '#plugins/registry'
import { sayReason } from '#plugins/reasons'
import { formState } from './imports_controller.js'

const SECONDS = 60

/** "Count first": what an import would take, changing nothing. */
export default class ImportSurveysController {
  async store(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const { inbox, source, options } = await importRequest(ctx)
    const state = await formState(ctx)
    try {
      const places = await sourceOf(inbox, source, options).survey(pluginRegistry.inboxFor(inbox), rangeOf(options), AbortSignal.timeout(SECONDS * 1000))
      return ctx.view.render('channels/imports/create', { ...state, places, total: places.reduce((sum, { count }) => sum + count, 0) })
    } catch (error) {
      const { reason, message } = error as Error & { reason?: never }
      return ctx.view.render('channels/imports/create', { ...state, problem: sayReason(ctx.i18n, reason ? kept(inbox.channel, reason) : kept('gateway', core('import_failed', {}, message))) })
    }
  }
}
