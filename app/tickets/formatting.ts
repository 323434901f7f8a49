import type { Capabilities } from '#plugin'

/*
 * The marks that a channel's client shows as formatting (`formatting` of its capabilities): a thread shows what they
 * mean, a subject or a list row the words alone.
 */

/** The marks of a channel's client, each as it stands around words: `*bold*`. */
export interface Formatting {
  readonly bold?: string
  readonly italic?: string
  readonly strike?: string
  readonly code?: string
  readonly block?: string
}

/** An address on the web, in plain words; it ends where something was set aside. */
export const WEB_ADDRESS = /\b(https?:\/\/[^\s<>"'\u0000]+[^\s<>"'\u0000.,;:!?)\]}]|www\.[^\s<>"'\u0000]+[^\s<>"'\u0000.,;:!?)\]}])/gi

/** Words between a mark and the same mark, on one line; inside a word a mark is a mark. Its groups: what stands before, the words. */
export function markedWords(mark: string): RegExp {
  const at = literally(mark)
  return new RegExp(`(^|[^\\p{L}\\p{N}${at}])${at}(?=\\S)([^\\n<>${at}]*[^\\s<>${at}])${at}(?![\\p{L}\\p{N}${at}])`, 'gu')
}

/** Puts in the place of code, and of addresses, what `keep` makes of them: no mark inside them means anything. */
export function setAside(text: string, { block, code }: Formatting, keep: (words: string, kind: 'block' | 'code' | 'address') => string): string {
  let words = text
  if (block) words = words.replace(new RegExp(`${literally(block)}([\\s\\S]+?)${literally(block)}`, 'g'), (_, inner) => keep(inner, 'block'))
  if (code) words = words.replace(new RegExp(`${literally(code)}([^\\n\\u0000${literally(code)}]+)${literally(code)}`, 'g'), (_, inner) => keep(inner, 'code'))
  return words.replace(WEB_ADDRESS, (address) => keep(address, 'address'))
}

/** The words without the marks; what only looks like one stays. */
export function withoutMarks(text: string, formatting: Formatting): string {
  const kept: string[] = []
  let words = setAside(text.replace(/\0/g, ''), formatting, (inner) => `\u0000${kept.push(inner) - 1}\u0000`)
  for (const mark of [formatting.bold, formatting.italic, formatting.strike]) if (mark) words = words.replace(markedWords(mark), '$1$2')
  return words.replace(/\u0000(\d+)\u0000/g, (_, number) => kept[Number(number)])
}

/** How far into a message a list row or subject looks; characters. */
const LOOKED_AT = 2000

/** The first words of a message, as the client of the channel that it came or went by would read them out. */
export function wordsIn(text: string, terms: Capabilities | null): string {
  return terms?.formatting ? withoutMarks(text.slice(0, LOOKED_AT), terms.formatting) : text
}

function literally(mark: string): string {
  return mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
