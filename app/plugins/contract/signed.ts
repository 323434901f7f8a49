import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether a signature covers these bytes: an HMAC in hex, compared in constant time. A signature that is missing or of
 * another length is none; so is any without a secret.
 *
 * @param prefix - what stands before it in its header: `sha256=`
 */
export function isSigned(body: Uint8Array, { secret, given, prefix = '', algorithm = 'sha256' }: { secret: string | null; given: string | undefined; prefix?: string; algorithm?: 'sha1' | 'sha256' }): boolean {
  if (!secret || !given?.startsWith(prefix)) return false
  const expected = Buffer.from(createHmac(algorithm, secret).update(body).digest('hex'))
  const told = Buffer.from(given.slice(prefix.length).trim().toLowerCase())
  return told.length === expected.length && timingSafeEqual(told, expected)
}
