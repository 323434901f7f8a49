import { channel, definePlugin } from '#plugin'
import { checkCloud, signalByCloud } from './cloud/check.js'
import { readEvent } from './cloud/read.js'
import { sendByCloud, TEXT_MAX } from './cloud/send.js'
import { templatesOf } from './cloud/templates.js'
import { handshake, split, verify } from './cloud/webhook.js'
import { config, isWeb } from './config.js'
import { poll } from './web/poll.js'
import { readSessionItem } from './web/read.js'
import { sendByWeb } from './web/send.js'
import { checkWeb, sessionActs, sessionPanel } from './web/status.js'

/** A linked device is served with what it missed for so long; then WhatsApp logs it out. */
const DEVICE_HOURS = 14 * 24

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
    terms: (values) =>
      isWeb(values) ? { window: undefined, replayHours: DEVICE_HOURS, sticky: true, files: { maxBytes: 32_000_000, count: 10 } } : {},
    read: async (item, inbox) => (item.externalId.startsWith('web:') ? readSessionItem : readEvent)(await item.text(), item, inbox),
    send: (message, inbox) => (isWeb(inbox.config) ? sendByWeb : sendByCloud)(message, inbox),
    signal: async (signal, to, inbox, about) => (isWeb(inbox.config) ? undefined : signalByCloud(signal, to, inbox, about)),
    webhook: { verify, split, handshake },
    poll,
    panel: { view: 'whatsapp::session', load: sessionPanel, acts: sessionActs },
    templates: async (inbox) => (isWeb(inbox.config) ? [] : templatesOf(inbox)),
    address: (values) => values.number,
    check: (inbox) => (isWeb(inbox.config) ? checkWeb : checkCloud)(inbox),
  }),
})
