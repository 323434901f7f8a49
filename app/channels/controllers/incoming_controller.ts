import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import IncomingItem from '#channels/incoming_item'
import { PURGED } from '#channels/spam/aged'
import IncomingPolicy from '#channels/incoming_policy'
import { sayReason } from '#plugins/reasons'
import { keptBytes, openKept } from '#support/files'

const PAGE = 50
const filterValidator = vine.create({
  state: vine.enum(['failed', 'ignored']).optional(),
  before: vine.number().optional(),
})

/** What came in and became no message: why, and once more. */
export default class IncomingController {
  async index({ view, bouncer, request, i18n }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('list')
    const { state = 'failed', before } = await filterValidator.validate(request.qs())
    const query = db.from('incoming_items').join('inboxes', 'inboxes.id', 'incoming_items.inbox_id').where('incoming_items.state', state).where((query) => query.whereNull('incoming_items.outcome').orWhereNot('incoming_items.outcome', PURGED))
    if (before) query.where('incoming_items.id', '<', before)
    const rows = await query
      .select('incoming_items.id', 'incoming_items.type', 'incoming_items.bytes', 'incoming_items.received_at', 'incoming_items.reason', 'incoming_items.attempts', 'incoming_items.ticket_id', 'inboxes.name as inbox')
      .orderBy('incoming_items.id', 'desc')
      .limit(PAGE + 1)
    const items = rows.slice(0, PAGE).map((row) => ({ ...row, reason: sayReason(i18n, row.reason) }))
    const failed = await db.from('incoming_items').where('state', 'failed').count('* as total').first()
    return view.render('channels/incoming/index', {
      items,
      state,
      failed: Number(failed.total),
      older: rows.length > PAGE ? `/admin/incoming?state=${state}&before=${items[PAGE - 1].id}` : null,
      newer: before ? `/admin/incoming?state=${state}` : null,
      mayDownload: await bouncer.with(IncomingPolicy).allows('download'),
    })
  }

  /** The bytes as they came. Never shown by the browser: a mail may hold anything. */
  async show({ params, bouncer, response }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('download')
    const item = await IncomingItem.findOrFail(params.id)
    const bytes = await keptBytes(item.rawPath)
    if (bytes === null) return response.status(410).send('')
    const name = `incoming-${item.id}.${item.type === 'message/rfc822' ? 'eml' : item.type.includes('json') ? 'json' : 'bin'}`
    response.header('Content-Type', 'application/octet-stream')
    response.header('Content-Length', String(bytes))
    response.header('Content-Disposition', `attachment; filename="${name}"`)
    response.header('X-Content-Type-Options', 'nosniff')
    return response.stream(openKept(item.rawPath))
  }
}
