import type { Inbox } from './channel.js'
import { sent, type OutgoingMessage, type Sent } from './travel.js'

/* Channels that take short messages: one answer leaves in several parts, in order, each of them once. */

export interface TextLimit {
  readonly max: number
  readonly unit: 'characters' | 'bytes'
}

/** How long a text is for a channel: in code points, or in bytes of UTF-8 (`ř` counts two, `α` two, an emoji four). */
export function textLength(text: string, unit: TextLimit['unit']): number {
  return unit === 'bytes' ? new TextEncoder().encode(text).length : [...text].length
}

/** Cuts a text into pieces that the channel takes: between paragraphs, else sentences, else words; never within a letter. */
export function splitText(text: string, limit: TextLimit): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (rest !== '' && textLength(rest, limit.unit) > limit.max) {
    const fits = longestFit(rest, limit)
    const cut = [/\n\s*\n(?!.*\n\s*\n)/s, /[.!?…;:]["”»)]?\s(?!.*[.!?…;:]["”»)]?\s)/s, /\s(?!.*\s)/s].map((pattern) => endOf(pattern.exec(fits))).find((at) => at > fits.length / 3) ?? fits.length
    pieces.push(rest.slice(0, cut).trim())
    rest = rest.slice(cut).trim()
  }
  return rest === '' ? pieces : [...pieces, rest]
}

const endOf = (found: RegExpExecArray | null) => (found ? found.index + found[0].length : 0)

/** The longest beginning that fits, whole graphemes only. */
function longestFit(text: string, { max, unit }: TextLimit): string {
  let length = 0
  let end = 0
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    length += textLength(segment, unit)
    if (length > max) break
    end = index + segment.length
  }
  return text.slice(0, end) || [...text].slice(0, 1).join('')
}

/** The mark of part `index` of `count`: the last part bears the bare reference, so its echo proves the whole. */
export function partReference(reference: string, index: number, count: number): string {
  return index === count - 1 ? reference : `${reference}~${index + 1}`
}

/** Reads such a mark: the reference, and whether it stands for the whole message. */
export function readPartReference(mark: string): { readonly reference: string; readonly whole: boolean } {
  const [reference, part] = mark.split('~')
  return { reference, whole: part === undefined }
}

/**
 * Hands over the parts of one message in order, the next one only after the one before was accepted. What was
 * accepted is remembered in the inbox's store, so that a later try goes on where this one stopped and sends no part twice.
 *
 * @param hand - hands over one part; what it answers other than `sent` ends the attempt with that answer
 */
export async function sendInParts<P>(message: OutgoingMessage, inbox: Inbox<any>, parts: readonly P[], hand: (part: P, reference: string) => Promise<Sent>): Promise<Sent> {
  const key = `parts:${message.reference}`
  const accepted: string[] = parts.length > 1 ? JSON.parse((await inbox.store.get(key)) || '[]') : []
  for (let index = accepted.length; index < parts.length; index++) {
    const outcome = await hand(parts[index], partReference(message.reference, index, parts.length))
    if (outcome.outcome !== 'sent') return outcome
    accepted.push(outcome.externalId)
    if (index < parts.length - 1) await inbox.store.put(key, JSON.stringify(accepted))
  }
  return sent(accepted.at(-1)!, accepted.slice(0, -1))
}
