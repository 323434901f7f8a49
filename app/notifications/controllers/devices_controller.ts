import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { addDevice, confirmShown, removeDevices, vapidKeys } from '#notifications/devices'
import { pushTest } from '#notifications/push'

const key = () => vine.string().regex(/^[A-Za-z0-9_-]+={0,2}$/)
const subscriptionValidator = vine.create({
  endpoint: vine.string().maxLength(2000),
  keys: vine.object({ p256dh: key().maxLength(200), auth: key().maxLength(100) }),
})
const endpointValidator = vine.create({ endpoint: vine.string().maxLength(2000) })

/** The browsers in which an agent switched push messages on. */
export default class DevicesController {
  /** The key that a browser's subscription is bound to. */
  async key({ response }: HttpContext) {
    return response.json({ key: (await vapidKeys()).publicKey })
  }

  async store({ auth, request, response }: HttpContext) {
    const { endpoint, keys } = await request.validateUsing(subscriptionValidator)
    await addDevice(auth.getUserOrFail().id, { endpoint, keys }, request.header('user-agent') ?? null)
    return response.noContent()
  }

  async test({ auth, response, session, i18n }: HttpContext) {
    const accepted = await pushTest(auth.getUserOrFail().id, i18n)
    session.flash('done', i18n.t('notifications.device.tested', { count: accepted }))
    return response.redirect().status(303).toPath('/profile/notifications')
  }

  /** The device showed a message. */
  async shown({ auth, request, response }: HttpContext) {
    const { endpoint } = await request.validateUsing(endpointValidator)
    await confirmShown(auth.getUserOrFail().id, endpoint)
    return response.noContent()
  }

  /** This browser takes no more: switched off here, or signed out. */
  async forget({ auth, request, response }: HttpContext) {
    const { endpoint } = await request.validateUsing(endpointValidator)
    await removeDevices(auth.getUserOrFail().id, { endpoint })
    return response.noContent()
  }

  async destroy({ auth, params, response }: HttpContext) {
    await removeDevices(auth.getUserOrFail().id, { id: Number(params.id) })
    return response.redirect().status(303).toPath('/profile/notifications')
  }
}
