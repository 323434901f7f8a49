import { createHash } from 'node:crypto'

/** A file that stood in the middle of a text. */
export interface Taken {
  readonly content: Buffer
  readonly name?: string
  readonly type?: string
  readonly cid?: string
}

const BEGINS = /\ssrc\s{0,5}=\s{0,5}(["'])\s{0,5}data:image\/(png|jpe?g|gif|webp);base64,/gi
/** Smaller ones may stay where they are. */
const SMALL = 8 * 1024
const MAX_PICTURES = 100

/**
 * Some programs write their pictures into the HTML itself. They become files like any other, so that the text keeps a
 * size that can be shown; the HTML then names them by their content's id.
 */
export function takePictures(html: string, taken: Taken[]): string {
  let out = ''
  let end = 0
  BEGINS.lastIndex = 0
  for (let match = BEGINS.exec(html); match && taken.length < MAX_PICTURES; match = BEGINS.exec(html)) {
    const [whole, quote, kind] = match
    const from = match.index + whole.length
    const to = html.indexOf(quote, from)
    // The HTML was longer than what is kept of it.
    if (to === -1) return out + html.slice(end, Math.max(end, html.lastIndexOf('<', match.index)))
    BEGINS.lastIndex = to
    const body = html.slice(from, to)
    if (body.length < SMALL || /[^A-Za-z0-9+/=\s%]/.test(body)) continue
    const content = Buffer.from(body.replace(/%2B/gi, '+').replace(/%2F/gi, '/').replace(/%3D/gi, '=').replace(/%0[ad]/gi, ''), 'base64')
    const cid = `${createHash('sha256').update(content).digest('hex').slice(0, 24)}@data`
    if (!taken.some((one) => one.cid === cid)) taken.push({ content, cid, type: `image/${kind.toLowerCase().replace('jpg', 'jpeg')}` })
    out += `${html.slice(end, match.index)} src=${quote}cid:${cid}`
    end = to
  }
  return out + html.slice(end)
}
