import { indexEntities } from '@adonisjs/core'
import { defineConfig } from '@adonisjs/core/app'

export default defineConfig({
  experimental: {},

  commands: [
    () => import('@adonisjs/core/commands'),
    () => import('@adonisjs/lucid/commands'),
    () => import('#web/own_commands'),
  ],

  providers: [
    () => import('@adonisjs/core/providers/app_provider'),
    () => import('@adonisjs/core/providers/hash_provider'),
    { file: () => import('@adonisjs/core/providers/repl_provider'), environment: ['repl', 'test'] },
    () => import('@adonisjs/core/providers/vinejs_provider'),
    () => import('@adonisjs/core/providers/edge_provider'),
    () => import('@adonisjs/lucid/database_provider'),
    () => import('@adonisjs/redis/redis_provider'),
    () => import('@adonisjs/session/session_provider'),
    () => import('@adonisjs/shield/shield_provider'),
    () => import('@adonisjs/static/static_provider'),
    () => import('@adonisjs/auth/auth_provider'),
    () => import('@adonisjs/bouncer/bouncer_provider'),
    () => import('@adonisjs/i18n/i18n_provider'),
    () => import('@adonisjs/limiter/limiter_provider'),
    () => import('@adonisjs/transmit/transmit_provider'),
    () => import('#support/support_provider'),
    () => import('#plugins/plugins_provider'),
    () => import('#web/work_provider'),
    () => import('#app/demo/demo_provider'),
  ],

  preloads: [
    () => import('#start/views'),
    () => import('#start/validator'),
    () => import('#start/events'),
    () => import('#start/routes'),
    () => import('#start/kernel'),
  ],

  tests: {
    suites: [
      { files: ['tests/unit/**/*.spec.ts'], name: 'unit', timeout: 10_000 },
      { files: ['tests/functional/**/*.spec.ts'], name: 'functional', timeout: 30_000 },
      { files: ['tests/contract/**/*.spec.ts', 'plugins/*/tests/**/*.spec.ts'], name: 'plugins', timeout: 30_000 },
      { files: ['tests/faults/**/*.spec.ts'], name: 'faults', timeout: 600_000 },
      { files: ['tests/browser/**/*.spec.ts'], name: 'browser', timeout: 120_000 },
    ],
    forceExit: true,
  },

  metaFiles: [
    { pattern: 'resources/views/**/*.edge', reloadServer: false },
    { pattern: 'resources/lang/**/*.json', reloadServer: false },
    { pattern: 'plugins/*/views/**', reloadServer: false },
    { pattern: 'plugins/*/lang/**', reloadServer: false },
    { pattern: 'plugins/*/public/**', reloadServer: false },
    { pattern: 'public/**', reloadServer: false },
  ],

  hooks: {
    init: [
      indexEntities({
        controllers: { source: './app', glob: ['**/*_controller.ts'], importAlias: '#app', skipSegments: ['controllers'] },
        events: { enabled: false },
        listeners: { enabled: false },
        transformers: { enabled: false },
      }),
    ],
  },
})
