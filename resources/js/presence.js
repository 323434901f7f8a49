import { openTicketId } from './desk.js'

/*
 * Who is at a ticket: this page beats while it is open and looked at, and says goodbye when it goes.
 */
const BEAT_MS = 15_000
let typingUntil = 0
/** Which form is written in: of a note the customer must not hear. */
let writing = 'note'
let last = { id: null, activity: null, at: 0 }

const token = () => decodeURIComponent(/(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? '')

export function send(address, method, body) {
  return fetch(address, { method, headers: { 'Content-Type': 'application/json', 'Accept': 'application/json', 'X-XSRF-TOKEN': token() }, body: body && JSON.stringify(body), keepalive: true, credentials: 'same-origin' })
}

export function typed(kind) {
  writing = kind === 'reply' ? 'reply' : 'note'
  typingUntil = Date.now() + 8000
  beat()
}

function beat() {
  const id = openTicketId()
  if (last.id && last.id !== id) send(`/tickets/${last.id}/presence`, 'DELETE').catch(() => {})
  if (!id || document.hidden || !document.body.dataset.agent) return
  const activity = Date.now() < typingUntil ? 'typing' : 'viewing'
  if (last.id === id && last.activity === activity && Date.now() - last.at < BEAT_MS - 500) return
  last = { id, activity, at: Date.now() }
  send(`/tickets/${id}/presence`, 'POST', activity === 'typing' ? { activity, kind: writing } : { activity }).catch(() => {})
}

setInterval(beat, 5000)
document.addEventListener('htmx:after:swap', beat)
window.addEventListener('DOMContentLoaded', beat)
window.addEventListener('pagehide', () => last.id && send(`/tickets/${last.id}/presence`, 'DELETE').catch(() => {}))
