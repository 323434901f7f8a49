import { domainToUnicode } from 'node:url'

/*
 * Domains as people see them: which belong together, and which only look as if they did.
 */

const SECOND_LEVEL = new Set(['co', 'com', 'org', 'net', 'gov', 'edu', 'ac', 'or', 'ne', 'go', 'gob', 'nom'])

/** What follows the last @, in lower case; empty when there is none. */
export function domainOfAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? '' : address.slice(at + 1).trim().toLowerCase().replace(/\.$/, '')
}

/** The part that somebody registered: `mx.mail.posta.co.uk` is `posta.co.uk`'s. A short rule in place of the public suffix list. */
export function organisation(domain: string): string {
  const labels = domain.toLowerCase().replace(/\.$/, '').split('.')
  const size = labels.length > 2 && labels.at(-1)!.length === 2 && SECOND_LEVEL.has(labels.at(-2)!) ? 3 : 2
  return labels.slice(-size).join('.')
}

/** Whether two domains are one owner's (DMARC's relaxed alignment, RFC 7489 §3.1). */
export function aligned(one: string, other: string): boolean {
  return one !== '' && other !== '' && organisation(one) === organisation(other)
}

/** Letters that are drawn alike (Unicode TR39 has them all; these are the ones that are abused). */
const ALIKE: Record<string, string> = {
  'а': 'a', 'α': 'a', 'в': 'b', 'β': 'b', 'с': 'c', 'ϲ': 'c', 'ԁ': 'd', 'е': 'e', 'ε': 'e', 'є': 'e', 'һ': 'h', 'і': 'i', 'ι': 'i', 'ӏ': 'l', 'ј': 'j', 'к': 'k', 'κ': 'k', 'м': 'm', 'п': 'n', 'η': 'n', 'ո': 'n',
  'о': 'o', 'ο': 'o', 'σ': 'o', 'օ': 'o', 'р': 'p', 'ρ': 'p', 'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'τ': 't', 'υ': 'u', 'ս': 'u', 'ν': 'v', 'ѵ': 'v', 'ω': 'w', 'ԝ': 'w', 'х': 'x', 'χ': 'x', 'у': 'y', 'γ': 'y', 'з': '3',
  'ł': 'l', 'ı': 'i', 'ø': 'o', 'đ': 'd', '0': 'o', '1': 'l', '3': 'e', '5': 's', '|': 'l',
}

/** The domain as an eye in a hurry sees it. */
export function skeleton(domain: string): string {
  return readable(domain)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/./gu, (letter) => ALIKE[letter] ?? letter)
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/cl/g, 'd')
    .replace(/i/g, 'l')
    .replace(/-/g, '')
}

/** Whether a domain could be taken for this one of ours: drawn alike, or one slip of the finger away. */
export function looksLike(domain: string, ours: string): boolean {
  const [theirs, own] = [organisation(domain), organisation(ours)]
  if (theirs === own || theirs === '') return false
  if (skeleton(theirs) === skeleton(own)) return true
  const [name, ownName] = [readable(theirs).split('.')[0], readable(own).split('.')[0]]
  return ownName.length >= 6 && theirs.slice(theirs.indexOf('.')) === own.slice(own.indexOf('.')) && isOneSlip(name, ownName)
}

/** Two alphabets in one word: no language does that. */
export function mixesAlphabets(domain: string): boolean {
  return readable(domain)
    .split('.')
    .some((label) => [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u].filter((script) => script.test(label)).length > 1)
}

export function readable(domain: string): string {
  return domainToUnicode(domain) || domain
}

/** One letter more, less, other, or two changed places. */
function isOneSlip(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const [rest, otherRest] = [one.slice(at), other.slice(at)]
  return rest.slice(1) === otherRest || rest === otherRest.slice(1) || rest.slice(1) === otherRest.slice(1) || (rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2))
}
