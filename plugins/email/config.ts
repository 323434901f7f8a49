import { createHash } from 'node:crypto'
import { field, type Inbox } from '#plugin'
import { providers, type Provider } from './oauth/providers.js'

/** How a connection is secured: from the first byte, after STARTTLS, or not at all. */
const security = ['tls', 'starttls', 'none'] as const

/** What one mailbox needs. The names are those of the API's inbox `config`; a dot nests. */
export const config = {
  'address': field.text({ required: true }),
  'aliases': field.text({ lines: true }),
  'name': field.text(),
  'imap.host': field.text(),
  'imap.port': field.number(),
  'imap.tls': field.choice(security),
  'imap.username': field.text(),
  'imap.password': field.secret(),
  'imap.folder': field.text({ default: 'INBOX' }),
  'imap.startFrom': field.choice(['all', 'now']),
  'imap.copies': field.choice(['auto', 'off']),
  'imap.sentFolder': field.text(),
  'smtp.host': field.text(),
  'smtp.port': field.number(),
  'smtp.tls': field.choice(security),
  'smtp.username': field.text(),
  'smtp.password': field.secret(),
  'listener': field.toggle(),
  'dkim.selector': field.text(),
  'dkim.key': field.secret(),
  'oauth.provider': field.choice(['none', 'google', 'microsoft']),
  'oauth.clientId': field.text(),
  'oauth.clientSecret': field.secret(),
  'oauth.tenant': field.text(),
  'replyAddress': field.toggle(),
  'formSenders': field.text({ lines: true }),
  'trust.servers': field.text({ lines: true }),
  'trust.dns': field.toggle({ default: true }),
  'spam.rspamd': field.url(),
  'spam.password': field.secret(),
  'spam.folder': field.text(),
}

export type EmailInbox = Inbox<typeof config>

/** Everything needed to open a connection; `key` changes when any of it does. */
export interface Account {
  readonly host: string
  readonly port: number
  readonly tls: (typeof security)[number]
  readonly username: string | null
  readonly password: string | null
  /** Instead of a password (XOAUTH2); filled in by `signedIn`, just before it is used. */
  readonly accessToken?: string
  readonly key: string
}

const PORTS = { imap: { tls: 993, starttls: 143, none: 143 }, smtp: { tls: 465, starttls: 587, none: 25 } }

/** Who gives out the tokens of this mailbox; null when it signs in by password. */
export function providerOf(inbox: EmailInbox): Provider | null {
  return providers[inbox.config['oauth.provider'] ?? 'none'] ?? null
}

/** The account of one protocol, with the usual port for its security; null if none was entered. */
export function account(inbox: EmailInbox, protocol: 'imap' | 'smtp'): Account | null {
  const provider = providerOf(inbox)
  const typed = inbox.config[`${protocol}.host`]?.trim()
  const preset = typed ? null : provider?.[protocol]
  const host = typed || preset?.host
  if (!host) return null
  const tls = preset?.tls ?? inbox.config[`${protocol}.tls`] ?? 'tls'
  const values = {
    host,
    port: inbox.config[`${protocol}.port`] ?? PORTS[protocol][tls],
    tls,
    username: inbox.config[`${protocol}.username`]?.trim() || (provider ? inbox.config.address.trim() : null),
    password: provider ? null : inbox.config[`${protocol}.password`] || null,
    provider: provider?.id ?? null,
  }
  return { ...values, key: createHash('sha256').update(JSON.stringify(values)).digest('hex') }
}

/** The folder that is read. */
export function folderOf(inbox: EmailInbox): string {
  return inbox.config['imap.folder']?.trim() || 'INBOX'
}

/** The mailbox's address and its aliases, lower-cased. */
export function ownAddresses(values: { readonly address: string; readonly aliases: string | readonly string[] | null }): readonly string[] {
  const aliases = typeof values.aliases === 'string' ? values.aliases.split(/[\s,;]+/) : (values.aliases ?? [])
  return [values.address, ...aliases].map((address) => address.trim().toLowerCase()).filter(Boolean)
}

/** What follows the @ of the mailbox's address: the right side of our Message-IDs. */
export function domainOf(inbox: EmailInbox): string {
  return inbox.config.address.split('@').at(-1)?.trim().toLowerCase() || 'localhost'
}
