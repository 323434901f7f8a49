import type { OutgoingMessage } from '#plugin'
import { account, domainOf, type EmailInbox } from '../config.js'
import type { Connect, ImapClient } from '../imap_client.js'
import { signedIn } from '../oauth/grant.js'
import { compose, messageIdOf } from './compose.js'

/** Providers whose servers put what they send into Sent by themselves: a copy of ours would be a second one (07a). */
const KEEP_THEMSELVES = /(^|\.)(gmail\.com|googlemail\.com|office365\.com|outlook\.com)$/i

/** Puts a copy of what was sent into the mailbox's folder for it, unless the provider or an earlier try has. */
export function keepCopyWith(connect: Connect) {
  return async (message: OutgoingMessage, inbox: EmailInbox): Promise<void> => {
    if (inbox.config['imap.copies'] === 'off' || KEEP_THEMSELVES.test(account(inbox, 'smtp')?.host ?? '')) return
    await inSentFolder(connect, inbox, async (client, folder) => {
      if (await client.has(folder, messageIdOf(message, inbox))) return
      const { mail } = await compose(message, inbox)
      const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js')
      const node = new MailComposer(mail).compile()
      // Our own copy says to whom it went blindly, as mail programs keep it.
      node.keepBcc = true
      await client.append(folder, await node.build())
    })
  }
}

/** A copy with our Message-ID in the folder of sent mail is proof that it left; without a folder nobody can tell. */
export function hasLeftWith(connect: Connect) {
  return async (reference: string, inbox: EmailInbox): Promise<boolean | null> =>
    (await inSentFolder(connect, inbox, (client, folder) => client.has(folder, `<${reference}@${domainOf(inbox)}>`))) ?? null
}

async function inSentFolder<T>(connect: Connect, inbox: EmailInbox, work: (client: ImapClient, folder: string) => Promise<T>): Promise<T | undefined> {
  const login = account(inbox, 'imap')
  if (!login) return undefined
  const client = await connect(await signedIn(inbox, login))
  try {
    const folder = inbox.config['imap.sentFolder']?.trim() || (await client.sentFolder())
    return folder ? await work(client, folder) : undefined
  } finally {
    client.close()
  }
}
