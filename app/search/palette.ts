import type { I18n } from '@adonisjs/i18n'
import { fold } from './folding.js'
import { search } from './search_page.js'
import type { Searcher } from './ticket_search.js'

/** Somewhere to go, as the palette shows it. */
export interface Destination {
  readonly text: string
  /** Null: that of the ticket's channel. */
  readonly icon: string | null
  readonly channel?: string
  readonly href: string
  /** Said beside it: a number. */
  readonly hint: string | null
  /** The same of a customer. */
  readonly address?: string
}

export interface PaletteGroup {
  readonly key: 'places' | 'tickets' | 'customers'
  readonly found: readonly Destination[]
}

const PLACES_SHOWN = 8
const TICKETS_SHOWN = 6
/** A word that short hits nearly everything; only its places are looked for. */
const SHORTEST = 2

/**
 * What the command palette offers for what was typed: places whose name has all of its words, tickets and customers.
 * `>` before it means places alone.
 */
export async function paletteFor(typed: string, places: readonly Destination[], searcher: Searcher, i18n: I18n, zone: string): Promise<PaletteGroup[]> {
  const placesAlone = typed.startsWith('>')
  const asked = typed.replace(/^>/, '').trim()
  const words = fold(asked).split(/\s+/).filter(Boolean)
  const fitting = places.filter(({ text }) => words.every((word) => fold(text).split(/[\s–-]+/).some((part) => part.startsWith(word))))
  const groups: PaletteGroup[] = [{ key: 'places', found: fitting.slice(0, words.length === 0 ? places.length : PLACES_SHOWN) }]
  if (!placesAlone && asked.length >= SHORTEST) {
    const page = await search(asked, searcher, { limit: TICKETS_SHOWN, zone })
    const plain = (segments: readonly { readonly text: string }[]) => segments.map(({ text }) => text).join('')
    const numbered = page.numbered ? [{ id: page.numbered.id, subject: page.numbered.subject, name: '', channel: page.numbered.channel }] : []
    const others = page.results.filter(({ ticketId }) => ticketId !== page.numbered?.id).map((one) => ({ id: one.ticketId, subject: plain(one.subject), name: one.customerName, channel: one.channel }))
    const tickets = [...numbered, ...others].map(({ id, subject, name, channel }) => ({ text: subject || i18n.t('search.palette.no_subject'), icon: null, channel, href: `/tickets/${id}`, hint: [`#${id}`, name].filter(Boolean).join(' · ') }))
    const customers = page.customers.map((one) => ({ text: plain(one.name) || (one.addresses[0] ?? ''), icon: 'customer', href: `/customers/${one.id}`, hint: null, address: one.addresses[0] }))
    groups.push({ key: 'tickets', found: tickets }, { key: 'customers', found: customers })
  }
  return groups.filter(({ found }) => found.length > 0)
}
