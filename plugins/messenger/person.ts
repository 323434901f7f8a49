import type { Address } from '#plugin'
import { psidOf, type MessengerInbox } from './config.js'
import { fileAt, mayFetch } from './files.js'
import { graph } from './graph.js'
import { actionPayload } from './payloads.js'

/** Name and picture, where Facebook tells them: it often does not, and then nobody minds. */
export async function profile(of: Address, inbox: MessengerInbox) {
  const answer = await graph(inbox, 'GET', encodeURIComponent(psidOf(of.value)), { query: { fields: 'first_name,last_name,profile_pic' } })
  if (!answer.ok) return null
  const { first_name: first, last_name: last, profile_pic: picture } = answer.body
  const name = [first, last].filter(Boolean).join(' ')
  return { ...(name ? { name } : {}), ...(picture && mayFetch(picture, inbox) ? { picture: fileAt(picture, { type: 'image', index: 0 }, inbox) } : {}) }
}

/** `seen` only where an admin wants it: not every shop likes to be seen reading. */
export async function signal(kind: 'typing' | 'seen', to: Address, inbox: MessengerInbox) {
  if (kind === 'seen' && !inbox.config.marks_seen) return
  await graph(inbox, 'POST', `${encodeURIComponent(inbox.config.page_id)}/messages`, { json: actionPayload(psidOf(to.value), kind === 'seen' ? 'mark_seen' : 'typing_on') })
}
