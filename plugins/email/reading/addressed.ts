import type { Address } from '#plugin'
import { ownAddresses, type EmailInbox } from '../config.js'
import type { Headers } from './headers.js'

/*
 * To which of our addresses a mail came: they may carry a signed mark behind a plus
 * (`info+r.12.abcdefghijkl@obchod.test`), by which an answer finds its ticket.
 */

const MARK = /[+=-]([rn]\.\d{1,10}\.[a-z2-7]{12})@/i
/** Where a mail's way says to whom it really went, beside To and Cc. */
const DELIVERED = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-forwarded-to', 'x-delivered-to', 'resent-to']
/** A mark inside the mail: our Message-ID's left side, hidden in the HTML of what we have sent. */
const INSIDE = /\bop\.\d{1,10}\.\d{1,10}\.[a-z2-7]{10}\b/g

/** `info@…` of `info+r.12.abcdefghijkl@…`; any other address as it is, in lower case. */
export function withoutMark(address: string): string {
  return address.trim().toLowerCase().replace(MARK, '@')
}

/** Marks of ours on the addresses first, then those in the body; the core knows which are genuine. */
export function marksOf(headers: Headers, html: string | null): string[] {
  const addresses = [...headers.addresses('to'), ...headers.addresses('cc'), ...DELIVERED.flatMap((name) => headers.addresses(name))].map(({ value }) => value)
  const onAddress = addresses.flatMap((address) => MARK.exec(address)?.[1].toLowerCase() ?? [])
  const inside = (html?.slice(0, 2_000_000).match(INSIDE) ?? []).slice(0, 20)
  return [...new Set([...onAddress, ...inside])].slice(0, 20)
}

/** The body without our own hidden marks: they are for us, not for the reader. A Message-ID that somebody quotes stays. */
export function withoutMarks(body: string): string {
  return body.replace(/(?<![<\w.])op\.\d{1,10}\.\d{1,10}\.[a-z2-7]{10}(?![\w@])/g, '')
}

/** Whether one of the mailbox's own addresses stands in To or Cc. */
export function isAddressed(inbox: EmailInbox, recipients: readonly Address[]): boolean {
  const own = new Set(ownAddresses(inbox.config))
  return recipients.some(({ value }) => own.has(withoutMark(value)))
}

/** Whether the sender is a form that writes for others, as the inbox's settings name it: an address or `@domain`. */
export function isForm(inbox: EmailInbox, from: string): boolean {
  const address = from.trim().toLowerCase()
  return (inbox.config.formSenders ?? '')
    .split(/[\s,;]+/)
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean)
    .some((one) => (one.startsWith('@') ? address.endsWith(one) : address === one))
}
