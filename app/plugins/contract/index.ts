/*
 * `#plugin`: all that a plugin sees of Opora. One file an interface; read `manifest.ts` first.
 */
export * from './channel.js'
export * from './desk.js'
export * from './events.js'
export * from './fields.js'
export * from './files.js'
export * from './integrations.js'
export * from './manifest.js'
export * from './moments.js'
export * from './parts.js'
export * from './routes.js'
export * from './signed.js'
export * from './tools.js'
export * from './travel.js'
