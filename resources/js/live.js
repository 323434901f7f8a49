import { Transmit } from '@adonisjs/transmit-client'

/*
 * A poke says which regions of a page changed; each asks for itself again (hx-trigger="ticket-12 from:body").
 * While the tab is hidden names are only collected. Without a connection one quiet bar says so and the
 * page asks every half a minute by itself.
 */
const { agent, lost: lostText, found: foundText } = document.body.dataset
// How far the desk was when this page was drawn; told once, then the stream itself goes on.
let { drawn } = document.body.dataset
const POLL_MS = 30_000
const RETRY_MS = 15_000
const waiting = new Set()
const heard = new Map()
let polling = null
let retrying = null

export function poke(name) {
  document.body.dispatchEvent(new CustomEvent(name))
}

function changed(names) {
  if (names.includes(`signed-out-${agent}`)) stillSignedIn()
  for (const name of names) {
    waiting.add(name)
    heard.set(name, performance.now())
  }
  if (!document.hidden) setTimeout(flush, 60)
}

function flush() {
  const names = [...waiting]
  waiting.clear()
  names.forEach(poke)
}

function connect() {
  // Open is not yet heard: what is said before the server has taken the subscription reaches nobody.
  const transmit = new Transmit({ baseUrl: window.location.origin, maxReconnectAttempts: 3, beforeSubscribe: sayWhenDrawn, onSubscription: found, onSubscribeFailed: lost })
  transmit.on('reconnecting', () => {
    lost()
    stillSignedIn()
  })
  transmit.on('disconnected', () => {
    lost()
    stillSignedIn()
    transmit.close()
    clearTimeout(retrying)
    retrying = setTimeout(connect, RETRY_MS)
  })
  const desk = transmit.subscription('desk')
  desk.onMessage(({ changed: names }) => changed(names))
  desk.create()
  window.addEventListener('pagehide', () => transmit.close(), { once: true })
}

/** The stream begins where the page ends: the server says at once what changed between the two. */
function sayWhenDrawn(request) {
  if (drawn) request.headers.set('X-Drawn-At', drawn)
}

/** The session may have been ended elsewhere: then this page shows nothing any more. */
async function stillSignedIn() {
  const answer = await fetch('/session', { redirect: 'manual', credentials: 'same-origin', cache: 'no-store' }).catch(() => null)
  if (answer?.type === 'opaqueredirect') location.replace('/sign-in?out=1')
}

function lost() {
  if (polling) return
  document.body.dataset.live = 'lost'
  bar(lostText)
  polling = setInterval(() => poke('poll'), POLL_MS)
}

function found() {
  document.body.dataset.live = 'on'
  drawn = null
  if (!polling) return
  clearInterval(polling)
  polling = null
  bar(null)
  // What was missed meanwhile is fetched once.
  poke('poll')
}

function bar(text) {
  document.querySelector('.lost-bar')?.remove()
  if (!text) return
  const element = document.createElement('div')
  element.className = 'quiet-bar lost-bar'
  element.setAttribute('role', 'status')
  element.textContent = text
  document.body.prepend(element)
}

/*
 * A region that was on its way while its name was called could not hear it yet, and a request that waits behind the one that
 * replaced its region is thrown away with it: what was heard meanwhile is said again to what has come.
 */
document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (ctx) ctx.beganAt = performance.now()
})
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  const replaced = ctx?.request?.method === 'GET' && ctx.swap === 'outerHTML'
  if (!replaced || ctx.beganAt === undefined) return
  for (const [name, at] of heard) if (at >= ctx.beganAt) poke(name)
})

if (agent) {
  connect()
  // Kept by the browser and shown again by its back button: the stream was closed when the page was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    lost()
    connect()
  })
  document.addEventListener('visibilitychange', () => document.hidden || flush())
}
