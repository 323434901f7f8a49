/*
 * Serves pages, hooks and the API, and works too unless Redis lets other processes do that.
 */
import 'reflect-metadata'
import { Ignitor, prettyPrintError } from '@adonisjs/core'

const APP_ROOT = new URL('../', import.meta.url)
const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

/** Longer than a proxy keeps a connection (60 s in nginx): it would send the next request into one that we are just closing. */
const KEEP_ALIVE_MS = 75_000

new Ignitor(APP_ROOT, { importer: IMPORTER })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
    app.booted(async () => {
      const { migrate } = await import('#support/migrations')
      await migrate(app)
    })
    app.ready(async () => {
      const server = (await app.container.make('server')).getNodeServer()
      if (server) server.keepAliveTimeout = KEEP_ALIVE_MS
    })
    app.listen('SIGTERM', () => app.terminate())
    app.listenIf(app.managedByPm2, 'SIGINT', () => app.terminate())
    app.listen('SIGINT', () => app.terminate())
  })
  .httpServer()
  .start()
  .then(() => console.log(`Opora is ready at http://${address(process.env.HOST!)}:${process.env.PORT}`))
  .catch(async (error) => {
    if (error.code === 'EADDRINUSE') console.error(`Port ${process.env.PORT} of ${process.env.HOST} is taken. Choose another one: PORT=3334 npm start`)
    else if (error.code === 'EACCES' && error.syscall === 'listen') console.error(`Not allowed to listen on port ${process.env.PORT} of ${process.env.HOST}.`)
    else await prettyPrintError(error)
    process.exit(1)
  })

/** An IPv6 address stands in brackets in a link. */
function address(host: string) {
  return host.includes(':') ? `[${host}]` : host
}
