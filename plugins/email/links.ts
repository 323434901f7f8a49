import type { InboxLink } from '#plugin'
import { providerOf, type EmailInbox } from './config.js'
import { readGrant } from './oauth/grant.js'

/** The mailbox's own pages and acts: the provider's consent, and what its domain says of us. */
export async function linksOf(inbox: EmailInbox): Promise<readonly InboxLink[]> {
  const provider = providerOf(inbox)
  const links: InboxLink[] = []
  if (provider) {
    const grant = await readGrant(inbox)
    const isGiven = grant?.provider === provider.id && !grant.refused
    const values = { provider: provider.name }
    links.push({
      label: { key: isGiven ? 'link.again' : grant?.refused ? 'link.reconnect' : 'link.connect', values },
      href: `/plugins/email/oauth/${inbox.key}`,
      act: true,
      urgent: !isGiven,
      note: { key: isGiven ? 'link.connected' : grant?.refused ? 'link.refused' : 'link.notConnected', values },
    })
  }
  links.push({ label: { key: 'link.domain' }, href: `/plugins/email/domain/${inbox.key}`, note: { key: 'link.domainNote' } })
  return links
}
