import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import Import from '#channels/importing/import'
import { importablesFor, importRequest, inboxesToImport } from '#channels/importing/import_form'
import { importFolder } from '#channels/importing/import_folder'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'
import { sayReason } from '#plugins/reasons'
import { MAX_IMPORT_MB } from '#channels/controllers/import_files_controller'

const PAGE = 50

/** Taking over what was there before the desk. */
export default class ImportsController {
  async index({ view, bouncer, request, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const before = Number(request.input('before')) || null
    const query = db.from('imports').join('inboxes', 'inboxes.id', 'imports.inbox_id').orderBy('imports.id', 'desc').limit(PAGE + 1)
    if (before) query.where('imports.id', '<', before)
    const rows = await query.select('imports.*', 'inboxes.name as inbox', 'inboxes.channel')
    return view.render('channels/imports/index', {
      imports: rows.slice(0, PAGE).map((row) => ({ ...row, from: i18n.t(`${row.channel}.import.${row.source}`, {}, row.source) })),
      older: rows.length > PAGE ? `/admin/imports?before=${rows[PAGE - 1].id}` : null,
      newer: before ? '/admin/imports' : null,
    })
  }

  async create(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    return ctx.view.render('channels/imports/create', await formState(ctx))
  }

  async store(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    const { inbox, source, options } = await importRequest(ctx)
    const begun = await Import.begin(inbox, source, options, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('imports.begun'))
    return ctx.response.redirect().status(303).toPath(`/admin/imports/${begun.id}`)
  }

  async show({ view, bouncer, params, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const row = await Import.findOrFail(params.id)
    const inbox = await Inbox.findOrFail(row.inboxId)
    const states = await db.from('incoming_items').where('import_id', row.id).groupBy('state').select('state').count('* as total')
    const count = (...names: string[]) => states.filter(({ state }) => names.includes(state)).reduce((sum, { total }) => sum + Number(total), 0)
    const faults = await db.from('import_faults').where('import_id', row.id).orderBy('id').limit(200).select('place', 'reason')
    return view.render('channels/imports/show', {
      row,
      inbox,
      options: JSON.parse(row.options),
      from: i18n.t(`${inbox.channel}.import.${row.source}`, {}, row.source),
      error: row.error ? sayReason(i18n, row.error) : null,
      waiting: count('stored', 'processing'),
      failed: count('failed'),
      faults: faults.map(({ place, reason }) => ({ place, reason: sayReason(i18n, reason) })),
    })
  }
}

/** What the form shows; with an inbox chosen, its sources and what lies on the server. */
export async function formState({ request, i18n }: HttpContext) {
  const inboxes = await inboxesToImport()
  const asked = Number(request.input('inbox_id'))
  const inbox = inboxes.find(({ id }) => id === asked) ?? inboxes[0] ?? null
  const sources = inbox ? inbox.sources.map((name) => ({ name, text: i18n.t(`${inbox.channel}.import.${name}`, {}, name) })) : []
  const source = sources.find(({ name }) => name === request.input('source'))?.name ?? sources[0]?.name ?? null
  const kind = inbox && source ? inbox.kinds[source] : null
  return {
    inboxes,
    inbox,
    sources,
    source,
    kind,
    files: kind && kind !== 'account' ? await importablesFor(inbox!.channel, source!) : [],
    folder: importFolder(),
    megabytes: MAX_IMPORT_MB,
    given: { path: request.input('path', ''), folders: request.input('folders', ''), since: request.input('since', ''), until: request.input('until', '') },
  }
}
