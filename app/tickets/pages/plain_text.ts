import edge from 'edge.js'
import { isChat, termsOf } from '#tickets/channel_terms'

/*
 * Words that somebody typed, as safe HTML: paragraphs, line ends and links that open elsewhere.
 */

const LINK = /\b(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]|www\.[^\s<>"']+[^\s<>"'.,;:!?)\]}])/gi

export function paragraphs(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/)
    .map((part) => `<p>${lines(part)}</p>`)
    .join('')
}

/** The same with colleagues' names after @ made visible; for notes. */
export function noteParagraphs(text: string, people: { agents: ReadonlyMap<number, { name: string }> } | null = null): string {
  const marked = paragraphs(text)
  const names = [...(people?.agents.values() ?? [])].map(({ name }) => escape(name.trim()).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).sort((a, b) => b.length - a.length)
  const whole = names.length > 0 ? marked.replace(new RegExp(`(^|[\\s>(])(@(?:${names.join('|')}))(?![\\p{L}\\p{N}_-])`, 'giu'), '$1<span class="mention">$2</span>') : marked
  return whole.replace(/(^|[\s>(])(@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}]+)*)/gu, '$1<span class="mention">$2</span>')
}

/** The marks of a channel's client, each as it stands around words: `*bold*`. */
export interface Formatting {
  readonly bold?: string
  readonly italic?: string
  readonly strike?: string
  readonly code?: string
  readonly block?: string
}

/** The same as the customer's client shows it: its marks become what they mean there, and stay marks inside words. */
export function formattedParagraphs(text: string, { bold, italic, strike, code, block }: Formatting): string {
  const kept: string[] = []
  const keep = (html: string) => `\u0000${kept.push(html) - 1}\u0000`
  const around = (mark: string) => mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  let words = text.replace(/\0/g, '')
  if (block) words = words.replace(new RegExp(`${around(block)}([\\s\\S]+?)${around(block)}`, 'g'), (_, inner) => keep(`<code>${escape(inner).replace(/\n/g, '<br>')}</code>`))
  if (code) words = words.replace(new RegExp(`${around(code)}([^\\n${around(code)}]+)${around(code)}`, 'g'), (_, inner) => keep(`<code>${escape(inner)}</code>`))
  // An address is left whole: its underscores mean nothing.
  words = words.replace(LINK, (address) => keep(link(escape(address))))
  let html = paragraphs(words)
  for (const [mark, tag] of [[bold, 'strong'], [italic, 'em'], [strike, 's']] as const) {
    if (!mark) continue
    const at = around(mark)
    html = html.replace(new RegExp(`(^|[^\\p{L}\\p{N}${at}])${at}(?=\\S)([^\\n<>${at}]*[^\\s<>${at}])${at}(?![\\p{L}\\p{N}${at}])`, 'gu'), `$1<${tag}>$2</${tag}>`)
  }
  return html.replace(/\u0000(\d+)\u0000/g, (_, number) => kept[Number(number)])
}

function lines(text: string): string {
  return link(escape(text)).replace(/\n/g, '<br>')
}

function link(escaped: string): string {
  return escaped.replace(LINK, (address) => {
    const href = address.startsWith('www.') ? `https://${address}` : address
    return `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${address}</a>`
  })
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}

/** One line with its addresses as links: what a channel says of a message. */
edge.global('linkedLine', (text: string) => edge.globals.html.safe(lines(text)))
edge.global('paragraphs', (text: string) => edge.globals.html.safe(paragraphs(text)))
edge.global('noteParagraphs', (text: string, people: Parameters<typeof noteParagraphs>[1] = null) => edge.globals.html.safe(noteParagraphs(text, people)))
edge.global('cameByChat', (item: { inboxId: number }, sheet: { inbox: { id: number; channel: string; config: string } }) => item.inboxId === sheet.inbox.id && isChat(termsOf(sheet.inbox)))
edge.global('wordsOf', (item: { text: string; inboxId: number }, sheet: { inbox: { id: number; channel: string; config: string } }) => {
  const formatting = item.inboxId === sheet.inbox.id ? termsOf(sheet.inbox)?.formatting : undefined
  return edge.globals.html.safe(formatting ? formattedParagraphs(item.text, formatting) : paragraphs(item.text))
})
