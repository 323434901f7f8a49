import sanitizeHtml from 'sanitize-html'

/** Larger or deeper than this is not mail that a person wrote (contracts/channels/07b); shown as text instead. */
const MAX_BYTES = 2_000_000
const MAX_DEPTH = 256
const MAX_TAGS = 50_000
const MAX_STYLE = 2000

export interface CleanHtml {
  /** Null: it could not be shown safely; the text stands for it. */
  readonly html: string | null
  /** Pictures that would be fetched from somewhere; they wait in `data-remote` until somebody allows them. */
  readonly remoteImages: number
}

/**
 * Cleans what a stranger's mail program sent, once, before it is stored: an allow-list of
 * elements, attributes and styles; no script, form, frame, handler or `url()`. Pictures from
 * the internet keep their address in `data-remote` only. The second wall is the sandboxed frame.
 */
export function sanitiseMail(html: string): CleanHtml {
  if (Buffer.byteLength(html) > MAX_BYTES || tooMany(html) || tooDeep(html)) return { html: null, remoteImages: 0 }

  let remoteImages = 0
  const clean = sanitizeHtml(html, {
    allowedTags: TAGS,
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'bgcolor', 'width', 'height', 'class'],
      'a': ['href', 'name', 'target', 'rel'],
      'img': ['src', 'alt', 'data-remote', 'border'],
      'td': ['colspan', 'rowspan', 'nowrap'],
      'th': ['colspan', 'rowspan', 'scope'],
      'table': ['border', 'cellpadding', 'cellspacing', 'summary'],
      'blockquote': ['type', 'cite'],
      'font': ['color', 'face', 'size'],
      'ol': ['start', 'type'],
      'ul': ['type'],
    },
    allowedClasses: { '*': ['gmail_quote', 'gmail_quote_container', 'moz-cite-prefix', 'protonmail_quote', 'quote-begins'] },
    allowedStyles: { '*': STYLES },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['cid', 'data', 'http', 'https'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: ['style', 'script', 'textarea', 'option', 'noscript', 'title', 'template', 'svg', 'math', 'object', 'xmp', 'xml', 'iframe', 'noframes', 'noembed'],
    transformTags: {
      // Identifiers are dropped; those that say where history begins stay as a class (mail_quote.ts reads it).
      '*': (tagName, { id, ...attribs }) => {
        const kept = (attribs.style?.length ?? 0) > MAX_STYLE ? without(attribs, 'style') : attribs
        return { tagName, attribs: HISTORY.test(id ?? '') || HISTORY.test(attribs.class ?? '') ? { ...kept, class: 'quote-begins' } : kept }
      },
      a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' } }),
      img: (tagName, attribs) => {
        const src = attribs.src ?? ''
        if (/^cid:/i.test(src) || /^data:image\/(png|jpe?g|gif|webp);base64,/i.test(src)) return { tagName, attribs: without(attribs, 'data-remote') }
        const { src: _, ...rest } = without(attribs, 'data-remote')
        if (!/^https?:\/\//i.test(src)) return { tagName, attribs: rest }
        remoteImages++
        return { tagName, attribs: { ...rest, 'data-remote': src } }
      },
    },
  })
  return { html: clean, remoteImages }
}

/** For showing: own pictures by `resolve`, and those from the internet only when `remote` is allowed. */
export function placePictures(html: string, { resolve, remote }: { resolve: (contentId: string) => string | null; remote: ((address: string) => string | null) | null }): string {
  return html
    .replace(/\ssrc="cid:([^"]*)"/gi, (_, id: string) => {
      const address = resolve(decodeEntities(id))
      return address ? ` src="${address}"` : ''
    })
    .replace(/\sdata-remote="([^"]*)"/gi, (whole, address: string) => {
      const ours = remote?.(decodeEntities(address))
      return ours ? ` src="${ours}"` : whole
    })
}

/** The pictures from the internet that a cleaned mail names, each once, in their order. */
export function remotePictures(html: string): string[] {
  return [...new Set([...html.matchAll(/\sdata-remote="([^"]*)"/gi)].map(([, address]) => decodeEntities(address)))]
}

/** Outlook on the web and its phone apps, Yahoo, and the mark that our own mails carry. */
const HISTORY = /^(x_)?(appendonsend|divRplyFwdMsg|mail-editor-reference-message-container|op-reply-above)$|yahoo_quoted_/

const TAGS = [
  ...['a', 'abbr', 'address', 'article', 'aside', 'b', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'dfn', 'div'],
  ...['dl', 'dt', 'em', 'figcaption', 'figure', 'font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark'],
  ...['nav', 'ol', 'p', 'pre', 'q', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time'],
  ...['tr', 'tt', 'u', 'ul', 'var', 'wbr'],
]

/** Values that can only colour, space and size; `url(`, `expression`, `position` never match. */
const COLOUR = /^(#[0-9a-f]{3,8}|[a-z]{3,30}|(rgb|hsl)a?\([\d\s.,%/]+\))$/i
const LENGTH = /^(auto|0|-?[\d.]+(px|pt|em|rem|ex|%|in|cm|mm)?)(\s+(auto|0|-?[\d.]+(px|pt|em|rem|ex|%|in|cm|mm)?)){0,3}$/i
const WORD = /^[a-z-]{1,30}$/i
const BORDER = /^[a-z0-9#\s.,()%-]{1,80}$/i
const FONT = /^[\p{L}\d\s"',.-]{1,200}$/u

const STYLES: Record<string, RegExp[]> = Object.fromEntries([
  ...['color', 'background-color', 'background', 'border-color'].map((name) => [name, [COLOUR]]),
  ...['margin', 'padding'].flatMap((name) => ['', '-top', '-right', '-bottom', '-left'].map((side) => [name + side, [LENGTH]])),
  ...['width', 'max-width', 'min-width', 'height', 'max-height', 'font-size', 'line-height', 'text-indent', 'letter-spacing', 'border-radius', 'border-width', 'border-spacing'].map((name) => [name, [LENGTH, WORD]]),
  ...['text-align', 'vertical-align', 'font-weight', 'font-style', 'text-decoration', 'text-transform', 'white-space', 'border-collapse', 'border-style', 'direction', 'list-style-type', 'float', 'clear', 'table-layout', 'word-break', 'overflow-wrap', 'overflow', 'visibility'].map((name) => [name, [WORD, /^[1-9]00$/]]),
  ...['display'].map((name) => [name, [/^(block|inline|inline-block|none|table|table-row|table-cell|list-item)$/i]]),
  ...['border', 'border-top', 'border-right', 'border-bottom', 'border-left'].map((name) => [name, [BORDER]]),
  ['font-family', [FONT]],
])

function tooMany(html: string): boolean {
  let tags = 0
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) if (++tags > MAX_TAGS) return true
  return false
}

/** Hostile nests and endless tags cost seconds in any parser; a count of them, in one pass, is enough to refuse them first. */
function tooDeep(html: string): boolean {
  let depth = 0
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    const end = html.indexOf('>', at)
    if (end === -1) return false
    const tag = /^<(\/)?([a-z][a-z0-9]*)/i.exec(html.slice(at, at + 24))
    if (!tag || html[end - 1] === '/' || VOID.has(tag[2].toLowerCase())) continue
    depth = Math.max(0, depth + (tag[1] ? -1 : 1))
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** No end tag, or one that is commonly left out: they do not nest. */
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'wbr', 'p', 'li', 'td', 'th', 'tr', 'dd', 'dt', 'option'])

function without(attribs: Record<string, string>, name: string) {
  return Object.fromEntries(Object.entries(attribs).filter(([key]) => key !== name))
}

const decodeEntities = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&')
