import env from '#start/env'
import { defineConfig } from '@adonisjs/core/http'

/** What the desk calls itself in links; `http` unless an admin put a proxy with TLS before it. */
export const appUrl = (env.get('APP_URL') ?? `http://${env.get('HOST')}:${env.get('PORT')}`).replace(/\/$/, '')

/** Cookies are `secure` only when the desk is really reached by TLS, or a plain install could not sign in. */
export const isTls = appUrl.startsWith('https:')

export const http = defineConfig({
  generateRequestId: true,
  allowMethodSpoofing: true,
  useAsyncLocalStorage: false,
  trustProxy: (address) => address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1',
  cookie: { path: '/', httpOnly: true, secure: isTls, sameSite: 'lax' },
})
