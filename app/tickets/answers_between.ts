/*
 * Outlook quotes without any mark, so an answer between the lines looks like a part of the quote. But what it quotes
 * we have sent ourselves: a line that is not ours is the customer's. Only where that is sure; in doubt it stays folded
 * with the quote, one click away.
 */

const MAX_CHARS = 200_000
const MAX_LINES = 3000
/** So much of what we wrote has to stand there again, in its order, for the rest to be somebody else's. */
const MOST = 0.75
const FEWEST_WORDS = 6
/** A mark of quoting, a rule that a mail program draws, an attribution: then more than one hand was at work. */
const ANOTHER_HAND = /^>|^[-_=*]{5,}|^-{2,}\s?\p{L}|<[^<>@\s]{1,100}@[^<>\s]{1,100}>.{0,20}:$|wrote:$/iu
const HEAD_LINE = /^\*?\p{L}[\p{L} .]{0,20}:(?:\*|\s|$)/u
const RULE = /^[-_=*]{5,}$/
/** Where a picture stood. */
const PICTURE = /^\[(?:cid|image|inline|obrázek|obraz)\b[^\]]{0,300}\]$/iu
const MAX_CONTEXT = 200

interface Line {
  readonly text: string
  readonly words: readonly string[]
}

/**
 * What stands between the lines of our own message, each after the line it answers (`> ours`); null when nothing
 * does, or when it is not sure.
 *
 * @param folded - the words below the new ones, as they came
 * @param ours - the whole text of the message that was answered, as it left
 */
export function answersBetween(folded: string, ours: string): string | null {
  if (folded.length > MAX_CHARS || ours.length > MAX_CHARS) return null
  const [theirs, own] = [linesOf(folded), linesOf(ours)]
  if (theirs.length > MAX_LINES || own.length > MAX_LINES) return null
  const sent = new Sent(own)
  const found = theirs.map((line) => sent.take(line))
  const [first, last] = [found.indexOf('ours'), found.lastIndexOf('ours')]
  // As far as our message is quoted: what follows its last line belongs to nobody for sure.
  if (first === -1 || sent.matched < FEWEST_WORDS || sent.matched < sent.passed * MOST) return null
  const between = theirs.slice(first, last + 1)
  const strange = between.filter((_, at) => found[first + at] === 'strange')
  const heads = strange.filter(({ text }) => HEAD_LINE.test(text))
  if (strange.length === 0 || strange.some(({ text }) => ANOTHER_HAND.test(text)) || (heads.length >= 3 && heads.some(({ text }) => text.includes('@')))) return null

  const shown: string[] = []
  for (const [at, { text }] of between.entries()) {
    if (found[first + at] === 'ours') continue
    if (found[first + at - 1] === 'ours') shown.push(...(shown.length > 0 ? [''] : []), `> ${between[at - 1].text.replace(/^[>\s]+/, '').slice(0, MAX_CONTEXT)}`)
    shown.push(text)
  }
  return shown.join('\n')
}

/** Whether these visible words hold such answers: then the quote around them must not be folded away. */
export function showsAnswersBetween(text: string, visible: string | null): boolean {
  return visible !== null && visible.split('\n').some((line) => line.startsWith('> ') && !text.includes(line))
}

/** Our words in their order; each line of the other side either goes on with them or does not. */
class Sent {
  readonly #words: readonly string[]
  /** Where lines of ours begin and end. */
  readonly #starts = new Set<number>()
  readonly #ends = new Set<number>()
  readonly #places = new Map<string, number[]>()
  readonly #rules: ReadonlySet<string>
  #at = 0
  matched = 0

  constructor(lines: readonly Line[]) {
    const words: string[] = []
    this.#rules = new Set(lines.filter((line) => line.words.length === 0).map(({ text }) => text))
    for (const line of lines) {
      this.#starts.add(words.length)
      words.push(...line.words)
      this.#ends.add(words.length)
    }
    this.#words = words
    for (const start of this.#starts) this.#places.set(words[start], [...(this.#places.get(words[start]) ?? []), start])
  }

  /** How many of our words lie behind, those that were left out among them. */
  get passed(): number {
    return this.#at
  }

  take({ text, words }: Line): 'ours' | 'strange' {
    if (words.length === 0) return this.#rules.has(text) ? 'ours' : 'strange'
    // A line that a program has wrapped goes on where the last one ended; a single word only to the end of ours.
    if (this.#stands(words, this.#at) && (words.length > 1 || this.#ends.has(this.#at + 1))) return this.#took(this.#at, words.length)
    // Lines of ours may have been deleted; what comes after them has to begin as one of ours, and to be more than a word.
    const ahead = (this.#places.get(words[0]) ?? []).filter((place) => place > this.#at).slice(0, 20)
    const place = ahead.find((one) => this.#stands(words, one) && (words.length >= 3 || (words.length === 2 && this.#ends.has(one + 2))))
    return place === undefined ? 'strange' : this.#took(place, words.length)
  }

  #took(place: number, count: number): 'ours' {
    this.#at = place + count
    this.matched += count
    return 'ours'
  }

  #stands(words: readonly string[], place: number): boolean {
    return words.every((word, at) => this.#words[place + at] === word)
  }
}

/** Lines that say something, with their words as a program that quotes them cannot change them: letters and digits, without links. */
function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line) => ({ text: line.replace(/[\u00A0\u202F]/g, ' ').trim(), words: wordsOf(line) }))
    .filter(({ text: line, words }) => (words.length > 0 && !PICTURE.test(line)) || RULE.test(line))
}

function wordsOf(line: string): string[] {
  return line
    .replace(/<(?:https?|mailto|tel):[^<>]{0,2000}>/gi, ' ')
    .replace(/https?:\/\/\S+/gi, ' ')
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ''))
    .filter(Boolean)
}
