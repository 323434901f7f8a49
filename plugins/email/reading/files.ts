import { Readable } from 'node:stream'
import type { File, Stored } from '#plugin'
import { openPiece, type Piece } from './cut.js'
import { tidy } from './headers.js'

const MAX_NAME = 200
const NAMES: Record<string, string> = {
  'message/rfc822': 'message.eml',
  'text/calendar': 'invitation.ics',
  'message/delivery-status': 'delivery-status.txt',
  'text/rfc822-headers': 'headers.txt',
  'application/pdf': 'document.pdf',
  'application/ms-tnef': 'winmail.dat',
}

/** The files of a mail, opened only when somebody takes them. `html` tells which pictures stand inside the text. */
export function filesOf(item: Stored, pieces: readonly Piece[], html: string): File[] {
  const shown = referredTo(html)
  return pieces.map((piece) => {
    const contentId = shown.get(piece.cid?.toLowerCase() ?? '')
    return {
      name: nameOf(piece),
      type: /^[\w.+-]{1,80}\/[\w.+-]{1,120}$/.test(piece.type) ? piece.type : 'application/octet-stream',
      bytes: piece.bytes,
      ...(contentId ? { contentId } : {}),
      open: async () => (piece.content ? Readable.from([piece.content]) : openPiece((await item.open()) as Readable, piece.place!)),
    }
  })
}

/** The pictures that an HTML text names, by their id in small letters, as the text itself spells it. */
function referredTo(html: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, written] of html.matchAll(/cid:([^"'\s<>)]{1,500})/gi)) {
    const id = written.replaceAll('&amp;', '&')
    for (const spelling of [id, percentless(id)]) if (!found.has(spelling.toLowerCase())) found.set(spelling.toLowerCase(), id)
  }
  return found
}

function percentless(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The whole mail as a file, for one that could not be read to its end. */
export function original(item: Stored): File {
  return { name: 'original.eml', type: 'message/rfc822', bytes: item.bytes, open: () => item.open() }
}

function nameOf({ name, type, index }: Piece): string {
  const clean = tidy(name ?? '')
    .replace(/[/\\]/g, '_')
    .replace(/^\.+/, '')
  if (clean.length > MAX_NAME) {
    const ending = /\.[^.]{1,12}$/.exec(clean)?.[0] ?? ''
    return clean.slice(0, MAX_NAME - ending.length) + ending
  }
  if (clean) return clean
  const subtype = /^image\/(png|jpeg|gif|webp|bmp|tiff)$/.exec(type)?.[1]
  return subtype ? `image-${index + 1}.${subtype === 'jpeg' ? 'jpg' : subtype}` : (NAMES[type] ?? `attachment-${index + 1}`)
}
