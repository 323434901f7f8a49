import { channel, definePlugin } from '#plugin'
import { checkCloud, signalByCloud } from './cloud/check.js'
import { readEvent } from './cloud/read.js'
import { sendByCloud, TEXT_MAX } from './cloud/send.js'
import { templatesOf } from './cloud/templates.js'
import { handshake, split, verify } from './cloud/webhook.js'
import { config } from './config.js'

/** WhatsApp in two ways: Meta's Cloud API, or a device linked to a number in a browser (at the number's risk). */
export default definePlugin({
  id: 'whatsapp',
  icon: 'whatsapp',
  needs: { helpdesk: '^1.0' },

  channel: channel({
    config,
    capabilities: {
      body: 'text',
      threads: 'customer',
      text: { max: TEXT_MAX, unit: 'characters', parts: 10 },
      files: {
        maxBytes: 100_000_000,
        maxBytesOf: { 'image/*': 5_000_000, 'video/*': 16_000_000, 'audio/*': 16_000_000 },
        types: ['image/jpeg', 'image/png', 'video/mp4', 'video/3gpp', 'audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'text/plain', 'application/pdf', 'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
        count: 10,
      },
      window: { hours: 24, templates: true },
      writesTo: ['phone', 'handle'],
      formatting: { bold: '*', italic: '_', strike: '~', code: '`', block: '```' },
      replayHours: 168,
      repeatable: false,
    },
    read: async (item, inbox) => readEvent(await item.text(), item, inbox),
    send: (message, inbox) => sendByCloud(message, inbox),
    signal: signalByCloud,
    webhook: { verify, split, handshake },
    templates: templatesOf,
    address: (values) => values.number,
    check: (inbox) => checkCloud(inbox),
  }),
})
