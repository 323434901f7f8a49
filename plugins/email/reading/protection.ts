import type { Protection } from '#plugin'
import { parameter } from './parameters.js'
import type { Entity } from './mime.js'

/**
 * How a mail is sealed, by its structure alone (RFC 8551, RFC 3156, and PGP in the text). Nothing is verified or
 * decrypted: the parts stay as they came, and a person is told what they are.
 *
 * @param opened - the mail that was found inside a signature
 */
export function protectionOf(root: Entity | null, text: string, opened?: Entity | null): Protection | null {
  if (!root) return null
  // Signed around something: if that is encrypted in its turn, this is what a reader has to know.
  if (opened) return byType(opened) ?? 'smime-signed'
  const said = byType(root) ?? root.children.map(byType).find((one) => one !== null)
  if (said) return said
  if (/^-----BEGIN PGP MESSAGE-----\s*$/m.test(text)) return 'pgp-encrypted'
  return /^-----BEGIN PGP SIGNED MESSAGE-----\s*$/m.test(text) ? 'pgp-signed' : null
}

function byType(entity: Entity): Protection | null {
  const { type, parameters } = entity
  if (/^application\/(?:x-)?pkcs7-mime$/.test(type)) {
    const kind = parameter(parameters, 'smime-type')?.toLowerCase() ?? ''
    return kind.includes('signed') || kind.includes('certs') ? 'smime-signed' : 'smime-encrypted'
  }
  const inside = () => entity.children.map((child) => child.type)
  const protocol = `${parameter(parameters, 'protocol') ?? ''} ${inside().join(' ')}`.toLowerCase()
  if (type === 'multipart/encrypted') return 'pgp-encrypted'
  if (type === 'multipart/signed') return protocol.includes('pgp') ? 'pgp-signed' : 'smime-signed'
  return null
}
