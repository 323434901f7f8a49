import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import { askDriver, checkInbox, kept } from '#channels/health'
import { InvalidConfig, writeConfig, type Nested } from '#channels/inbox_config'
import { readInboxForm, sayRule, withoutSecrets } from '#channels/inbox_form'
import InboxPolicy from '#channels/inbox_policy'
import type { Health } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import { sayReason, storeReason } from '#plugins/reasons'
import { DomainError } from '#support/domain_error'

interface Verdict {
  readonly ok: boolean
  readonly words: string
}

/** "Test the connection": says in words what is wrong, before anything is saved. */
export default class ChecksController {
  /** What the form of a new inbox, or of a changed one, would do. Secrets left empty are the stored ones. */
  async store(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const { params, request, i18n } = ctx
    const inbox = params.id ? await Inbox.findOrFail(params.id) : null
    const channel = inbox?.channel ?? String(request.input('channel', ''))
    const driver = pluginRegistry.channel(channel)
    if (!driver) throw new DomainError('gateway.errors.no_channel', 422)

    try {
      const config = writeConfig(inbox ?? { channel, config: '{}' }, readInboxForm(driver.config, request.input('config', {})))
      const tried = new Inbox()
      tried.fill({ id: inbox?.id ?? 0, key: inbox?.key ?? 'unsaved', channel, name: String(request.input('name', '')), config })
      return await answer(ctx, verdictOf(ctx, channel, await askDriver(tried)))
    } catch (error) {
      if (!(error instanceof InvalidConfig)) throw error
      const words = error.errors.map(({ field, rule }) => `${i18n.t(`${channel}.config.${field}.label`, {}, field)}: ${sayRule(i18n, rule)}`).join(' ')
      return answer(ctx, { ok: false, words })
    }
  }

  /** Looks at once at an inbox as it is, and keeps the answer as its health. */
  async update({ params, bouncer, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('list')
    const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
    const verdict = verdictOf({ i18n } as HttpContext, inbox.channel, await checkInbox(inbox))
    session.flash(verdict.ok ? 'done' : 'alert', verdict.words)
    return response.redirect().status(303).back('/admin/inboxes')
  }
}

function verdictOf({ i18n }: HttpContext, channel: string, health: Health): Verdict {
  if (!health.ok) return { ok: false, words: sayReason(i18n, kept(channel, health.reason)) }
  return { ok: true, words: health.note ? sayReason(i18n, storeReason(channel, health.note)) : i18n.t('channels.inboxes.works') }
}

/** With htmx the verdict stands beside the button and the form stays as typed; without, the page comes back with it. */
async function answer({ request, response, session, view }: HttpContext, verdict: Verdict) {
  if (request.header('hx-request') === 'true') return view.render('channels/inboxes/_verdict', { verdict })
  const sent = request.all()
  const fields = pluginRegistry.channel(String(sent.channel ?? ''))?.config ?? {}
  session.flash('input', { ...sent, config: withoutSecrets(fields, (sent.config ?? {}) as Nested) })
  session.flash(verdict.ok ? 'done' : 'alert', verdict.words)
  return response.redirect().status(303).back('/admin/inboxes')
}
