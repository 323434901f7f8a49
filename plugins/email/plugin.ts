import { channel, definePlugin } from '#plugin'
import { checkInbox } from './check.js'
import { config } from './config.js'
import { connectImap } from './imap_client.js'
import { listen } from './listener.js'
import { pollWith } from './poll.js'
import { readMail, readMailAs } from './reading/read.js'
import { sendMail } from './sending/send.js'
import { settings } from './settings.js'

/** E-mail: IMAP or our own SMTP server in, SMTP out. */
export default definePlugin({
  id: 'email',
  icon: 'mail',
  needs: { helpdesk: '^1.0' },
  settings,

  channel: channel({
    config,
    capabilities: { body: 'html', threads: 'references', files: { maxBytes: 25 * 1024 * 1024 }, repeatable: false },
    read: readMail,
    readAs: readMailAs,
    send: sendMail,
    poll: pollWith(connectImap),
    address: (values) => values.address,
    check: (inbox) => checkInbox(inbox, connectImap),
  }),

  daemons: { listener: listen },
})
