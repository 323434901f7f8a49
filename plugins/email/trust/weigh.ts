import type { Address, Stored, Trust, Words } from '#plugin'
import { ownAddresses, type EmailInbox } from '../config.js'
import { withoutMark } from '../reading/addressed.js'
import type { Headers } from '../reading/headers.js'
import { aligned, domainOfAddress, looksLike, mixesAlphabets, readable } from './domains.js'
import { trustedResults } from './results.js'
import { verifySender } from './verify.js'
import { isDirect, wayOf } from './way.js'

/** What is asked of one mail. */
export interface Sender {
  readonly headers: Headers
  readonly from: Address
  readonly replyTo?: Address
  readonly automatic: boolean
  readonly byForm: boolean
}

/**
 * Whether the sender is who he says: the provider's checks, else our own; and the tricks that no check
 * sees, in words. Null when nothing is known and nothing is odd.
 */
export async function weighSender(sender: Sender, item: Stored, inbox: EmailInbox): Promise<Trust | null> {
  const domain = domainOfAddress(sender.from.value)
  const given = trustedResults(sender.headers, inbox, domain, isDirect(item))
  const way = given || !inbox.config['trust.dns'] ? null : wayOf(item, sender.headers, Boolean(inbox.config.listener))
  const results = given ?? (inbox.config['trust.dns'] && (way || sender.headers.has('dkim-signature')) ? await verifySender(item, domain, inbox.resolve, way) : null)
  const checks = results?.checks ?? {}
  const failed = checks.dmarc === 'fail'
  const passed = !failed && (checks.dmarc === 'pass' || Boolean(results?.aligned))
  const red = tricks(sender, inbox)
  if (failed) red.unshift({ key: 'warning.dmarc_failed', values: { address: sender.from.value } })
  const amber = red.length === 0 && !passed ? replyElsewhere(sender) : []
  const warnings = [...red, ...amber]
  if (!results && warnings.length === 0) return null
  return { verdict: red.length > 0 ? 'suspect' : passed ? 'verified' : 'unverified', checks, ...(warnings.length > 0 ? { warnings } : {}) }
}

/** What deceives the eye although every signature may be right. */
function tricks({ headers, from }: Sender, inbox: EmailInbox): Words[] {
  const own = ownAddresses(inbox.config)
  const domain = domainOfAddress(from.value)
  const found: Words[] = []
  if (headers.all('from').length > 1) found.push({ key: 'warning.two_froms' })
  const named = /[^\s<>"'()[\],;:@]{1,64}@[^\s<>"'()[\],;:@]{1,255}\.[^\s<>"'()[\],;:@.]{2,63}/.exec((from.name ?? '').slice(0, 1000))?.[0].toLowerCase()
  if (named && !own.includes(from.value.toLowerCase()) && !aligned(domainOfAddress(named), domain)) found.push({ key: 'warning.name_has_address', values: { named, address: from.value } })
  const like = own.map(domainOfAddress).find((ours) => looksLike(domain, ours))
  if (like) found.push({ key: 'warning.look_alike', values: { domain: readable(domain), ours: like } })
  else if (mixesAlphabets(domain)) found.push({ key: 'warning.odd_letters', values: { domain: readable(domain) } })
  return found
}

/** An answer would go to somebody else than it seems. Lists and forms do that honestly. */
function replyElsewhere({ from, replyTo, automatic, byForm }: Sender): Words[] {
  if (!replyTo || automatic || byForm || aligned(domainOfAddress(withoutMark(replyTo.value)), domainOfAddress(from.value))) return []
  return [{ key: 'warning.reply_elsewhere', values: { replyTo: replyTo.value, address: from.value } }]
}
