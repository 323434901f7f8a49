import type { HttpContext } from '@adonisjs/core/http'

/** Addresses that machines call: they sign their calls or carry a token, and have no session. */
export function isMachine({ request }: HttpContext) {
  return /^\/(api|hooks|public|health|metrics)(\/|$)/.test(request.url())
}
