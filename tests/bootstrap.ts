import app from '@adonisjs/core/services/app'
import testUtils from '@adonisjs/core/services/test_utils'
import { authApiClient } from '@adonisjs/auth/plugins/api_client'
import { authBrowserClient } from '@adonisjs/auth/plugins/browser_client'
import { sessionApiClient } from '@adonisjs/session/plugins/api_client'
import { sessionBrowserClient } from '@adonisjs/session/plugins/browser_client'
import { shieldApiClient } from '@adonisjs/shield/plugins/api_client'
import { apiClient } from '@japa/api-client'
import { assert } from '@japa/assert'
import { browserClient } from '@japa/browser-client'
import { pluginAdonisJS } from '@japa/plugin-adonisjs'
import { spec } from '@japa/runner/reporters'
import type { Config } from '@japa/runner/types'
import { chromium } from 'playwright'
import { totals } from './totals.js'

const sums = process.env.TEST_TOTALS

export const plugins: Config['plugins'] = [
  assert(),
  apiClient(),
  pluginAdonisJS(app),
  sessionApiClient(app),
  shieldApiClient(),
  authApiClient(app),
  browserClient({
    runInSuites: ['browser'],
    launcher: () =>
      chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-gpu'],
      }),
  }),
  sessionBrowserClient(app),
  authBrowserClient(app),
]

export const reporters: Config['reporters'] = {
  activated: sums ? ['spec', 'totals'] : ['spec'],
  list: [spec(), totals(sums ?? '')],
}

export const runnerHooks: Required<Pick<Config, 'setup' | 'teardown'>> = {
  // The folder or database is thrown away after the run, so nothing is rolled back.
  setup: [async () => void (await testUtils.db().migrate())],
  teardown: [],
}

/** The suites that ask over HTTP have a desk to ask; the faults start real processes of their own. */
export const configureSuite: Config['configureSuite'] = (suite) => {
  if (['functional', 'plugins', 'browser'].includes(suite.name)) suite.setup(startServer)
  if (suite.name === 'browser') {
    suite.setup(async () => {
      const { buildAssets } = await import('../bin/assets.mjs')
      await buildAssets()
    })
  }
}

/**
 * The server that the tests ask. It never closes a connection that waits: on a loaded machine, where asking and
 * answering share one process, it would close it in the very moment the next request leaves by it (ECONNRESET).
 */
async function startServer() {
  const stop = await testUtils.httpServer().start()
  const server = (await app.container.make('server')).getNodeServer()
  if (server) server.keepAliveTimeout = 0
  return stop
}
