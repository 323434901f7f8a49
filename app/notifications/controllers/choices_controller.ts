import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { choicesOf, choose } from '#notifications/choices'
import { devicesOf } from '#notifications/devices'
import { noticeInbox } from '#notifications/digest'
import { KIND_NAMES, WAYS, type Kind, type Ways } from '#notifications/kinds'
import { DomainError } from '#support/domain_error'

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/
const choicesValidator = vine.create({
  ways: vine.array(vine.string().regex(new RegExp(`^(${KIND_NAMES.join('|')})\\.(${WAYS.join('|')})$`))).maxLength(KIND_NAMES.length * WAYS.length).optional(),
  quiet_from: vine.string().trim().regex(CLOCK).nullable().optional(),
  quiet_until: vine.string().trim().regex(CLOCK).nullable().optional(),
  show_content: vine.string().optional(),
})

/** Of what, and how, one is told: everybody decides for themselves. */
export default class ChoicesController {
  async edit({ auth, view }: HttpContext) {
    const agent = auth.getUserOrFail()
    const choices = (await choicesOf([agent.id])).get(agent.id)!
    return view.render('notifications/choices', {
      choices,
      kinds: KIND_NAMES,
      ways: WAYS,
      devices: await devicesOf(agent.id),
      mayMail: (await noticeInbox()) !== null,
      clock: (minutes: number | null) => (minutes === null ? '' : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`),
    })
  }

  async update({ auth, request, response, session, i18n }: HttpContext) {
    const { ways = [], ...hours } = await request.validateUsing(choicesValidator)
    const [quietFrom, quietUntil] = [minutesOf(hours.quiet_from), minutesOf(hours.quiet_until)]
    if ((quietFrom === null) !== (quietUntil === null)) throw new DomainError('notifications.errors.half_quiet', 422)
    const chosen = new Set(ways)
    const all = Object.fromEntries(KIND_NAMES.map((kind) => [kind, Object.fromEntries(WAYS.map((way) => [way, chosen.has(`${kind}.${way}`)]))])) as unknown as Record<Kind, Ways>
    await choose(auth.getUserOrFail().id, all, { quietFrom, quietUntil, showContent: Boolean(hours.show_content) })
    session.flash('done', i18n.t('notifications.saved'))
    return response.redirect().status(303).toPath('/profile/notifications')
  }
}

function minutesOf(clock: string | null | undefined): number | null {
  if (!clock) return null
  const [hours, minutes] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
