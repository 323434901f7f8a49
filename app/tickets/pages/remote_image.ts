import { guardedFetch } from '#plugins/guarded_fetch'
import { DomainError } from '#support/domain_error'
import { sniff } from '#tickets/sniffing'

/** A picture in a mail is seldom more than 1 MB; the cap is for what is none. */
const MAX_BYTES = 5_000_000
const SILENCE_MS = 8000
const WHOLE_MS = 20_000
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/

/**
 * Fetches a picture that a customer's mail names, in the reader's place: their address, cookies and browser stay
 * unknown to its sender. No private address, 5 MB, 20 s, and only what is a picture by its own bytes.
 *
 * @throws DomainError 404 when there is no picture to be had there
 */
export async function fetchRemoteImage(address: string): Promise<{ type: string; bytes: Buffer }> {
  const fetchImage = guardedFetch({ plugin: 'mail images', typed: new Set(), secrets: [], plain: true, silence: SILENCE_MS, whole: WHOLE_MS, maxBytes: MAX_BYTES })
  const gone = () => new DomainError('errors.404.text', 404)
  const response = await fetchImage(address, { headers: { accept: 'image/*' }, credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => null)
  if (!response?.ok) throw gone()
  const bytes = await response.arrayBuffer().then(Buffer.from, () => null)
  const type = bytes ? sniff(bytes.subarray(0, 4100), '') : ''
  if (!bytes || !PICTURES.test(type)) throw gone()
  return { type, bytes }
}
