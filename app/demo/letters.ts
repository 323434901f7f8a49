import type { Dice } from './dice.js'
import type { Correspondent, Gender } from './people.js'
import type { Language, Situation } from './situation.js'
import { cs } from './situations/cs.js'
import { el } from './situations/el.js'
import { en } from './situations/en.js'
import { pl } from './situations/pl.js'
import { sk } from './situations/sk.js'

export const SITUATIONS: Record<Language, readonly Situation[]> = { cs, sk, pl, el, en }

/** How often each language writes, in parts of a hundred. */
export const SHARES: readonly { readonly language: Language; readonly weight: number }[] = [
  { language: 'cs', weight: 66 },
  { language: 'sk', weight: 12 },
  { language: 'pl', weight: 10 },
  { language: 'el', weight: 6 },
  { language: 'en', weight: 6 },
]

/** What the texts name in braces; one set a ticket, so that its letters agree with one another. */
export type Values = Readonly<Record<'order' | 'product' | 'part' | 'tracking' | 'amount' | 'city' | 'day' | 'company', string>>

/** Words that stand in the texts unbent: masculine in Czech, Slovak and Polish, neuter in Greek. */
const WORDS: Record<Language, Record<'product' | 'part' | 'city' | 'day' | 'company', readonly string[]>> = {
  cs: {
    product: ['mlýnek Javor', 'kávovar Perla', 'mlýnek Javor Mini', 'french press Bodlák', 'dripper Habr', 'kávovar Perla Duo', 'šlehač mléka Oblak'],
    part: ['těsnicí kroužek', 'držák filtru', 'plovák do nádržky', 'horní mlecí kámen'],
    city: ['Ústí nad Labem', 'Ústí nad Orlicí', 'Poříčí nad Sázavou', 'Meziboří'],
    day: ['pondělí', 'úterý'],
    company: ['Kavárna U Lípy s.r.o., DIČ CZ27604518', 'Bistro Na Rohu s.r.o., DIČ CZ08812345', 'Pekárna Klas a.s., DIČ CZ25511223', 'Ateliér Věž s.r.o., DIČ CZ04477210'],
  },
  sk: {
    product: ['mlynček Javor', 'kávovar Perla', 'french press Bodlák', 'dripper Habr'],
    part: ['tesniaci krúžok'],
    city: ['Žilina', 'Trnava', 'Košice'],
    day: ['pondelok', 'utorok', 'štvrtok', 'piatok'],
    company: ['Kaviareň Pod vežou s.r.o., IČ DPH SK2020345678', 'Dobrá šálka s.r.o., IČ DPH SK2120011223'],
  },
  pl: {
    product: ['młynek Javor', 'ekspres Perla', 'dripper Habr', 'spieniacz Oblak'],
    part: ['pierścień uszczelniający'],
    city: ['Łódź', 'Kraków', 'Wrocław'],
    day: ['poniedziałek', 'czwartek', 'piątek'],
    company: ['Kawiarnia Pod Arkadami sp. z o.o., NIP PL7272445500', 'Dobre Ziarno sp. z o.o., NIP PL6762480012'],
  },
  el: {
    product: ['μυλαράκι Javor', 'μηχάνημα Perla', 'σετ φίλτρου Habr'],
    part: ['λάστιχο'],
    city: ['Θεσσαλονίκη', 'Αθήνα'],
    day: ['Δευτέρα', 'Τετάρτη', 'Πέμπτη'],
    company: ['Καφέ Ακρογιάλι Ο.Ε., ΑΦΜ EL099876543'],
  },
  en: {
    product: ['Javor grinder', 'Perla espresso machine', 'Habr dripper', 'Oblak milk frother'],
    part: ['gasket'],
    city: ['Vienna', 'Dublin'],
    day: ['Monday', 'Tuesday', 'Thursday'],
    company: ['Northlight Studio s.r.o., VAT CZ05599112', 'Harbour Coffee Ltd, VAT IE3456789KA'],
  },
}

const HELLO: Record<Language, readonly string[]> = {
  cs: ['Dobrý den,', 'Dobrý den,', 'Dobrý večer,', 'Zdravím,'],
  sk: ['Dobrý deň,', 'Dobrý deň prajem,'],
  pl: ['Dzień dobry,', 'Szanowni Państwo,'],
  el: ['Καλησπέρα σας,', 'Καλημέρα σας,'],
  en: ['Hello,', 'Good morning,', 'Hi there,'],
}

const GOODBYE: Record<Language, readonly string[]> = {
  cs: ['Děkuji,', 'S pozdravem', 'Hezký den,', 'Děkuji předem,'],
  sk: ['Ďakujem,', 'S pozdravom', 'Pekný deň,'],
  pl: ['Pozdrawiam,', 'Z poważaniem', 'Dziękuję i pozdrawiam,'],
  el: ['Ευχαριστώ,', 'Με εκτίμηση,'],
  en: ['Thanks,', 'Kind regards,', 'Best wishes,'],
}

/** How an answer of the shop begins and ends; the signature follows by itself. */
const ANSWER: Record<Language, { readonly hello: string; readonly goodbye: string }> = {
  cs: { hello: 'Dobrý den,', goodbye: 'Hezký den přeje' },
  sk: { hello: 'Dobrý deň,', goodbye: 'S pozdravom' },
  pl: { hello: 'Dzień dobry,', goodbye: 'Pozdrawiamy serdecznie' },
  el: { hello: 'Καλησπέρα σας,', goodbye: 'Με εκτίμηση,' },
  en: { hello: 'Hello,', goodbye: 'Kind regards,' },
}

/** What a person of one gender alone would write of him- or herself. */
const WOMAN = /(\p{L}*la jsem|\p{L}*la bych|\p{L}*la som|by som rada|\p{L}+łam\b|\bsama\b|[^\p{L}]ráda|chtěla|chcela)/u
const MAN = /(\p{L}*[^aoiy\s]l jsem|\p{L}*l bych|\p{L}*l som|by som rád\b|\p{L}+łem\b|\bsám\b|rád by|nestíhal|koupil jsem|Bol som|Mal mi)/iu

/** Who could have written this; null when the words do not tell. */
export function genderOf(text: string): Gender | null {
  if (WOMAN.test(` ${text}`)) return 'woman'
  return MAN.test(` ${text}`) ? 'man' : null
}

export function valuesFor(language: Language, dice: Dice): Values {
  const words = WORDS[language]
  return {
    order: `2026-00${dice.between(180, 499)}`,
    product: dice.pick(words.product),
    part: dice.pick(words.part),
    tracking: `${language === 'cs' ? 'RB' : 'EU'}${dice.between(10_000_000, 99_999_999)}`,
    amount: language === 'cs' ? `${dice.between(1, 8)} ${dice.between(1, 9)}90` : String(dice.between(29, 380)),
    city: dice.pick(words.city),
    day: dice.pick(words.day),
    company: dice.pick(words.company),
  }
}

/** Puts the values in; what then begins the text or a sentence begins with a capital where it did before. */
export function fill(text: string, values: Values): string {
  const filled = text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name as keyof Values] ?? whole)
  return text.startsWith('{') ? capital(filled) : filled
}

/** A whole letter of a customer. */
export function letter(body: string, writer: Correspondent, dice: Dice): string {
  const words = writer.language === 'en' ? capital(body) : body
  return `${dice.pick(HELLO[writer.language])}\n\n${words}\n\n${dice.pick(GOODBYE[writer.language])}\n${writer.name}`
}

/** A customer's answer: most are short, written on a telephone. */
export function shortLetter(body: string, writer: Correspondent, dice: Dice): string {
  if (dice.chance(0.5)) return letter(body, writer, dice)
  return `${capital(body)}\n\n${writer.name.split(' ')[0]}`
}

/** An answer of the shop, without the signature. */
export function answer(body: string, language: Language): string {
  const { hello, goodbye } = ANSWER[language]
  return `${hello}\n\n${language === 'en' ? capital(body) : body}\n\n${goodbye}`
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}

const WROTE: Record<Language, (at: string, author: string) => string> = {
  cs: (at, author) => `Dne ${at} ${author} napsal(a):`,
  sk: (at, author) => `Dňa ${at} ${author} napísal(a):`,
  pl: (at, author) => `W dniu ${at} ${author} pisze:`,
  el: (at, author) => `Στις ${at} ο/η ${author} έγραψε:`,
  en: (at, author) => `On ${at}, ${author} wrote:`,
}

/** The history that a mail program puts under an answer. */
export function quoted(text: string, author: string, at: string, language: Language): string {
  return `${WROTE[language](at, author)}\n${text.split('\n').map((line) => `> ${line}`).join('\n')}`
}
