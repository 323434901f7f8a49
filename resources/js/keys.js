import { openPalette } from './palette.js'

/*
 * The keyboard map (screens.md §3) for acts that exist. Single letters only when nothing is being typed, and
 * only if the agent has not switched them off. Every key presses a button or link that is on the page: what a
 * key can do, a pointer can, and what an agent may not do has no key.
 */
const press = (selector) => () => {
  const element = document.querySelector(selector)
  if (!element) return false
  element.click()
  return true
}
const go = (address) => () => {
  location.assign(address)
  return true
}

/** The keys that the acts come with: the same list as app/people/keymap.ts. */
export const KEYS = {
  keys: '?', search: '/', next: 'j', previous: 'k', open: 'o', select: 'x', select_range: 'X', select_all: '* a',
  reply: 'r', note: 'n', assign: 'a', hand_over: 'd', ask: 'q', resolve: 'e', resolve_next: 'E', pending: 'w', snooze: 'z',
  merge: 'm', tag: 't', priority: 'p', unread: 'u', spam: '!', actions: '.', card: 'i', history: 'h', link: 'l', create: 'c', views: 'v',
  go_waiting: 'g i', go_mine: 'g m', go_unassigned: 'g u', go_all: 'g a', go_tasks: 'g t', go_planned: 'g p', go_handovers: 'g h',
  go_customers: 'g k', go_calendar: 'g d', go_notices: 'g n',
}
const mine = { ...KEYS, ...JSON.parse(document.body.dataset.keymap ?? '{}') }

const ACTS = {
  keys: press('[data-opens="keys"]'),
  search: focus('#side-search'),
  next: () => move(1),
  previous: () => move(-1),
  open: press('.row:focus'),
  select: () => pick(false),
  select_range: () => pick(true),
  select_all: pickAll,
  reply: press('[data-mode-tab="reply"]'),
  note: press('[data-mode-tab="note"]'),
  assign: () => press('#ticket [popovertarget="assign-menu"]')() && lead(AGAIN.assign),
  hand_over: press('#ticket [data-opens="handover"]'),
  ask: press('#ticket [data-opens="ask"]'),
  resolve: press('#ticket form[action*="/resolution"] button, #ticket form[action*="/spam?"] button'),
  resolve_next: press('#ticket-menu form[action$="/resolution"] [name="then"]'),
  pending: () => press('#ticket-menu form[action$="/pending"] [value="customer"]')() && lead(AGAIN.pending),
  snooze: press('#ticket [popovertarget="snooze-menu"]'),
  // With tickets ticked in the list, those; else the open one.
  merge: () => press('.list:has(.row-pick .check:checked) #bulk-menu [value="merge"]')() || press('#ticket [data-merge]')(),
  tag: press('#ticket [popovertarget="tag-menu"]'),
  priority: press('#ticket [data-opens="properties"]'),
  unread: press('#ticket-menu form[action*="/reading"] button'),
  spam: press('#ticket-menu form[action$="/spam"] button'),
  actions: press('#ticket [popovertarget="ticket-menu"]'),
  card: press('#ticket [popovertarget="card"]'),
  history: unfold,
  link: copyLink,
  create: press('.side [data-create]'),
  views: focus('.side .nav__link'),
  go_waiting: go('/views/waiting'),
  go_mine: go('/views/mine'),
  go_unassigned: go('/views/unassigned'),
  go_all: go('/views/all'),
  go_tasks: go('/tasks'),
  go_planned: go('/planned'),
  go_handovers: go('/handovers'),
  go_customers: go('/customers'),
  go_calendar: go('/absences'),
  go_notices: go('/notifications'),
}

/** By the key that is pressed: acts, and after a leader those that follow it. */
const SINGLE = {}
const AFTER = { 'g': {}, '*': {} }
for (const [act, key] of Object.entries(mine)) {
  if (key.includes(' ')) AFTER[key[0]][key.slice(2)] = ACTS[act]
  else if (key) SINGLE[key] = ACTS[act]
}
/* The same key again, within a moment, goes a step further: the ticket is mine; it waits for somebody else than the customer. */
const AGAIN = {
  assign: { [mine.assign]: press('#assign-menu [data-take]') },
  pending: { [mine.pending]: press('#ticket-menu form[action$="/pending"] [value="third_party"]') },
}

let leader = null

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented) return
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]')
  if (event.key === 'Escape') return escape(event, typing)
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !typing) return undo(event)
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return act(event, openPalette)
  if (event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector('dialog[open]')) return
  if (document.body.dataset.keys === 'off') return

  const key = keyOf(event)
  if (['Shift', 'AltGraph', 'CapsLock'].includes(key)) return
  if (event.target.closest?.(':popover-open') && leader?.keys !== AGAIN.assign) return
  if (leader) {
    const after = leader.keys
    clearTimeout(leader.timer)
    leader = null
    // A letter that goes no further is pressed for itself.
    return act(event, after[key] ?? (after === AGAIN.pending ? SINGLE[key] : undefined))
  }
  if (Object.hasOwn(AFTER, key)) {
    lead(AFTER[key])
    return
  }
  if ((key === 'ArrowDown' || key === 'ArrowUp') && document.activeElement?.matches('.row')) return act(event, () => move(key === 'ArrowDown' ? 1 : -1))
  if (/^[1-9]$/.test(key)) return act(event, press(`.side [data-digit="${key}"]`))
  act(event, SINGLE[key])
})

/** What the next letter means, for a moment. */
function lead(keys) {
  leader = { keys, timer: setTimeout(() => (leader = null), 1500) }
  return true
}

/** The letter as typed, so that Y and Z are where they are written; on a layout without Latin letters the one in its place. */
function keyOf({ key, code, shiftKey }) {
  const foreign = /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key) && code.startsWith('Key')
  const letter = foreign ? code.slice(3) : key
  // Caps Lock changes nothing; Shift does.
  return /^[a-z]$/i.test(letter) ? (shiftKey ? letter.toUpperCase() : letter.toLowerCase()) : letter
}

function act(event, does) {
  if (does && does() !== false) event.preventDefault()
}

function focus(selector) {
  return () => {
    const element = document.querySelector(selector)
    element?.focus()
    element?.select?.()
    return Boolean(element)
  }
}

/** Moves through the list and, when a ticket is open, opens the next one. */
function move(by) {
  const rows = [...document.querySelectorAll('[data-rows] .row')]
  if (rows.length === 0) return false
  const at = rows.findIndex((row) => row === document.activeElement || (!rows.includes(document.activeElement) && row.getAttribute('aria-current')))
  const next = rows[Math.max(0, Math.min(rows.length - 1, at === -1 ? 0 : at + by))]
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
  if (document.querySelector('#ticket[data-open]')) next.click()
  return true
}

/** Ticks the row in hand; with Shift all from the one ticked before. */
function pick(range) {
  const row = document.activeElement?.closest('[data-row]') ?? document.querySelector('.row[aria-current]')?.closest('[data-row]')
  row?.querySelector('.check')?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: range }))
  return Boolean(row)
}

/** Ticks all that the list shows; again, none. */
function pickAll() {
  const boxes = [...document.querySelectorAll('.row-pick .check')]
  const some = boxes.some((box) => !box.checked)
  boxes.filter((box) => box.checked !== some).forEach((box) => box.click())
  return boxes.length > 0
}

/** Shows every event of the thread; again, folds them. */
function unfold() {
  const folded = [...document.querySelectorAll('#thread .fact__more')]
  const open = folded.some((one) => !one.open)
  folded.forEach((one) => (one.open = open))
  return folded.length > 0
}

function copyLink() {
  navigator.clipboard?.writeText(location.href.split('#')[0])
  return true
}

function undo(event) {
  const button = document.querySelector('[data-undo]')
  if (!button) return
  event.preventDefault()
  button.click()
}

/** Out of a field first, then out of the ticket. */
function escape(event, typing) {
  if (document.querySelector('dialog[open], .menu--pop:popover-open')) return
  if (typing) return typing.blur()
  const current = document.querySelector('.row[aria-current]')
  if (current?.offsetParent) current.focus()
  else document.querySelector('.back')?.click()
}

