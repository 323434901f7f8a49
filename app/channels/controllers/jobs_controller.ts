import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import IncomingPolicy from '#channels/incoming_policy'
import { retryJob } from '#support/jobs'

const PAGE = 50

/** Work in the background that was tried often enough and given up. */
export default class JobsController {
  async index({ view, bouncer, request }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('download')
    const before = Number(request.qs().before) || null
    const query = db.from('jobs').where('state', 'dead')
    if (before) query.where('id', '<', before)
    const rows = await query.select('id', 'name', 'attempts', 'error', 'finished_at').orderBy('id', 'desc').limit(PAGE + 1)
    const waiting = await db.from('jobs').where('state', 'pending').count('* as total').first()
    return view.render('channels/jobs/index', {
      jobs: rows.slice(0, PAGE),
      waiting: Number(waiting.total),
      older: rows.length > PAGE ? `/admin/jobs?before=${rows[PAGE - 1].id}` : null,
      newer: before ? '/admin/jobs' : null,
    })
  }

  /** Gives it another life. */
  async update({ params, bouncer, response, session, i18n }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('download')
    await retryJob(Number(params.id))
    session.flash('done', i18n.t('channels.jobs.retried'))
    return response.redirect().status(303).toPath('/admin/jobs')
  }
}
