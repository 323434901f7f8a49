import edge from 'edge.js'
import type { Segment } from './snippet.js'

/** Segments as markup: every piece escaped, what was looked for in `<mark>`. Empty for no text. */
edge.global('marked', (segments: readonly Segment[]) => {
  const pieces = segments.map(({ text, hit }) => (hit ? `<mark>${edge.globals.html.escape(text)}</mark>` : edge.globals.html.escape(text)))
  return pieces.length === 0 ? '' : edge.globals.html.safe(pieces.join(''))
})
