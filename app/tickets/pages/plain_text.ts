import edge from 'edge.js'
import { isChat, termsOf } from '#tickets/channel_terms'
import { type Formatting, WEB_ADDRESS, markedWords, setAside } from '#tickets/formatting'

/*
 * Words that somebody typed, as safe HTML: paragraphs, line ends and links that open elsewhere.
 */

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

/** The same as the customer's client shows it: its marks become what they mean there, and stay marks inside words. */
export function formattedParagraphs(text: string, formatting: Formatting): string {
  const kept: string[] = []
  // An address is left whole: its underscores mean nothing.
  const shown = { block: (inner: string) => `<code>${escape(inner).replace(/\n/g, '<br>')}</code>`, code: (inner: string) => `<code>${escape(inner)}</code>`, address: (inner: string) => link(escape(inner)) }
  const words = setAside(text.replace(/\0/g, ''), formatting, (inner, kind) => `\u0000${kept.push(shown[kind](inner)) - 1}\u0000`)
  let html = paragraphs(words)
  for (const [mark, tag] of [[formatting.bold, 'strong'], [formatting.italic, 'em'], [formatting.strike, 's']] as const) {
    if (mark) html = html.replace(markedWords(mark), `$1<${tag}>$2</${tag}>`)
  }
  return html.replace(/\u0000(\d+)\u0000/g, (_, number) => kept[Number(number)])
}

function lines(text: string): string {
  return link(escape(text)).replace(/\n/g, '<br>')
}

function link(escaped: string): string {
  return escaped.replace(WEB_ADDRESS, (address) => {
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
