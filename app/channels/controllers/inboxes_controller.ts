import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { farewellOf } from '#channels/farewell'
import Inbox from '#channels/inbox'
import { checkInbox, kept } from '#channels/health'
import { InvalidConfig, readConfig, type Nested } from '#channels/inbox_config'
import { channelsOffered, fieldName, inboxForm, readInboxForm, sayRule, withoutSecrets } from '#channels/inbox_form'
import InboxPolicy from '#channels/inbox_policy'
import { readState } from '#channels/inbox_state'
import { pluginRegistry } from '#plugins/registry'
import type { Words } from '#plugin'
import { sayReason, storeReason } from '#plugins/reasons'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import env from '#start/env'

const inboxValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  team_id: vine.number().nullable().optional(),
  agent_id: vine.number().nullable().optional(),
  signature: vine.string().trim().maxLength(5000).nullable().optional(),
  undo_seconds: vine.number().range([0, 60]).optional(),
  link_above_mb: vine.number().range([1, 100]).nullable().optional(),
  link_days: vine.number().range([1, 365]).optional(),
  close_after_days: vine.number().range([1, 3650]).optional(),
  reopen_within_days: vine.number().range([0, 3650]).optional(),
  auto_reply: vine.boolean().optional(),
  auto_reply_text: vine.string().trim().maxLength(5000).nullable().optional(),
  config: vine.object({}).allowUnknownProperties().optional(),
  from: vine.enum(['setup', 'admin']).optional(),
})

/** The connected mailboxes, numbers, pages and widgets, with how they are. */
export default class InboxesController {
  async index({ view, bouncer, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('list')
    const rows = await db
      .from('inboxes')
      .leftJoin('inbox_health', 'inbox_health.inbox_id', 'inboxes.id')
      .leftJoin('teams', 'teams.id', 'inboxes.team_id')
      .whereNull('inboxes.deleted_at')
      .select('inboxes.id', 'inboxes.name', 'inboxes.address', 'inboxes.channel', 'inboxes.paused_at', 'inboxes.auto_reply_stopped_at', 'teams.name as team')
      .select('inbox_health.ok', 'inbox_health.reason', 'inbox_health.since_at', 'inbox_health.checked_at', 'inbox_health.received_at', 'inbox_health.sent_at')
      .orderBy('inboxes.name')
      .limit(500)
    const inboxes = rows.map((row) => ({ ...row, state: stateOf(row), reason: sayReason(i18n, row.reason) }))
    return view.render('channels/inboxes/index', { inboxes, channels: channelsOffered(i18n), mayManage: await bouncer.with(InboxPolicy).allows('manage') })
  }

  async create(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const offered = channelsOffered(ctx.i18n)
    const channel = String(ctx.request.qs().channel ?? offered[0]?.id ?? '')
    return ctx.view.render('channels/inboxes/create', { ...(await formState(ctx, channel, null)), channels: offered, channel, inbox: null })
  }

  async store(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const channel = String(ctx.request.input('channel', ''))
    const driver = pluginRegistry.channel(channel)
    if (!driver) throw new DomainError('gateway.errors.no_channel', 422)
    const sent = await ctx.request.validateUsing(inboxValidator)
    const config = readInboxForm(driver.config, (sent.config ?? {}) as Nested)
    const from = sent.from === 'setup' ? '/setup/inbox' : `/admin/inboxes/create?channel=${encodeURIComponent(channel)}`

    try {
      const inbox = await Inbox.connect({ channel, ...values(sent), name: sent.name, config }, { by: ctx.by })
      // Looked at before the page comes back: what is wrong is said where it can still be put right.
      const health = await checkInbox(inbox)
      if (!health.ok) {
        ctx.session.flash('alert', sayReason(ctx.i18n, kept(channel, health.reason)))
        return ctx.response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
      }
      ctx.session.flash('done', ctx.i18n.t('channels.inboxes.connected', { name: inbox.name }))
      return ctx.response.redirect().status(303).toPath(sent.from === 'setup' ? '/setup/team' : '/admin/inboxes')
    } catch (error) {
      return sayInvalid(ctx, from, channel, error)
    }
  }

  async edit(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await living(ctx.params.id)
    const health = await db.from('inbox_health').where('inbox_id', inbox.id).first()
    const driver = pluginRegistry.channel(inbox.channel)
    // An inbox that is asked by itself has no address to call and no provider with templates behind it.
    const isAsked = driver?.poll?.when?.(readConfig(inbox) as never) === true
    const gaps = await db.from('events').where('name', 'inbox:gap').where('inbox_id', inbox.id).where('at', '>', nowMs() - GAP_SHOWN_MS).orderBy('id', 'desc').limit(3).select('payload')
    return ctx.view.render('channels/inboxes/edit', {
      live: await readState(ctx, inbox),
      hook: driver?.webhook && !isAsked ? `${originOf(ctx)}/hooks/${inbox.channel}/${inbox.key}` : null,
      templates: driver?.templates && !isAsked ? await db.from('channel_templates').where('inbox_id', inbox.id).orderBy('name').limit(200).select('name', 'language', 'body', 'state') : null,
      farewell: await farewellOf(inbox),
      gaps: gaps.map(({ payload }) => JSON.parse(payload)),
      ...(await formState(ctx, inbox.channel, inbox)),
      inbox,
      channel: inbox.channel,
      links: await linksOf(ctx, inbox),
      health: health ? { ...health, reason: sayReason(ctx.i18n, health.reason) } : null,
    })
  }

  async update(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await living(ctx.params.id)
    const sent = await ctx.request.validateUsing(inboxValidator)
    const driver = pluginRegistry.channel(inbox.channel)
    const config = driver ? readInboxForm(driver.config, (sent.config ?? {}) as Nested) : undefined
    const path = `/admin/inboxes/${inbox.id}/edit`
    try {
      await inbox.change({ name: sent.name, ...values(sent), config }, { by: ctx.by })
      ctx.session.flash('done', ctx.i18n.t('channels.inboxes.saved', { name: inbox.name }))
      return ctx.response.redirect().status(303).toPath('/admin/inboxes')
    } catch (error) {
      return sayInvalid(ctx, path, inbox.channel, error)
    }
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await living(params.id)
    await inbox.remove({ by })
    session.flash('done', i18n.t('channels.inboxes.removed', { name: inbox.name }))
    return response.redirect().status(303).toPath('/admin/inboxes')
  }
}

/** A gap is said on the inbox's page for so long; ms. */
const GAP_SHOWN_MS = 14 * 86_400_000

/** Where the outside reaches this desk: as it calls itself, else as the reader's browser does. */
function originOf({ request }: HttpContext): string {
  return (env.get('APP_URL') ?? `${request.protocol()}://${request.host()}`).replace(/\/+$/, '')
}

type Sent = Awaited<ReturnType<typeof inboxValidator.validate>>

function values(sent: Sent) {
  return {
    teamId: sent.team_id,
    agentId: sent.agent_id,
    signature: sent.signature,
    undoSeconds: sent.undo_seconds,
    linkAboveMb: sent.link_above_mb,
    linkDays: sent.link_days,
    closeAfterDays: sent.close_after_days,
    reopenWithinDays: sent.reopen_within_days,
    // An unticked switch is not sent at all.
    autoReply: sent.auto_reply ?? false,
    autoReplyText: sent.auto_reply_text,
  }
}

async function living(id: number) {
  return Inbox.query().where('id', id).whereNull('deleted_at').firstOrFail()
}

function stateOf(row: { paused_at: number | null; ok: number | null }) {
  if (row.paused_at) return 'paused'
  if (row.ok === null) return 'unknown'
  return row.ok ? 'ok' : 'broken'
}

/** The driver's own pages and acts for this inbox, in words. One that fails to tell them takes nothing else away. */
async function linksOf({ i18n }: HttpContext, inbox: Inbox) {
  const driver = pluginRegistry.channel(inbox.channel)
  const links = (await driver?.links?.(pluginRegistry.inboxFor(inbox))) ?? []
  const say = (words: Words) => sayReason(i18n, storeReason(inbox.channel, words))
  return links.filter(({ href }) => href.startsWith(`/plugins/${inbox.channel}/`)).map((link) => ({ ...link, label: say(link.label), note: link.note ? say(link.note) : null }))
}

async function formState({ i18n }: HttpContext, channel: string, inbox: Inbox | null) {
  const fields = pluginRegistry.channel(channel)?.config
  return {
    groups: fields ? inboxForm(i18n, channel, fields, inbox ? readConfig(inbox) : {}) : [],
    teams: await db.from('teams').select('id', 'name').orderBy('name').limit(500),
    agents: await db.from('agents').whereNull('deactivated_at').whereNot('role', 'viewer').select('id', 'name').orderBy('name').limit(1000),
    served: Boolean(fields),
    letters: pluginRegistry.channel(channel)?.capabilities.threads === 'references',
  }
}

/** Back to the form; what is wrong stands at its field, what was typed is still there. */
function sayInvalid(ctx: HttpContext, path: string, channel: string, error: unknown) {
  if (!(error instanceof InvalidConfig)) throw error
  const { session, response, request, i18n } = ctx
  const sent = request.all()
  const fields = pluginRegistry.channel(channel)?.config ?? {}
  session.flash('input', { ...sent, config: withoutSecrets(fields, (sent.config ?? {}) as Nested) })
  session.flash('inputErrorsBag', Object.fromEntries(error.errors.map(({ field, rule }) => [fieldName(field), [sayRule(i18n, rule)]])))
  session.flash('alert', i18n.t('channels.inboxes.invalid'))
  return response.redirect().status(303).toPath(path)
}
