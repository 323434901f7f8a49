import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import Deputy, { nameDeputy, RIGHTS, standingDeputies } from '#routing/deputy'
import DeputyPolicy from '#routing/deputy_policy'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'

const deputyValidator = vine.create({
  principal_id: vine.number().positive().optional(),
  deputy_id: vine.number().positive(),
  rights: vine.enum(RIGHTS),
  valid_to: vine.string().maxLength(40).nullable().optional(),
})

/** Standing deputies: an agent's own, and for who steers a team everybody's. */
export default class DeputiesController {
  async index({ view, auth }: HttpContext) {
    const agent = auth.getUserOrFail()
    const rows = await standingDeputies(agent.isSupervisor ? undefined : agent.id).orderBy('deputies.id').limit(500).select('*')
    return view.render('routing/deputies/index', { rows, people: await directory(), rights: RIGHTS })
  }

  async store({ auth, bouncer, by, request, response, session, i18n, format }: HttpContext) {
    const principalId = Number(request.input('principal_id')) || auth.getUserOrFail().id
    await bouncer.with(DeputyPolicy).authorize('name', principalId)
    const { deputy_id: deputyId, rights, valid_to: until } = await request.validateUsing(deputyValidator)
    await nameDeputy({ principalId, deputyId, rights, validTo: until ? momentOf(until, format.zone) : null }, { by })
    session.flash('done', i18n.t('routing.deputy.named'))
    return response.redirect().status(303).toPath('/deputies')
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    const deputy = await Deputy.findOrFail(params.id)
    await bouncer.with(DeputyPolicy).authorize('end', deputy)
    await deputy.end({ by })
    session.flash('done', i18n.t('routing.deputy.ended'))
    return response.redirect().status(303).toPath('/deputies')
  }
}

function momentOf(text: string, zone: string): DateTime {
  const at = DateTime.fromISO(text, { zone })
  if (!at.isValid) throw new DomainError('routing.errors.due_past', 422)
  return at.toUTC()
}
