import type { Address } from '#plugin'
import { igsidOf, senderOf, type InstagramInbox } from './config.js'
import { fileAt, mayFetch } from './files.js'
import { graph } from './graph.js'

/** Name and picture; told only of who has written. */
export async function profile(of: Address, inbox: InstagramInbox) {
  const answer = await graph(inbox, 'GET', encodeURIComponent(igsidOf(of.value)), { query: { fields: 'name,username,profile_pic' } })
  if (!answer.ok) return null
  const { name, username, profile_pic: picture } = answer.body
  const called = [name, username && `@${username}`].filter(Boolean).join(' ')
  return { ...(called ? { name: name || `@${username}` } : {}), ...(picture && mayFetch(picture, inbox) ? { picture: fileAt(picture, { type: 'image', index: 0 }, inbox) } : {}) }
}

/** `seen` only where an admin wants it. */
export async function signal(kind: 'typing' | 'seen', to: Address, inbox: InstagramInbox) {
  if (kind === 'seen' && !inbox.config.marks_seen) return
  await graph(inbox, 'POST', `${senderOf(inbox)}/messages`, { json: { recipient: { id: igsidOf(to.value) }, sender_action: kind === 'seen' ? 'mark_seen' : 'typing_on' } })
}
