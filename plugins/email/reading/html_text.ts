/*
 * What a person would read of an HTML mail that brought no text of its own. For search, quoting and the
 * list's preview; the page shows the HTML itself. One pass over the tags, so that no mail can make it slow.
 */

const MAX_HTML = 512 * 1024
const TAG = /<(?:!--|(\/?)([a-zA-Z][\w:-]{0,30})([^<>]{0,4000})>|[!?][^<>]{0,2000}>)/g
const BREAKS = new Set(['p', 'div', 'tr', 'table', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section', 'article', 'header', 'footer', 'blockquote', 'pre', 'hr', 'address', 'aside'])
const SKIPPED = new Set(['script', 'style', 'title', 'template', 'noscript', 'svg'])

/** Text of the HTML: paragraphs as lines, links with their address, quotes with `>`. */
export function htmlToText(html: string): string {
  const source = html.slice(0, MAX_HTML)
  const out: string[] = []
  let quotes = 0
  let href: string | null = null
  let linkStart = 0
  let end = 0
  const put = (text: string) => out.push(text)
  const newLine = () => put(`\n${'> '.repeat(quotes)}`)

  TAG.lastIndex = 0
  for (let match = TAG.exec(source); match; match = TAG.exec(source)) {
    put(words(source.slice(end, match.index)))
    end = TAG.lastIndex
    if (match[0] === '<!--') {
      const close = source.indexOf('-->', end)
      end = close === -1 ? source.length : close + 3
      TAG.lastIndex = end
      continue
    }
    const tag = match[2]?.toLowerCase()
    if (!tag) continue
    const closing = match[1] === '/'
    if (SKIPPED.has(tag) && !closing && !match[3].endsWith('/')) {
      const close = indexOfClose(source, tag, end)
      end = close
      TAG.lastIndex = close
    } else if (tag === 'br') newLine()
    else if (tag === 'td' || tag === 'th') put(closing ? ' ' : '')
    else if (tag === 'a' && !closing) {
      href = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(match[3])?.slice(1).find(Boolean) ?? null
      linkStart = out.length
    } else if (tag === 'a' && href) {
      const label = out.slice(linkStart).join('').trim()
      const address = entities(href).trim()
      if (/^https?:/i.test(address) && label && !address.includes(label)) put(` (${address})`)
      href = null
    } else if (BREAKS.has(tag)) {
      if (tag === 'blockquote') quotes = Math.max(0, Math.min(20, quotes + (closing ? -1 : 1)))
      newLine()
      if (!closing && tag === 'li') put('- ')
    }
  }
  put(words(source.slice(end)))
  return neat(out.join(''))
}

function indexOfClose(source: string, tag: string, from: number): number {
  const pattern = new RegExp(`</${tag}\\s*>`, 'gi')
  pattern.lastIndex = from
  return pattern.exec(source) ? pattern.lastIndex : source.length
}

function words(text: string): string {
  return entities(text.replace(/[ \t\r\n\f]+/g, ' '))
}

/** Spaces around line ends go; empty lines are at most one. */
function neat(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/[ \t]{2,}/g, ' ').replace(/^ +(?=\S)/, '').trimEnd())
  const kept: string[] = []
  for (const line of lines) {
    const empty = /^(> ?)*$/.test(line)
    const last = kept.at(-1)
    if (empty && (last === undefined || /^(> ?)*$/.test(last))) continue
    kept.push(line)
  }
  return kept.join('\n').trim()
}

const NAMED: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', hellip: '…', bdquo: '„', ldquo: '“', rdquo: '”',
  lsquo: '‘', rsquo: '’', sbquo: '‚', laquo: '«', raquo: '»', euro: '€', copy: '©', reg: '®', trade: '™', deg: '°', sect: '§', middot: '·',
  bull: '•', times: '×', zwnj: '', zwj: '', shy: '', scaron: 'š', Scaron: 'Š', aacute: 'á', Aacute: 'Á', eacute: 'é', Eacute: 'É',
  iacute: 'í', Iacute: 'Í', oacute: 'ó', Oacute: 'Ó', uacute: 'ú', Uacute: 'Ú', yacute: 'ý', Yacute: 'Ý', ccaron: 'č', Ccaron: 'Č',
  ecaron: 'ě', Ecaron: 'Ě', rcaron: 'ř', Rcaron: 'Ř', zcaron: 'ž', Zcaron: 'Ž', uring: 'ů', Uring: 'Ů', ncaron: 'ň', dcaron: 'ď',
  tcaron: 'ť', auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', szlig: 'ß', ocirc: 'ô', lcaron: 'ľ', lstrok: 'ł',
  aogon: 'ą', eogon: 'ę', sacute: 'ś', zdot: 'ż', zacute: 'ź', cacute: 'ć', nacute: 'ń',
}

function entities(text: string): string {
  return text
    .replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,10}));?/g, (whole, decimal, hex, name) => {
      if (name) return NAMED[name] ?? whole
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ''
    })
    .replace(/\u00A0/g, ' ')
}

/** Plain text as HTML: for a part that stands beside HTML, and for the second half of our own mails. */
export function textToHtml(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  return `<div style="white-space:pre-wrap">${safe.replace(/\r?\n/g, '<br>\n')}</div>`
}
