import { configProvider } from '@adonisjs/core'
import { defineConfig } from '@adonisjs/session'
import { isTls } from '#config/app'

const table = configProvider.create(async () => (await import('#people/session_store')).sessionStore())

/** Sessions live in the table `sessions`, where people see and end them; Redis, if there, holds a copy. */
export default defineConfig({
  enabled: true,
  cookieName: 'opora',
  clearWithBrowser: false,
  age: '30d',
  cookie: { path: '/', httpOnly: true, secure: isTls, sameSite: 'lax' },
  store: 'table',
  // The test clients plant their sessions in a store called `memory`: let it be the real one.
  stores: { table, memory: table },
})
