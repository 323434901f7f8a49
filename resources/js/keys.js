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
  'x': pick,
  'r': press('[data-mode-tab="reply"]'),
  'n': press('[data-mode-tab="note"]'),
  'a': press('#ticket form[action$="/claim"] button, #ticket [popovertarget="assign-menu"]'),
  'e': press('#ticket form[action*="/resolution"] button, #ticket form[action*="/spam?"] button'),
  'w': press('#ticket-menu form[action$="/pending"] [value="customer"]'),
  'z': press('#ticket [popovertarget="snooze-menu"]'),
  't': press('#ticket [popovertarget="tag-menu"]'),
  'p': press('#ticket [data-opens="properties"]'),
  'u': press('#ticket-menu form[action*="/reading"] button'),
  '!': press('#ticket-menu form[action$="/spam"] button'),
  'i': press('#ticket [popovertarget="card"]'),
  'l': copyLink,
  'c': press('.side [aria-keyshortcuts="c"]'),
  '.': press('#ticket [popovertarget="ticket-menu"]'),
  'v': focus('.side .nav__link'),
}
const AFTER_G = { i: go('/views/waiting'), m: go('/views/mine'), u: go('/views/unassigned'), a: go('/views/all') }

let leader = null

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented) return
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]')
  if (event.key === 'Escape') return escape(event, typing)
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !typing) return undo(event)
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return act(event, KEYS['/'])
  if (event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector('dialog[open]')) return
  if (document.body.dataset.keys === 'off' || event.target.closest?.(':popover-open')) return

  const key = keyOf(event)
  if (leader) {
    leader = null
    return act(event, AFTER_G[key])
  }
  if (key === 'g') {
    leader = setTimeout(() => (leader = null), 1500)
    return
  }
  if ((key === 'ArrowDown' || key === 'ArrowUp') && document.activeElement?.matches('.row')) return act(event, () => move(key === 'ArrowDown' ? 1 : -1))
  act(event, KEYS[key])
})

/** The letter as typed; on a Greek layout the one in its place. */
function keyOf({ key, code }) {
  return /^\p{Script=Greek}$/u.test(key) && code.startsWith('Key') ? code.slice(3).toLowerCase() : key
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

function pick() {
  const row = document.activeElement?.closest('[data-row]') ?? document.querySelector('.row[aria-current]')?.closest('[data-row]')
  row?.querySelector('.check')?.click()
  return Boolean(row)
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

