import { openDialog } from './overlays.js'

/*
 * The command palette (Ctrl+K): places, tickets and customers come from the server; the acts of the open ticket are
 * the buttons and links that stand on the page, so that it can do nothing that a pointer could not.
 */
const dialog = () => document.getElementById('palette')
const field = () => document.getElementById('palette-q')

export function openPalette() {
  if (!dialog() || dialog().open) return
  field().value = ''
  waiting = false
  openDialog(dialog())
  field().focus()
  drawActs('')
  field().dispatchEvent(new Event('palette'))
}

const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** What can be done with the open ticket, by its name on the page. */
function acts() {
  const found = new Map()
  for (const one of document.querySelectorAll('#ticket button, #ticket a.button, #ticket-menu button, #ticket-menu a, [id$="-menu"] .menu__item')) {
    const name = (one.getAttribute('aria-label') || one.innerText || one.textContent).replace(/\s+/g, ' ').trim()
    if (!name || one.disabled || one.closest('dialog, .thread, form.composer [data-files]') || found.has(name)) continue
    found.set(name, one)
  }
  return [...found]
}

function drawActs(typed) {
  const place = document.getElementById('palette-acts')
  const words = plain(typed.replace(/^>/, '')).split(/\s+/).filter(Boolean)
  place.replaceChildren()
  if (!document.querySelector('#ticket[data-open]')) return
  const fitting = acts().filter(([name]) => words.every((word) => plain(name).split(/[\s–-]+/).some((part) => part.startsWith(word))))
  if (fitting.length === 0) return
  const title = Object.assign(document.createElement('p'), { className: 'menu__title', textContent: dialog().dataset.acts })
  place.append(title)
  for (const [name, one] of fitting.slice(0, words.length ? 8 : 6)) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'menu__item palette__item' })
    const icon = one.querySelector('svg')?.cloneNode(true) ?? document.createElement('span')
    button.append(icon, Object.assign(document.createElement('span'), { className: 'truncate', textContent: name }))
    button.addEventListener('click', () => {
      dialog().close()
      one.click()
    })
    place.append(button)
  }
}

const items = () => [...dialog().querySelectorAll('.palette__item')]

/** The chosen one is the focused one; from the field the first is meant. */
function move(by) {
  const all = items()
  if (all.length === 0) return
  const at = all.indexOf(document.activeElement)
  if (at + by < 0) return field().focus()
  all[Math.min(all.length - 1, at + by)].focus()
}

let waiting = false

/** Takes the first one; whoever types quicker than the answer comes gets what they have typed, not what stood there. */
function choose() {
  waiting = document.getElementById('palette-results')?.dataset.for !== field().value
  if (!waiting) items()[0]?.click()
}

document.addEventListener('htmx:after:swap', () => {
  if (waiting && dialog()?.open) choose()
})

document.addEventListener('keydown', (event) => {
  if (!dialog()?.open) return
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    move(event.key === 'ArrowDown' ? 1 : -1)
  } else if (event.key === 'Enter' && event.target === field()) {
    event.preventDefault()
    choose()
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== field()) field().focus()
})

document.addEventListener('input', (event) => {
  if (event.target !== field()) return
  waiting = false
  drawActs(field().value)
})
