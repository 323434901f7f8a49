import edge from 'edge.js'

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

edge.global('paragraphs', (text: string) => edge.globals.html.safe(paragraphs(text)))
edge.global('noteParagraphs', (text: string, people: Parameters<typeof noteParagraphs>[1] = null) => edge.globals.html.safe(noteParagraphs(text, people)))
