import i18nManager from '@adonisjs/i18n/services/main'
import type { I18n } from '@adonisjs/i18n'
import type { HttpContext } from '@adonisjs/core/http'
import { pokePosition } from '#support/pokes'
import { setting } from '#support/settings'
import { Format } from '#web/format'
import { sideOf } from '#web/side'

/** The languages the desk itself is translated to; others may come with plugins' texts only. */
export const LANGUAGES = ['en', 'cs'] as const

/**
 * Decides language and zone: the agent's own, else the browser's, else the company's. Machines (API,
 * hooks) have no session and read English unless they ask otherwise; for them no query is made.
 */
export async function meetReader(ctx: HttpContext) {
  // Before anything is read for the page: what changes from here on it is told when it begins to listen.
  const drawnAt = pokePosition()
  const agent = await signedIn(ctx)
  const language = agent?.language ?? ctx.request.language([...LANGUAGES]) ?? (await setting('company.language'))
  const zone = agent?.timeZone ?? (await setting('company.time_zone'))

  ctx.i18n = i18nManager.locale(language)
  ctx.format = new Format(ctx.i18n, zone)
  // One address answers with a page or with a part of it (layouts/shell.edge).
  ctx.response.vary('HX-Request-Type')
  ctx.view.share({
    i18n: ctx.i18n,
    format: ctx.format,
    agent,
    theme: agent?.theme ?? 'system',
    partial: ctx.request.header('hx-request-type') === 'partial',
    company: () => setting('company.name'),
    side: () => sideOf(ctx),
    knownBell: null,
    drawnAt,
  })
}

async function signedIn(ctx: HttpContext) {
  if (!ctx.session?.initiated || isMachine(ctx)) return null
  return (await ctx.auth.use('web').check()) ? ctx.auth.use('web').user! : null
}

function isMachine({ request }: HttpContext) {
  return /^\/(api|hooks|public|health|metrics)(\/|$)/.test(request.url())
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** The reader's language. */
    i18n: I18n
    /** Times, sizes and numbers in the reader's language and zone. */
    format: Format
  }
}
