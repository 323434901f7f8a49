import { openDialog } from './overlays.js'

/*
 * The desk: which row is open, how high a mail is, what is ticked, what a standing list shows.
 */
const ticket = () => document.getElementById('ticket')
const list = () => document.querySelector('[data-rows]')

export const openTicketId = () => ticket()?.dataset.ticket ?? null

/** Marks the open ticket's row, and no other; returns it. */
function markRow() {
  const row = document.getElementById(`ticket_${openTicketId()}_row`)?.querySelector('.row')
  for (const other of list()?.querySelectorAll('.row[aria-current]') ?? []) if (other !== row) other.removeAttribute('aria-current')
  row?.setAttribute('aria-current', 'true')
  return row
}

/** After the ticket region changed: mark its row, name the page, put the focus where reading begins. */
function arrived() {
  const row = markRow()
  if (!openTicketId()) return
  // It has been read now; the server knows, the row will say so when it is drawn anew.
  row?.removeAttribute('data-unread')
  row?.querySelector('.count--new')?.remove()
  document.title = ticket().dataset.title
  toNewest()
  measureFrames()
}

/** A thread is read from its end; from the first unread message when the address names one. */
function toNewest() {
  const thread = document.getElementById('thread')
  if (!thread || location.hash.startsWith('#message_')) return
  const last = thread.querySelector('ol > .entry:last-of-type')
  thread.scrollTop = thread.scrollHeight
  if (last && last.offsetHeight > thread.clientHeight) last.scrollIntoView({ block: 'start' })
}

const TALLEST_PX = 2400

function measure(frame) {
  const inner = frame.contentDocument?.documentElement
  if (!inner || !frame.contentDocument.body?.childNodes.length) return
  frame.style.blockSize = '0'
  frame.style.blockSize = `${Math.min(TALLEST_PX, inner.scrollHeight + 2)}px`
}

/** A frame stays as it is while its thread is drawn anew, except when its pictures were allowed meanwhile. */
function freeFrames() {
  for (const frame of document.querySelectorAll('.mail-frame')) {
    const shut = frame.parentElement.querySelector('[data-images]') ? 'yes' : 'no'
    if (frame.dataset.shut === 'yes' && shut === 'no') frame.src = frame.getAttribute('src')
    frame.dataset.shut = shut
  }
}

function measureFrames() {
  freeFrames()
  for (const frame of document.querySelectorAll('.mail-frame:not([data-measured])')) {
    frame.dataset.measured = ''
    frame.addEventListener('load', () => {
      measure(frame)
      frame.contentDocument?.addEventListener('toggle', () => measure(frame), true)
      for (const image of frame.contentDocument?.images ?? []) image.addEventListener('load', () => measure(frame))
    })
    if (frame.contentDocument?.readyState === 'complete') measure(frame)
  }
}

/*
 * Something came while a reply is being written: a line above the text says so; looking at it counts as seen.
 * Called whenever the thread's own marks change, however it came to be drawn anew (see the observer below).
 */
function newsAbove() {
  const thread = document.querySelector('[data-seen-message]')
  const form = document.getElementById('reply-form')
  const line = form?.querySelector('[data-news-above]')
  if (!thread || !line || thread.id !== `ticket_${openTicketId()}_thread`) return
  const fresh = Number(thread.dataset.seenMessage) > Number(form.elements.seen_message.value) || Number(thread.dataset.seenNote) > Number(form.elements.seen_note.value)
  const writing = form.elements.text.value.trim() !== ''
  line.hidden = !fresh || !writing
  const words = line.dataset.text.replace('%', [...thread.querySelectorAll('.entry__head > b')].at(-1)?.textContent ?? '')
  // Only what differs is written: the observer must not hear of its own doing.
  if (line.textContent !== words) line.textContent = words
  // Nothing is written yet: what is on the page is what the writer begins from.
  if (fresh && !writing) seenNow(thread, form)
}

function seenNow(thread, form) {
  form.elements.seen_message.value = thread.dataset.seenMessage
  form.elements.seen_note.value = thread.dataset.seenNote
}

/* Who goes back from the question to edit has seen what it showed. */
document.addEventListener('click', (event) => {
  const asked = event.target.closest('#stale [data-closes]')?.closest('form').elements
  const form = document.getElementById('reply-form')?.elements
  if (!asked || !form) return
  form.seen_message.value = asked.seen_message.value
  form.seen_note.value = asked.seen_note.value
})

document.addEventListener('click', (event) => {
  const line = event.target.closest('[data-news-above]')
  if (!line) return
  event.preventDefault()
  seenNow(document.querySelector('[data-seen-message]'), line.closest('form'))
  line.hidden = true
  document.querySelector('[data-seen-message] > .entry:last-of-type')?.scrollIntoView({ block: 'nearest' })
})

document.addEventListener('htmx:after:swap', (event) => {
  if (event.detail?.ctx?.target?.id === 'ticket' || event.target?.id === 'ticket') arrived()
  if (document.querySelector('[data-bring-news]')) bringNews()
  else markRow()
  measureFrames()
  const asked = document.querySelector('dialog[data-open-now]:not([open])')
  if (asked) openDialog(asked)
})

/* A morph writes the thread's marks at its own pace, before or after its swap was told: the marks themselves are watched. */
new MutationObserver(newsAbove).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-seen-message', 'data-seen-note'] })

/* A list that stands open says what it shows, and gets back only what changed. */
document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  if (!ctx.sourceElement?.matches?.('[data-news]')) return
  const shown = [...(list()?.querySelectorAll('[data-row]') ?? [])].map((row) => `${row.dataset.row}:${row.dataset.stamp}`)
  const address = new URL(ctx.request.action, location.origin)
  address.searchParams.set('shown', shown.join(','))
  address.searchParams.set('since', ctx.sourceElement.dataset.since)
  if (openTicketId()) address.searchParams.set('open', openTicketId())
  ctx.request.action = address.pathname + address.search
})

/*
 * New tickets come into the list by themselves while nobody's hand is in it: it stands at its top, no pointer,
 * focus or menu is in it and nothing is ticked. Otherwise a bar counts them, until it is pressed or the hand goes.
 */
function bringNews() {
  const bar = document.querySelector('[data-bring-news]')
  const region = document.getElementById('list')
  if (!bar || !region || list().scrollTop > 0 || document.querySelector('.row-pick .check:checked')) return
  if (region.matches(':hover, :focus-within') || region.querySelector(':popover-open')) return
  bar.removeAttribute('data-bring-news')
  bar.click()
}
document.addEventListener('mouseover', (event) => event.target.closest('#list') || bringNews())
document.addEventListener('focusin', bringNews)

/* Ticked rows */
function picked() {
  const boxes = [...document.querySelectorAll('.row-pick .check')]
  const bar = document.querySelector('[data-picked]')
  if (bar) bar.textContent = `${bar.closest('form').dataset.one}: ${boxes.filter((box) => box.checked).length}`
}
let lastBox = null
document.addEventListener('click', (event) => {
  const box = event.target.closest?.('.row-pick .check')
  if (!box) return
  if (event.shiftKey && lastBox) {
    const boxes = [...document.querySelectorAll('.row-pick .check')]
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b)
    boxes.slice(from, to + 1).forEach((other) => (other.checked = box.checked))
  }
  lastBox = box
  picked()
})

/* The look changes at once; the server keeps it. */
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[name="theme"]')
  if (button) document.documentElement.dataset.theme = button.value
})

document.addEventListener('click', (event) => {
  const copy = event.target.closest('[data-copy]')
  if (!copy || !navigator.clipboard) return
  event.preventDefault()
  navigator.clipboard.writeText(copy.href)
})

window.addEventListener('DOMContentLoaded', arrived)
