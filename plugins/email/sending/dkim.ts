import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { domainOf, type EmailInbox } from '../config.js'

/** Signs what leaves, when the mailbox has a key of its own; usually its provider signs. From and the key are of one domain, so they align. */
export function dkimOf(inbox: EmailInbox) {
  const selector = inbox.config['dkim.selector']?.trim()
  const key = readKey(inbox.config['dkim.key'])
  return selector && key ? { dkim: { domainName: domainOf(inbox), keySelector: selector, privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() } } : {}
}

/** What has to stand in the DNS for the mailbox's own key; null without one, or when it cannot be read. */
export function dkimRecord(inbox: EmailInbox): string | null {
  const key = readKey(inbox.config['dkim.key'])
  if (!key) return null
  const kind = key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'rsa'
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' })
  // RFC 8463: of Ed25519 the bare key, without its frame.
  return `v=DKIM1; k=${kind}; p=${(kind === 'ed25519' ? der.subarray(-32) : der).toString('base64')}`
}

/** A field of a form loses the line ends of a PEM text; they are put back. */
function readKey(text: string | null): KeyObject | null {
  const found = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END/.exec(text ?? '')
  if (!found) return null
  const lines = found[2].replace(/\s+/g, '').match(/.{1,64}/g) ?? []
  try {
    return createPrivateKey(`-----BEGIN ${found[1]}-----\n${lines.join('\n')}\n-----END ${found[1]}-----\n`)
  } catch {
    return null
  }
}
