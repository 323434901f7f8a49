import { channel, definePlugin } from '#plugin'
import { check } from './check.js'
import { config } from './config.js'
import { profile, signal } from './person.js'
import { read } from './read.js'
import { FREE_HOURS, HUMAN_AGENT_HOURS, send, TEXT_MAX } from './send.js'
import { handshake, split, verify } from './webhook.js'

/** Conversations of a Facebook page (contracts/channels/01). */
export default definePlugin({
  id: 'messenger',
  icon: 'messenger',
  needs: { helpdesk: '^1.0' },

  channel: channel({
    config,
    capabilities: {
      body: 'text',
      threads: 'customer',
      text: { max: TEXT_MAX, unit: 'characters', parts: 5 },
      files: { maxBytes: 25_000_000, count: 10 },
      window: { hours: FREE_HOURS },
      writesTo: ['handle'],
      // Facebook repeats what it could not deliver, and ends the subscription after some hours.
      replayHours: 8,
      repeatable: false,
    },
    terms: ({ human_agent_enabled: granted }) => (granted ? { window: { hours: FREE_HOURS, byPersonHours: HUMAN_AGENT_HOURS } } : {}),
    read,
    send,
    signal,
    profile,
    webhook: { verify, split, handshake },
    check,
  }),
})
