/** Letters that Unicode does not take apart into a plain letter and a mark. */
const LETTERS: Record<string, string> = { ł: 'l', đ: 'd', ð: 'd', ø: 'o', ħ: 'h', ŧ: 't', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' }
const NOT_TAKEN_APART = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g')
/** Most words have nothing to fold but capitals. */
const PLAIN = /^[\x20-\x7e]*$/
const MARKS = /\p{M}+/gu

/**
 * The text as search and sorting see it: without diacritics and case, so that `lodz` finds Łódź
 * and `παραγγελια` Παραγγελία. Both what is indexed and what is asked for pass through here; the
 * databases' own folding leaves out ł and the Greek accents (measured, SQLite 3.40).
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(NOT_TAKEN_APART, (letter) => LETTERS[letter]!)
}

/** Longer runs (a base64 block, a tracking link) are cut: nobody types them, and an index must not choke on one. */
const LONGEST_WORD = 60

/** The words of a text as the index keeps them, folded: runs of letters and digits. */
export function words(text: string): string[] {
  return (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, LONGEST_WORD))
}
