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

const KEYS = {
  '?': press('[data-opens="keys"]'),
  '/': focus('#side-search'),
  'j': () => move(1),
  'k': () => move(-1),
  'o': press('.row:focus'),
  'x': () => pick(false),
  'X': () => pick(true),
  'r': press('[data-mode-tab="reply"]'),
  'n': press('[data-mode-tab="note"]'),
  'a': () => press('#ticket [popovertarget="assign-menu"]')() && lead(AFTER_A),
  'd': press('#ticket [data-opens="handover"]'),
  'q': press('#ticket [data-opens="ask"]'),
  'e': press('#ticket form[action*="/resolution"] button, #ticket form[action*="/spam?"] button'),
  'E': press('#ticket-menu form[action$="/resolution"] [name="then"]'),
  'w': press('#ticket-menu form[action$="/pending"] [value="customer"]'),
  // With tickets ticked in the list, those; else the open one.
  'm': () => press('.list:has(.row-pick .check:checked) #bulk-menu [value="merge"]')() || press('#ticket [data-merge]')(),
  'z': press('#ticket [popovertarget="snooze-menu"]'),
  't': press('#ticket [popovertarget="tag-menu"]'),
  'p': press('#ticket [data-opens="properties"]'),
  'u': press('#ticket-menu form[action*="/reading"] button'),
  '!': press('#ticket-menu form[action$="/spam"] button'),
  'i': press('#ticket [popovertarget="card"]'),
  'h': unfold,
  'l': copyLink,
  'c': press('.side [aria-keyshortcuts="c"]'),
  '.': press('#ticket [popovertarget="ticket-menu"]'),
  'v': focus('.side .nav__link'),
}
/* The menu that the first one opened takes nothing away: again, and the ticket is mine. */
const AFTER_A = { a: press('#assign-menu [data-take]') }
const AFTER_STAR = { a: pickAll }
const AFTER_G = { h: go('/handovers'), i: go('/views/waiting'), m: go('/views/mine'), u: go('/views/unassigned'), a: go('/views/all'), n: go('/notifications') }

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
  if (event.target.closest?.(':popover-open') && leader?.keys !== AFTER_A) return
  if (leader) {
    const after = leader.keys
    clearTimeout(leader.timer)
    leader = null
    return act(event, after[key])
  }
  if (key === 'g' || key === '*') {
    lead(key === 'g' ? AFTER_G : AFTER_STAR)
    return
  }
  if ((key === 'ArrowDown' || key === 'ArrowUp') && document.activeElement?.matches('.row')) return act(event, () => move(key === 'ArrowDown' ? 1 : -1))
  if (/^[1-9]$/.test(key)) return act(event, press(`.side [data-digit="${key}"]`))
  act(event, KEYS[key])
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

