import { channel, definePlugin } from '#plugin'
import { checkBot, profileOf } from './check.js'
import { config } from './config.js'
import { serveFiles, sweepFiles } from './files.js'
import { readEvent } from './read.js'
import { sendMessage, SESSION_HOURS, TEXT_MAX } from './send.js'
import { split, verify } from './webhook.js'

/** Viber: a bot by its REST API. */
export default definePlugin({
  id: 'viber',
  icon: 'chat',
  needs: { helpdesk: '^1.0' },

  channel: channel({
    config,
    capabilities: {
      body: 'text',
      threads: 'customer',
      text: { max: TEXT_MAX, unit: 'characters', parts: 5 },
      files: { maxBytes: 50_000_000, maxBytesOf: { 'video/*': 26_000_000 }, count: 10 },
      window: { hours: SESSION_HOURS },
      writesTo: ['handle'],
      formatting: { bold: '*', italic: '_', strike: '~', block: '```' },
      replayHours: 1,
      repeatable: false,
    },
    terms: ({ paid }) => (paid ? { window: undefined } : {}),
    read: readEvent,
    send: sendMessage,
    profile: profileOf,
    webhook: { verify, split },
    address: (values) => values.botName,
    check: checkBot,
  }),

  jobs: { sweep: (_data, desk) => sweepFiles(desk) },
  schedule: { sweep: { everyMinutes: 60 } },
  routes: { public: serveFiles },
})
