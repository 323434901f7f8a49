import sanitizeHtml from 'sanitize-html'

/** The words of HTML that came without a text of its own: paragraphs and lines kept, the rest dropped. */
export function plainText(html: string): string {
  const broken = html
    .replace(/\s+/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/(p|div|h[1-6]|blockquote|ul|ol|table)>/gi, '\n\n')
    .replace(/<\/(li|tr)>/gi, '\n')
  const words = sanitizeHtml(broken, { allowedTags: [], allowedAttributes: {}, nonTextTags: ['style', 'script', 'title', 'textarea', 'option'] })
  return decode(words)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** The sanitiser leaves the five entities of XML behind. */
function decode(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'").replace(/&nbsp;|\u00a0/g, ' ').replace(/&amp;/g, '&')
}
