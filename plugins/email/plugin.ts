import { channel, definePlugin } from '#plugin'
import { checkInbox } from './check.js'
import { config } from './config.js'
import { connectImap } from './imap_client.js'
import { showDomain } from './domain/page.js'
import { eml } from './importing/eml.js'
import { imapWith } from './importing/imap.js'
import { maildir } from './importing/maildir.js'
import { mbox } from './importing/mbox.js'
import { linksOf } from './links.js'
import { listen } from './listener.js'
import { beginConsent, endConsent } from './oauth/consent.js'
import { pollWith } from './poll.js'
import { readMail, readMailAs } from './reading/read.js'
import { hasLeftWith, keepCopyWith } from './sending/copies.js'
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
    keepCopy: keepCopyWith(connectImap),
    hasLeft: hasLeftWith(connectImap),
    poll: pollWith(connectImap),
    imports: { imap: imapWith(connectImap), mbox, maildir, eml },
    links: linksOf,
    address: (values) => values.address,
    check: (inbox) => checkInbox(inbox, connectImap),
  }),

  routes: {
    agents(routes) {
      routes.post('/oauth/:inbox', beginConsent)
      routes.get('/oauth/callback', endConsent)
      routes.get('/domain/:inbox', showDomain)
    },
  },

  daemons: { listener: listen },
})
