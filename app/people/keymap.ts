/*
 * The keys of the desk (screens.md §3), which every agent may change: single letters can be in the way of a screen
 * reader or of speech (WCAG 2.1.4). What each does is in resources/js/keys.js, whose own list must be the same.
 */

/** Acts and the keys they come with. A capital letter is the letter with Shift; `g i` is one key after the other. */
export const KEYS = {
  keys: '?',
  search: '/',
  next: 'j',
  previous: 'k',
  open: 'o',
  select: 'x',
  select_range: 'X',
  select_all: '* a',
  reply: 'r',
  note: 'n',
  assign: 'a',
  hand_over: 'd',
  ask: 'q',
  resolve: 'e',
  resolve_next: 'E',
  pending: 'w',
  snooze: 'z',
  merge: 'm',
  tag: 't',
  priority: 'p',
  unread: 'u',
  spam: '!',
  actions: '.',
  card: 'i',
  history: 'h',
  link: 'l',
  create: 'c',
  views: 'v',
  go_waiting: 'g i',
  go_mine: 'g m',
  go_unassigned: 'g u',
  go_all: 'g a',
  go_tasks: 'g t',
  go_planned: 'g p',
  go_handovers: 'g h',
  go_customers: 'g k',
  go_calendar: 'g d',
  go_notices: 'g n',
} as const satisfies Record<string, string>

export type KeyAct = keyof typeof KEYS
export const KEY_ACTS = Object.keys(KEYS) as KeyAct[]

/** The acts that an agent has given another key, or none (`''`). */
export type Keymap = Readonly<Partial<Record<KeyAct, string>>>

/** Keys that begin a longer one, and those that are saved views' own. */
const LEADERS = ['g', '*']

/** Why a key cannot be had: `many` keys at once, no `sign` that is typed, a `digit`, one that `leads`, or `taken` by `other`. */
export interface KeyFault {
  readonly act: KeyAct
  readonly why: 'many' | 'sign' | 'digit' | 'leads' | 'taken'
  readonly key: string
  readonly other?: KeyAct
}

/** The keys of an agent, as the row has them. */
export function keymapOf(agent: { readonly keymap: string | null } | null | undefined): Keymap {
  return agent?.keymap ? JSON.parse(agent.keymap) : {}
}

/** The key of an act; '' when it has none. */
export function keyOf(act: KeyAct, keymap: Keymap): string {
  return keymap[act] ?? KEYS[act]
}

/** Reads what a form says of each act; what is absent keeps the key it comes with. Nothing is changed where anything cannot be. */
export function readKeymap(asked: Partial<Record<KeyAct, string | null>>): { keymap: Keymap } | { faults: KeyFault[] } {
  const faults: KeyFault[] = []
  const keys = new Map<KeyAct, string>()
  for (const act of KEY_ACTS) {
    const text = asked[act] === undefined ? KEYS[act] : (asked[act] ?? '').trim()
    const leader = leaderOf(act)
    const last = leader && text.startsWith(`${leader} `) ? text.slice(2).trim() : text
    const why = last === '' ? null : faultOf(last, leader !== null)
    if (why) faults.push({ act, why, key: text })
    keys.set(act, last === '' ? '' : leader ? `${leader} ${last}` : last)
  }
  for (const [act, key] of keys) {
    const other = key && [...keys].find(([one, same]) => one !== act && same === key)?.[0]
    if (other && !faults.some((fault) => fault.act === act)) faults.push({ act, why: 'taken', key, other })
  }
  if (faults.length > 0) return { faults }
  return { keymap: Object.fromEntries([...keys].filter(([act, key]) => key !== KEYS[act])) }
}

/** The key after which this act's own is pressed; null: it has one alone. */
export function leaderOf(act: KeyAct): string | null {
  return KEYS[act].includes(' ') ? KEYS[act][0]! : null
}

/** How a key is shown: `⇧ e`, `g i`. */
export function shownKey(key: string): string {
  return /^\p{Lu}$/u.test(key) ? `⇧ ${key.toLowerCase()}` : key
}

function faultOf(key: string, led: boolean): KeyFault['why'] | null {
  if ([...key].length > 1) return 'many'
  // Letters of other alphabets arrive as the Latin letter in their place, whatever is written on the key.
  if (!/^[\p{L}\p{P}\p{S}\p{N}]$/u.test(key) || (/^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key))) return 'sign'
  if (led) return null
  if (/^\p{N}$/u.test(key)) return 'digit'
  return LEADERS.includes(key) ? 'leads' : null
}
