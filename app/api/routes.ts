import router from '@adonisjs/core/services/router'
import type { HttpContext } from '@adonisjs/core/http'
import { Refusal } from './problem.js'
import { serve } from './serve.js'
import { endpoints } from './v1/index.js'

router
  .group(() => {
    router.get('openapi.json', async ({ response }: HttpContext) => {
      const { openapi } = await import('./openapi.js')
      return response.header('cache-control', 'public, max-age=300').json(openapi(endpoints))
    })
    for (const endpoint of endpoints) {
      router.route(endpoint.path.replace(/\{(\w+)\}/g, ':$1'), [endpoint.method], serve(endpoint)).as(`api.${endpoint.method} ${endpoint.path}`)
    }
    router.any('*', () => {
      throw new Refusal(404, 'not_found')
    })
  })
  .prefix('/api/v1')

router.get('/api/docs', async (ctx: HttpContext) => {
  const { docsPage } = await import('./docs_page.js')
  return docsPage(ctx)
})

router.get('/health', ({ response }: HttpContext) => response.header('cache-control', 'no-store').json({ status: 'ok' }))
router.get('/health/ready', async (ctx: HttpContext) => {
  const { answerReady } = await import('./ready.js')
  return answerReady(ctx)
})
router.get('/metrics', async (ctx: HttpContext) => {
  const { answerMetrics } = await import('./metrics.js')
  return answerMetrics(ctx)
})
