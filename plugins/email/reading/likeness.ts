/*
 * How much a reading of some bytes looks like a language that people write: the natural logarithm of a likelihood,
 * from the order of a language's letters by how often it uses them. Only words with a letter outside ASCII are
 * weighed, for only they differ between two readings; so an English letter with a Czech signature is weighed by the signature.
 */

/** Letters from the most to the least used; their shares fall by about a tenth from one to the next. */
const LANGUAGES = [
  'eoanitsvlrkdpímuázjyěchbéřýžčšůgúfňxťóďwq',
  'aoeinrsvtkldmpuázcjhybíéčžšľťúgýôňfxóďäwqĺŕ',
  'aieoznrwsctykdpmujlłbgęhąóżśćfńźvxq',
  'αοιετσνηυρπκμλςωγδχθφβάίέόήύξώζψϊϋΐΰ',
  'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё',
  'оаинвтеірсклдумпьязбгчйхжїцшюєщфґ',
  'enisratdhulcgmobwfkzüväpößjyxq',
  'esaitnrulodcpmévqfbghjàxèyêzçôùâûîœkwïëñ',
  'eaosrnidlctumpbgóíyqvhfzéjáñúxüwk',
  'eaionlrtscdupmvghfbqzòàùèìéjkxyw',
  'aeosridntmuclpvgqbfhãzçájéxóêíõâúôàkwy',
  'eatlnkisrozáégmdvybhjöópuífücőűúxwq',
  'eiaruntcăldospmâfîvșțgbzhxjkyşţwq',
  'eantrsildomgkvfhupäåöbcyjøæxwzé',
].map((letters) => new Map([...letters].map((letter, rank) => [letter, -2.3 - 0.1 * rank])))

const FOREIGN = -12
const NO_CHARACTER = -15
const MISPLACED = -8
const STRAY = -3
const SIGN = -1
const CASE = -6

const SIGNS = new Set('„“”‚‘’–—…•«»°§€©®™ªº¿¡·×ßˇ')
const APOSTROPHES = new Set(['’', '‘', '´', '·', '-'])
/** A word and the signs that touch it. */
const WORDS = /[^\s<>"(),;:!?./\\[\]{}|=+*&%$#@~^_`]{1,100}/gu
const BEYOND_ASCII = /[^\u0000-\u007F]/
const LETTER = /\p{L}/u
const GREEK = /\p{Script=Greek}/u

/** The greater, the likelier; comparable between readings of the same bytes only. */
export function likeness(text: string): number {
  let always = 0
  const totals = new Float64Array(LANGUAGES.length)
  for (const [word] of text.matchAll(WORDS)) {
    if (!BEYOND_ASCII.test(word)) continue
    const chars = [...word]
    for (let at = 0; at < chars.length; at++) {
      const char = chars[at]
      if (LETTER.test(char)) {
        const small = char.toLowerCase()
        for (let language = 0; language < LANGUAGES.length; language++) totals[language] += LANGUAGES[language].get(small) ?? FOREIGN
        always += placement(chars, at, small)
      } else if (char > '\u007F') always += sign(chars, at)
    }
  }
  return always + Math.max(...totals)
}

/** A capital behind a small letter, two scripts in one word. */
function placement(chars: string[], at: number, small: string): number {
  const before = chars[at - 1]
  if (before === undefined || !LETTER.test(before)) return 0
  const turned = chars[at] !== small && before === before.toLowerCase() ? CASE : 0
  return turned + (GREEK.test(chars[at]) === GREEK.test(before) ? 0 : CASE)
}

function sign(chars: string[], at: number): number {
  const char = chars[at]
  if (char === '\uFFFD' || (char >= '\u0080' && char <= '\u009F')) return NO_CHARACTER
  if (char === '\u00A0' || char === '\u00AD') return SIGN
  const [before, after] = [isLetter(chars[at - 1]), isLetter(chars[at + 1])]
  // A Greek accent that was torn from its capital.
  if (char === '’' && !before && after && GREEK.test(chars[at + 1])) return NO_CHARACTER
  if (APOSTROPHES.has(char)) return SIGN
  const next = chars[at + 1]
  const stuck = next !== undefined && (chars[at - 1] !== undefined || (!after && next > '\u007F'))
  if (SIGNS.has(char)) return stuck ? MISPLACED : SIGN
  return before || after || (char >= '\u2500' && char <= '\u259F') ? MISPLACED : STRAY
}

const isLetter = (char?: string) => char !== undefined && LETTER.test(char)

/** What one pair of bytes costs by its first, in the East Asian encodings that pair bytes of the upper half. */
const PAIRED: Record<string, (lead: number) => number> = {
  'gb18030': (lead) => (lead >= 0xb0 && lead <= 0xd7 ? -6 : lead === 0xa1 || lead === 0xa3 ? -4 : -12),
  'euc-jp': (lead) => (lead === 0xa4 || lead === 0xa1 ? -4 : lead === 0xa5 ? -5 : lead >= 0xb0 && lead <= 0xcf ? -6 : -12),
  'euc-kr': (lead) => (lead >= 0xb0 && lead <= 0xc8 ? -5.5 : lead === 0xa1 || lead === 0xa3 ? -4 : -12),
}

/** The likeliest of those encodings, if every byte of the upper half has its partner. */
export function pairedLikeness(bytes: Buffer): { name: string; weight: number } | null {
  const leads: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue
    if (bytes[at] < 0xa1 || bytes[at] === 0xff || at + 1 >= bytes.length || bytes[at + 1] < 0xa1 || bytes[at + 1] === 0xff) return null
    leads.push(bytes[at++])
  }
  const [best] = Object.entries(PAIRED)
    .map(([name, cost]) => ({ name, weight: leads.reduce((sum, lead) => sum + cost(lead), 0) }))
    .sort((a, b) => b.weight - a.weight)
  return leads.length >= 2 ? best : null
}

/** Shift-JIS shows by its kana: two bytes, the first always the same few. */
export function shiftJisLikeness(bytes: Buffer): number | null {
  let weight = 0
  let kana = 0
  let pairs = 0
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]
    if (lead < 0x80) continue
    const trail = bytes[at + 1] ?? 0
    if (!((lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xea)) || trail < 0x40 || trail === 0x7f || trail > 0xfc) return null
    pairs++
    if (lead === 0x82 || lead === 0x83) kana++
    weight += lead >= 0x81 && lead <= 0x83 ? -4 : -7
    at++
  }
  return pairs >= 3 && kana * 5 >= pairs ? weight : null
}
