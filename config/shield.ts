import { defineConfig } from '@adonisjs/shield'
import { isTls } from '#config/app'

export default defineConfig({
  csp: {
    enabled: true,
    directives: {
      defaultSrc: [`'self'`],
      scriptSrc: [`'self'`],
      styleSrc: [`'self'`, `'unsafe-inline'`],
      imgSrc: [`'self'`, 'data:'],
      fontSrc: [`'self'`],
      connectSrc: [`'self'`],
      frameSrc: [`'self'`],
      frameAncestors: [`'self'`],
      objectSrc: [`'none'`],
      baseUri: [`'none'`],
      formAction: [`'self'`],
    },
    reportOnly: false,
  },
  csrf: {
    enabled: true,
    // Machines sign their calls or carry a token; they have no session to forge.
    exceptRoutes: ({ request }) => /^\/(api|hooks|public|health|metrics)(\/|$)/.test(request.url()),
    enableXsrfCookie: true,
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    cookieOptions: { sameSite: 'lax' },
  },
  xFrame: { enabled: true, action: 'SAMEORIGIN' },
  // Over plain HTTP browsers must ignore it, and a desk that loses its certificate is not locked in by it.
  hsts: { enabled: isTls, maxAge: '180 days' },
  contentTypeSniffing: { enabled: true },
})
