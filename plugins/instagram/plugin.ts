import { channel, definePlugin } from '#plugin'
import { check, renew } from './check.js'
import { config } from './config.js'
import { profile, signal } from './person.js'
import { read } from './read.js'
import { FREE_HOURS, HUMAN_AGENT_HOURS, send, TEXT_MAX } from './send.js'
import { handshake, split, verify } from './webhook.js'

/** Direct messages of an Instagram professional account (contracts/channels/02). */
export default definePlugin({
  id: 'instagram',
  icon: 'instagram',
  needs: { helpdesk: '^1.0' },

  channel: channel({
    config,
    capabilities: {
      body: 'text',
      threads: 'customer',
      text: { max: TEXT_MAX, unit: 'bytes', parts: 5 },
      files: { maxBytes: 25_000_000, maxBytesOf: { 'image/*': 8_000_000 }, types: ['image/png', 'image/jpeg', 'image/gif', 'audio/*', 'video/*', 'application/pdf'], count: 10 },
      window: { hours: FREE_HOURS },
      writesTo: ['handle'],
      replayHours: 8,
      repeatable: false,
    },
    terms: ({ human_agent_enabled: granted }) => (granted ? { window: { hours: FREE_HOURS, byPersonHours: HUMAN_AGENT_HOURS } } : {}),
    read,
    send,
    signal,
    profile,
    renew,
    webhook: { verify, split, handshake },
    check,
  }),
})
