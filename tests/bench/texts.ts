/*
 * What people write to a shop, in the five languages of our customers, made up from small parts so that no two are alike.
 * The same number gives the same text on every machine.
 */

/** Pseudo-random numbers from a seed (mulberry32): a run can be repeated exactly. */
export function dice(seed: number) {
  let state = seed >>> 0
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    roll,
    below: (limit: number) => Math.floor(roll() * limit),
    one: <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)],
    /** One of the keys, by weight. */
    weighed: <K extends string>(weights: Record<K, number>): K => {
      const entries = Object.entries(weights) as [K, number][]
      let left = roll() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) if ((left -= weight) < 0) return key
      return entries[0][0]
    },
  }
}
export type Dice = ReturnType<typeof dice>

export const LANGUAGES = { cs: 60, sk: 15, pl: 12, en: 9, el: 4 }
export type Language = keyof typeof LANGUAGES

/** In three of four tickets, whatever their language. */
export const COMMON = 'faktura'
/** In one ticket of two thousand. */
export const RARE = 'xylofon'

const SUBJECTS: Record<Language, readonly string[]> = {
  cs: ['Kdy dorazí objednávka', 'Reklamace kávovaru', 'Vrácení zboží', 'Chybná částka', 'Změna doručovací adresy', 'Nejde mi zaplatit', 'Dotaz na dostupnost', 'Poškozený balík'],
  sk: ['Kedy príde zásielka', 'Reklamácia mlynčeka', 'Vrátenie tovaru', 'Zmena adresy', 'Nejde mi zaplatiť', 'Poškodený balík'],
  pl: ['Kiedy przyjdzie przesyłka', 'Reklamacja ekspresu', 'Zwrot towaru', 'Płatność nie przeszła', 'Zmiana adresu dostawy'],
  en: ['Where is my order', 'Broken grinder', 'Return of goods', 'Wrong amount charged', 'Change of address'],
  el: ['Πότε θα έρθει η παραγγελία', 'Επιστροφή προϊόντος', 'Λάθος ποσό', 'Αλλαγή διεύθυνσης'],
}

const SENTENCES: Record<Language, readonly string[]> = {
  cs: [
    'Dobrý den, minulý týden jsem si u vás objednala pákový kávovar a dodnes nedorazil.',
    'Prosím o sdělení, kdy mohu zásilku očekávat, odjíždíme v pátek na dovolenou.',
    'Balík přišel promáčený a krabice uvnitř byla roztržená, přikládám fotografii.',
    'Na e-shopu se platba tváří jako neúspěšná, z účtu mi ale peníze odešly.',
    'Chtěl bych zboží vrátit do čtrnácti dnů, nebylo používané a mám původní obal.',
    'Děkuji za rychlou odpověď a přeji hezký den.',
    'Mlýnek po měsíci přestal mlít nahrubo a vydává skřípavý zvuk.',
  ],
  sk: ['Dobrý deň, objednala som si u vás kávovar a stále neprišiel.', 'Prosím o informáciu, kedy zásielku doručíte.', 'Balík prišiel poškodený, posielam fotografie.', 'Ďakujem za skorú odpoveď.'],
  pl: ['Dzień dobry, zamówiłam u Państwa ekspres i nadal go nie otrzymałam.', 'Proszę o informację, kiedy przesyłka dotrze do Łodzi.', 'Paczka przyszła uszkodzona, załączam zdjęcia.', 'Dziękuję i pozdrawiam serdecznie.'],
  en: ['Hello, I ordered an espresso machine last week and it has not arrived yet.', 'Could you tell me when I can expect the parcel?', 'The box was torn and the portafilter is missing.', 'Thank you for a quick answer.'],
  el: ['Καλησπέρα, παρήγγειλα μια μηχανή εσπρέσο και δεν έχει έρθει ακόμα.', 'Πότε μπορώ να περιμένω το δέμα;', 'Το κουτί ήταν σκισμένο.', 'Ευχαριστώ πολύ.'],
}

const ANSWERS: Record<Language, readonly string[]> = {
  cs: ['Dobrý den, děkujeme za zprávu. Zásilku jsme dnes předali dopravci, číslo zásilky najdete níže.', 'Omlouváme se za potíže, nový kus odesíláme zítra ráno.', 'Peníze vrátíme na účet do pěti pracovních dnů.'],
  sk: ['Dobrý deň, ďakujeme za správu. Zásielku sme dnes odovzdali dopravcovi.', 'Ospravedlňujeme sa, nový kus posielame zajtra.'],
  pl: ['Dzień dobry, dziękujemy za wiadomość. Przesyłkę przekazaliśmy dziś kurierowi.', 'Przepraszamy za kłopot, nowy egzemplarz wyślemy jutro.'],
  en: ['Hello, thank you for writing. Your parcel has left us today.', 'We are sorry for the trouble, a new one leaves tomorrow.'],
  el: ['Καλησπέρα σας, ευχαριστούμε για το μήνυμα. Το δέμα έφυγε σήμερα.', 'Ζητούμε συγγνώμη, στέλνουμε νέο αύριο.'],
}

const NAMES = ['Anna', 'Petr', 'Jana', 'Tomáš', 'Eva', 'Marek', 'Zuzana', 'Łukasz', 'Katarzyna', 'Νίκος', 'Ελένη', 'Jiří', 'Lucie', 'Michal', 'Hana', 'Grzegorz']
const FAMILIES = ['Dvořáková', 'Novák', 'Svobodová', 'Černý', 'Horváth', 'Kováčová', 'Kowalski', 'Wiśniewska', 'Παπαδόπουλος', 'Procházka', 'Kučera', 'Veselá', 'Smith', 'Němcová']

export const person = (of: Dice) => `${of.one(NAMES)} ${of.one(FAMILIES)}`
export const subject = (of: Dice, language: Language) => `${of.one(SUBJECTS[language])} ${100_000 + of.below(900_000)}`

/** A few sentences, seldom a whole page; `also` are words that must stand in it. */
export function letter(of: Dice, language: Language, also: readonly string[] = []): string {
  const count = of.roll() < 0.06 ? 30 + of.below(40) : 2 + of.below(7)
  const sentences = Array.from({ length: count }, () => of.one(SENTENCES[language]))
  for (const word of also) sentences.splice(of.below(sentences.length), 0, `${word} ${2020 + of.below(6)}/${of.below(99_999)}.`)
  return `${sentences.join(' ')}\n\n${person(of)}`
}

export const answer = (of: Dice, language: Language, also: readonly string[] = []) => [of.one(ANSWERS[language]), ...also].join(' ')
