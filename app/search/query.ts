import { DateTime } from 'luxon'
import { words } from './folding.js'

/** One thing that must be there: a word, or several in this order. */
export interface Term {
  /** Folded; letters and digits only, so that no database can take one for syntax. Never empty. */
  readonly tokens: readonly string[]
  /** The last token may go on: `rekl` finds reklamace. */
  readonly prefix: boolean
  readonly in: 'anywhere' | 'subject' | 'sender' | 'recipient'
}

/** What a person asked for. Everything is folded; what was not understood is among the terms as plain text. */
export interface SearchQuery {
  readonly terms: readonly Term[]
  readonly tags: readonly string[]
  readonly statuses: readonly string[]
  /** `me`, `none`, or the beginning of a name or address. */
  readonly owners: readonly string[]
  /** The beginning of an inbox's name or address. */
  readonly inboxes: readonly string[]
  /** Milliseconds since 1970 UTC: written at or after, written before. */
  readonly after: number | null
  readonly before: number | null
  readonly hasAttachment: boolean
  /** The whole query is a number: perhaps a ticket's. `#` in front says that it is nothing else. */
  readonly number: { readonly id: number; readonly certain: boolean } | null
}

export const operators = ['from', 'to', 'subject', 'tag', 'status', 'owner', 'in', 'before', 'after', 'has'] as const

const STATUSES = ['new', 'open', 'pending', 'snoozed', 'resolved', 'closed', 'spam']
const MOST_TERMS = 24
/** Shorter words stand for themselves: half the vocabulary begins with any one letter. */
const SHORTEST_PREFIX = 3

/** `"a phrase"`, `word`, `operator:value` and `operator:"a phrase"`; a quotation mark that nobody closed reaches to the end. */
const PART = /(?:([\p{L}]+):)?(?:["„“”«»]([^"„“”«»]*)(?:["„“”«»]|$)|(\S+))|\S+/gu

/**
 * Reads what a person typed into the search field. Any text has a meaning: an unknown operator, a
 * date that is none or a lone quotation mark are words like others. All words must be there.
 *
 * @param zone - where the days of `before:` and `after:` begin.
 */
export function parseQuery(text: string, zone = 'utc'): SearchQuery {
  const query = { terms: [] as Term[], tags: [] as string[], statuses: [] as string[], owners: [] as string[], inboxes: [] as string[], after: null as number | null, before: null as number | null, hasAttachment: false }
  const typed = text.slice(0, 1000).toWellFormed().replaceAll('\0', ' ').trim()

  for (const [whole, operator, phrase, word] of typed.matchAll(PART)) {
    const value = phrase ?? word ?? ''
    if (operator && understood(operator.toLowerCase(), value, phrase !== undefined, query, zone)) continue
    if (operator === undefined && phrase !== undefined) addTerm(query.terms, phrase, 'anywhere', true)
    else addTerm(query.terms, operator && phrase !== undefined ? `${operator} ${phrase}` : whole, 'anywhere', false)
  }

  const number = /^(#?)(\d{1,9})$/.exec(typed)
  return { ...query, number: number ? { id: Number(number[2]), certain: number[1] === '#' } : null }
}

/** Nothing to search for: no word and no condition. */
export function asksNothing({ terms, tags, statuses, owners, inboxes, after, before, hasAttachment }: SearchQuery) {
  return terms.length + tags.length + statuses.length + owners.length + inboxes.length === 0 && after === null && before === null && !hasAttachment
}

type Draft = { -readonly [K in keyof Omit<SearchQuery, 'number'>]: SearchQuery[K] extends readonly (infer Item)[] ? Item[] : SearchQuery[K] }

function understood(operator: string, value: string, quoted: boolean, query: Draft, zone: string): boolean {
  const folded = words(value).join(' ')
  if (value === '' || (folded === '' && operator !== 'tag')) return false

  switch (operator) {
    case 'from':
      return addTerm(query.terms, value, 'sender', quoted)
    case 'to':
      return addTerm(query.terms, value, 'recipient', quoted)
    case 'subject':
      return addTerm(query.terms, value, 'subject', quoted)
    case 'tag':
      query.tags.push(value)
      return true
    case 'owner':
      query.owners.push(folded)
      return true
    case 'in':
    case 'inbox':
      query.inboxes.push(folded)
      return true
    case 'status':
      if (!STATUSES.includes(folded)) return false
      query.statuses.push(folded)
      return true
    case 'has':
      if (!['attachment', 'attachments', 'file', 'priloha'].includes(folded)) return false
      query.hasAttachment = true
      return true
    case 'before':
    case 'after': {
      const day = readDay(value, zone)
      if (!day) return false
      query[operator] = day.toMillis()
      return true
    }
    default:
      return false
  }
}

/** Words joined by signs stay together: an order number, an address, a name with a hyphen. */
function addTerm(terms: Term[], text: string, where: Term['in'], exact: boolean): boolean {
  const tokens = words(text)
  if (tokens.length === 0) return false
  if (terms.length < MOST_TERMS) terms.push({ tokens: tokens.slice(0, MOST_TERMS), prefix: !exact && tokens.at(-1)!.length >= SHORTEST_PREFIX, in: where })
  return true
}

/** A day as people here write it; `2026-11` and `2026` are their first day. */
function readDay(value: string, zone: string): DateTime | null {
  for (const format of ['yyyy-MM-dd', 'd.M.yyyy', 'd. M. yyyy', 'd/M/yyyy', 'yyyy-MM', 'yyyy']) {
    const day = DateTime.fromFormat(value.trim(), format, { zone })
    if (day.isValid) return day
  }
  return null
}
