import env from '#start/env'
import { appUrl } from '#config/app'
import type { HttpContext } from '@adonisjs/core/http'

/** The address an admin passes on: as the desk calls itself, else as the admin's browser reached it. */
export function invitationLink({ request }: HttpContext, secret: string) {
  const base = env.get('APP_URL') ? appUrl : `${request.protocol()}://${request.host()}`
  return `${base}/invitations/${secret}`
}
