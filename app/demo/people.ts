import { fold } from '#search/folding'
import type { Dice } from './dice.js'
import type { Language } from './situation.js'

export type Gender = 'woman' | 'man'

/** Somebody who writes to the demo's shop. Addresses end in `.example`, which leads nowhere (RFC 2606). */
export interface Correspondent {
  readonly name: string
  readonly address: string
  readonly language: Language
  readonly gender: Gender
}

interface Names {
  readonly woman: { readonly first: readonly string[]; readonly last: readonly string[] }
  readonly man: { readonly first: readonly string[]; readonly last: readonly string[] }
  readonly hosts: readonly string[]
}

const NAMES: Record<Language, Names> = {
  cs: {
    woman: {
      first: ['Anna', 'Veronika', 'Hana', 'Kateřina', 'Ivana', 'Zuzana', 'Barbora', 'Markéta', 'Šárka', 'Ludmila', 'Tereza', 'Žaneta', 'Monika', 'Alžběta', 'Růžena'],
      last: ['Dvořáková', 'Tichá', 'Procházková', 'Urbanová', 'Křenková', 'Svobodová', 'Říhová', 'Šimková', 'Čermáková', 'Vlčková', 'Bártová', 'Žáčková', 'Hájková', 'Pokorná', 'Nováková'],
    },
    man: {
      first: ['Marek', 'Ondřej', 'Jiří', 'Dominik', 'Michal', 'Vojtěch', 'Tomáš', 'Zdeněk', 'Luboš', 'Matěj', 'Radim', 'Štěpán', 'Filip', 'Aleš', 'Bohumil'],
      last: ['Šťastný', 'Blažek', 'Zeman', 'Fiala', 'Sedlák', 'Kučera', 'Horáček', 'Vávra', 'Němec', 'Doležal', 'Růžička', 'Kříž', 'Beran', 'Matoušek', 'Novák'],
    },
    hosts: ['posta.example', 'schranka.example', 'mail-cz.example', 'kavomil.example'],
  },
  sk: {
    woman: { first: ['Zuzana', 'Katarína', 'Ľubica', 'Martina', 'Dáša', 'Petra'], last: ['Kováčová', 'Hrušková', 'Šoltésová', 'Ďuricová', 'Balážová', 'Vargová'] },
    man: { first: ['Ľuboš', 'Peter', 'Juraj', 'Matúš', 'Rastislav', 'Andrej'], last: ['Hudák', 'Kráľ', 'Mikuš', 'Ďurica', 'Baláž', 'Novotný'] },
    hosts: ['posta-sk.example', 'schranka-sk.example'],
  },
  pl: {
    woman: { first: ['Agnieszka', 'Małgorzata', 'Katarzyna', 'Łucja', 'Joanna'], last: ['Wójcik', 'Kowalska', 'Wiśniewska', 'Zielińska', 'Dąbrowska'] },
    man: { first: ['Paweł', 'Michał', 'Krzysztof', 'Łukasz', 'Grzegorz'], last: ['Nowak', 'Lewandowski', 'Szymański', 'Woźniak', 'Kozłowski'] },
    hosts: ['poczta.example', 'skrzynka.example'],
  },
  el: {
    woman: { first: ['Ελένη', 'Μαρία', 'Κατερίνα', 'Δήμητρα'], last: ['Παπαδοπούλου', 'Γεωργίου', 'Νικολάου', 'Ιωάννου'] },
    man: { first: ['Νίκος', 'Γιώργος', 'Δημήτρης', 'Κώστας'], last: ['Παπαδόπουλος', 'Αναγνώστου', 'Οικονόμου', 'Βασιλείου'] },
    hosts: ['tachydromeio.example', 'grammata.example'],
  },
  en: {
    woman: { first: ['Emily', 'Charlotte', 'Ingrid', 'Saoirse'], last: ['Carter', 'Hughes', 'Larsson', 'Byrne'] },
    man: { first: ['Oliver', 'James', 'Lukas', 'Declan'], last: ['Bennett', 'Walsh', 'Hofer', 'Murphy'] },
    hosts: ['mailbox.example', 'post.example'],
  },
}

/** Greek names in Latin letters, as people write them into their addresses. */
const LATIN: Record<string, string> = {
  α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n',
  ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o',
}

/** Somebody by chance; the same name is the same person with the same address, so that customers come back. */
export function somebody(language: Language, gender: Gender, dice: Dice): Correspondent {
  const names = NAMES[language]
  const at = dice.between(0, names[gender].first.length - 1)
  // Each first name has three surnames, so that the shop has regulars.
  const last = names[gender].last[(at * 3 + dice.between(0, 2)) % names[gender].last.length]
  const name = `${names[gender].first[at]} ${last}`
  return { name, gender, language, address: `${local(name)}@${names.hosts[(at + last.length) % names.hosts.length]}` }
}

/** In which language somebody with this address writes. */
export function languageOf(address: string): Language {
  const host = address.split('@')[1]
  return (Object.keys(NAMES) as Language[]).find((language) => NAMES[language].hosts.includes(host)) ?? 'cs'
}

function local(name: string): string {
  const latin = fold(name).replace(/[α-ως]/g, (letter) => LATIN[letter] ?? '')
  return latin.replace(/\s+/g, '.').replace(/[^a-z0-9.]/g, '')
}
