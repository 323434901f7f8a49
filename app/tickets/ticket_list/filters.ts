import { DateTime } from 'luxon'
import type { Access, Reader } from '../views.js'
import type { ListFilters } from '../ticket_list.js'
import { statuses, type Status } from './stages.js'

/** What narrows a list, by the names that the API and the pages' addresses use. */
export const FILTER_NAMES = ['status', 'owner', 'effective', 'team', 'inbox', 'channel', 'customer', 'category', 'tag', 'priority', 'updated_since', 'created_since', 'q'] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** Filters as texts: what an address carries and a saved view keeps. `me` is whoever reads. */
export type GivenFilters = Partial<Record<FilterName, string>>

type Finder = (q: string, asking: { reader: Reader; access: Access }) => Promise<number[]>
let finder: Finder | null = null

/** The search says how `q` becomes ids; it stands above this domain, so it comes to us. */
export function useFinder(find: Finder) {
  finder = find
}

/** Texts as the list takes them. What is not of its form narrows nothing. */
export async function readFilters(given: GivenFilters, asking: { reader: Reader; access: Access }): Promise<ListFilters> {
  const { q, ...plain } = given
  return { ...plainFilters(plain, asking.reader), ...(q && finder && { among: await finder(q, asking) }) }
}

/** The same without a search, which alone needs a query. */
export function plainFilters(given: Omit<GivenFilters, 'q'>, reader: Reader): ListFilters {
  const status = given.status?.split(',').filter((one): one is Status => (statuses as readonly string[]).includes(one))
  return {
    ...(status?.length && { status }),
    ...who('owner', given.owner, reader),
    ...who('effective', given.effective, reader),
    ...who('team', given.team, reader),
    ...number('inbox', given.inbox),
    ...number('customer', given.customer),
    ...(given.channel && { channel: given.channel }),
    ...(given.category && { category: given.category }),
    ...(given.priority && { priority: given.priority }),
    ...(given.tag && { tag: given.tag }),
    ...since('updatedSince', given.updated_since),
    ...since('createdSince', given.created_since),
  }
}

function who(name: 'owner' | 'effective' | 'team', value: string | undefined, reader: Reader) {
  if (value === 'none') return { [name]: null }
  if (value === 'me' && name !== 'team') return { [name]: reader.id }
  return number(name, value)
}

function number(name: string, value: string | undefined) {
  return value !== undefined && /^\d{1,9}$/.test(value) ? { [name]: Number(value) } : {}
}

function since(name: string, value: string | undefined) {
  const at = value === undefined ? null : DateTime.fromISO(value, { zone: 'utc' })
  return at?.isValid ? { [name]: at.toMillis() } : {}
}
