import vine from '@vinejs/vine'
import { errors } from '@adonisjs/lucid'
import type { HttpContext } from '@adonisjs/core/http'
import { bellOf, readNotifications } from '#notifications/pages/bell'
import { markSeen } from '#notifications/telling'
import { reading } from '#support/transaction'

const pageValidator = vine.create({ before: vine.number().positive().withoutDecimals().optional() })
const seenValidator = vine.create({ id: vine.number().positive().withoutDecimals().optional(), up_to: vine.number().positive().withoutDecimals().optional() })

/** What an agent was told; each sees their own alone. */
export default class NotificationsController {
  async index({ auth, request, view, i18n }: HttpContext) {
    const agent = auth.getUserOrFail()
    const { before } = await request.validateUsing(pageValidator)
    return view.render('notifications/index', { ...(await readNotifications(agent.id, i18n, before)), bell: await bellOf(agent.id) })
  }

  /** The bell alone: what an open page asks for when it is poked. */
  async bell({ auth, view, i18n }: HttpContext) {
    return view.render('notifications/bell', { bell: await bellOf(auth.getUserOrFail().id, i18n) })
  }

  /** Leads to what it is about, and counts as seen. */
  async show({ auth, params, request, response }: HttpContext) {
    const row = await reading().from('notifications').where({ id: params.id, agent_id: auth.getUserOrFail().id }).select('id', 'ticket_id', 'kind').first()
    if (!row) throw new errors.E_ROW_NOT_FOUND()
    await markSeen(auth.getUserOrFail().id, row.ticket_id ? { ticketId: row.ticket_id } : { id: row.id })
    if (request.header('hx-request')) return response.noContent()
    const elsewhere = row.kind === 'covering' || row.kind === 'uncovered' ? '/absences' : '/notifications'
    return response.redirect().status(303).toPath(row.ticket_id ? `/tickets/${row.ticket_id}` : elsewhere)
  }

  async seen({ auth, request, response }: HttpContext) {
    const { id, up_to: upTo } = await request.validateUsing(seenValidator)
    if (id) await markSeen(auth.getUserOrFail().id, { id })
    else if (upTo) await markSeen(auth.getUserOrFail().id, { upTo })
    return response.redirect().status(303).toPath('/notifications')
  }
}
