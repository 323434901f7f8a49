import type { Readable } from 'node:stream'
import type { SendMailOptions } from 'nodemailer'
import type { Address, OutgoingMessage } from '#plugin'
import { domainOf, type EmailInbox } from '../config.js'
import { dkimOf } from './dkim.js'
import { textToHtml } from '../reading/html_text.js'

/** Some servers cut longer References; the first id names the thread and stays. */
const MAX_REFERENCES = 20
const MAX_REFERENCES_CHARS = 900

/** Our Message-ID for a message: its reference before our domain, the same at every try. */
export function messageIdOf(message: OutgoingMessage, inbox: EmailInbox): string {
  return `<${message.reference}@${domainOf(inbox)}>`
}

/** The mail as nodemailer wants it; `files` are its open streams, to be ended by the caller. */
export async function compose(message: OutgoingMessage, inbox: EmailInbox): Promise<{ mail: SendMailOptions; files: Readable[] }> {
  const chain = referencesOf(message.thread.references)
  const files: Readable[] = []
  const attachments = []
  for (const file of message.files) {
    const content = (await file.open()) as Readable
    files.push(content)
    attachments.push({
      filename: file.name,
      contentType: file.type,
      content,
      ...(file.contentId ? { cid: file.contentId, contentDisposition: 'inline' as const } : {}),
    })
  }
  const to = unique([message.to, ...(message.alsoTo ?? [])])
  const cc = unique(message.cc ?? [], to)
  const bcc = unique(message.bcc ?? [], [...to, ...cc])
  const mail: SendMailOptions = {
    messageId: messageIdOf(message, inbox),
    from: { name: message.fromName || inbox.config.name || inbox.name, address: inbox.config.address },
    replyTo: replyAddress(message, inbox),
    to: to.map(mailbox),
    cc: cc.map(mailbox),
    bcc: bcc.map(mailbox),
    envelope: { from: inbox.config.address, to: [...to, ...cc, ...bcc].map(({ value }) => value) },
    subject: subjectOf(message),
    text: message.text,
    html: `${dressed(message.html ?? textToHtml(message.text))}${hiddenMark(message)}`,
    date: inbox.now().toJSDate(),
    // Some servers put a Message-ID of their own in place of ours; a report then still shows this.
    headers: { 'X-Opora-Reference': message.reference, ...(message.byPerson ? {} : automaticHeaders(message, inbox)) },
    attachments,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...dkimOf(inbox),
    ...(chain.length > 0 ? { inReplyTo: chain.at(-1), references: chain } : {}),
  }
  return { mail, files }
}

/** A plain, readable letter in every client: one style around it, one on quoted words. Styles stand on the elements, for clients throw sheets away. */
function dressed(html: string): string {
  const quoted = html.replace(/<blockquote type="cite">/g, '<blockquote type="cite" style="border-left:2px solid #c9ced6;color:#4b5563;margin:0 0 0 4px;padding:0 0 0 12px">')
  return `<div style="color:#1f2937;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5">${quoted}</div>`
}

/** `Re:` once, if it answers something, and the ticket's number once: `Re: Reklamace [#1042]`. */
export function subjectOf(message: OutgoingMessage): string {
  const number = /^op\.(\d+)\./.exec(message.reference)?.[1]
  let subject = (message.subject ?? '').replace(/[\r\n\t]+/g, ' ').trim()
  if (message.thread.references.length > 0) subject = `Re: ${subject.replace(/^(?:\s*(?:re|odp|aw|sv|απ)\s*(?:\[\d+\])?\s*:\s*)+/iu, '')}`
  if (!number || subject.includes(`[#${number}]`)) return subject.trim()
  return `${subject.trim()} [#${number}]`.trim()
}

/** The chain of the thread, oldest first, within what mail servers bear. */
export function referencesOf(ids: readonly string[]): string[] {
  const clean = [...new Set(ids.map((id) => (/^<.*>$/.test(id) ? id : `<${id}>`)).filter((id) => /^<[^<>\s]{1,900}>$/.test(id)))]
  const [first, ...rest] = clean
  if (!first) return []
  const newest: string[] = []
  let chars = first.length
  for (const id of rest.reverse()) {
    if (newest.length + 1 >= MAX_REFERENCES || chars + id.length + 1 > MAX_REFERENCES_CHARS) break
    chars += id.length + 1
    newest.unshift(id)
  }
  return [first, ...newest]
}

/** Every recipient in the envelope, once. */
export function recipientsOf(message: OutgoingMessage): number {
  return unique([message.to, ...(message.alsoTo ?? []), ...(message.cc ?? []), ...(message.bcc ?? [])]).length
}

/** Where answers go: an address that names the ticket, where the mailbox takes such addresses. */
function replyAddress({ replyMark }: OutgoingMessage, inbox: EmailInbox): string {
  const { address, replyAddress: wanted } = inbox.config
  const at = address.lastIndexOf('@')
  return wanted && replyMark && at > 0 ? `${address.slice(0, at)}+${replyMark}${address.slice(at)}` : address
}

/** Brings an answer home from a mail program that loses its references; nobody sees it. */
function hiddenMark({ reference }: OutgoingMessage): string {
  return `\n<div class="op-mark" style="display:none;font-size:0;line-height:0;max-height:0;overflow:hidden;mso-hide:all">${reference}</div>`
}

/** What keeps other machines from answering this one (RFC 3834). */
function automaticHeaders(message: OutgoingMessage, inbox: EmailInbox): Record<string, string> {
  return {
    'Auto-Submitted': message.thread.references.length > 0 ? 'auto-replied' : 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Opora-Loop': inbox.key,
  }
}

function unique(addresses: readonly Address[], but: readonly Address[] = []): Address[] {
  const seen = new Set(but.map(({ value }) => value.toLowerCase()))
  return addresses.filter(({ value }) => !seen.has(value.toLowerCase()) && seen.add(value.toLowerCase()))
}

function mailbox({ name, value }: Address) {
  return { name: name ?? '', address: value }
}
