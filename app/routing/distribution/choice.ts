export type Method = 'manual' | 'round_robin' | 'least_loaded'
export type Matching = 'off' | 'prefer' | 'require'

/** A member of the team who could take the ticket now: there, in their hours, and allowed to see it. */
export interface Candidate {
  readonly id: number
  /** The team's turn in which they got a ticket last; 0: never. */
  readonly lastTurn: number
  /** Open tickets they work on now, in all channels and in this ticket's. */
  readonly open: number
  readonly openInChannel: number
  /** The strictest limits that hold for them; null: none. */
  readonly most: number | null
  readonly mostInChannel: number | null
  /** None named: takes any. */
  readonly languages: readonly string[]
  /** What they know best. */
  readonly topics: readonly string[]
}

export interface Wanted {
  readonly method: Method
  readonly matching: Matching
  readonly language: string | null
  /** Category and tags of the ticket, folded. */
  readonly topics: readonly string[]
  /** Somebody in the team, there or not, is named for one of these topics. */
  readonly hasExperts: boolean
  /** Whom the customer dealt with last, if the team goes by that. */
  readonly lastAgentId: number | null
}

/**
 * Who takes the ticket, best first; nobody when none fits. Whom the customer knows comes first; then who
 * speaks the language and knows the topic; among equals whose turn it is, or who has least to do.
 * Somebody who was away for ten turns gets the next one, not ten: turns are not saved up (R032, case 34).
 */
export function inOrder(candidates: readonly Candidate[], wanted: Wanted): Candidate[] {
  const free = candidates.filter(hasRoom)
  const known = free.filter(({ id }) => id === wanted.lastAgentId)
  if (wanted.method === 'manual') return known

  const rest = free
    .filter((one) => !known.includes(one))
    .filter((one) => wanted.matching !== 'require' || (speaks(one, wanted) > 0 && (!wanted.hasExperts || knows(one, wanted) === 1)))
    .sort((a, b) => {
      const fit = wanted.matching === 'off' ? 0 : speaks(b, wanted) - speaks(a, wanted) || knows(b, wanted) - knows(a, wanted)
      const load = wanted.method === 'least_loaded' ? a.open - b.open : 0
      return fit || load || a.lastTurn - b.lastTurn || a.id - b.id
    })
  return [...known, ...rest]
}

export function hasRoom({ open, openInChannel, most, mostInChannel }: Pick<Candidate, 'open' | 'openInChannel' | 'most' | 'mostInChannel'>) {
  return (most === null || open < most) && (mostInChannel === null || openInChannel < mostInChannel)
}

/** 2: names the language; 1: names none, so takes any; 0: names others. */
function speaks({ languages }: Candidate, { language }: Wanted) {
  if (!language) return 1
  return languages.includes(language) ? 2 : languages.length === 0 ? 1 : 0
}

/** An expert comes first where one is needed, and is like everybody else where none is. */
function knows({ topics }: Candidate, { topics: asked }: Wanted) {
  return asked.some((topic) => topics.includes(topic)) ? 1 : 0
}
