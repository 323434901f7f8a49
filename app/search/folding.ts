const LETTERS: Readonly<Record<string, string>> = { ł: 'l', đ: 'd', ð: 'd', ø: 'o', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ', ı: 'i' }

/**
 * Text as it is compared: lower case, without marks, with letters that have no mark to drop
 * replaced (screens.md §7). Both what is indexed and what is asked go through here.
 */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[łđðøßæœþςı]/g, (letter) => LETTERS[letter])
}
