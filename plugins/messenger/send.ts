import { buffer } from 'node:stream/consumers'
import { refused, sendInParts, sent, splitText, unknown, later, type File, type OutgoingMessage, type Sent } from '#plugin'
import { psidOf, type MessengerInbox } from './config.js'
import { kindOf, outcomeOf } from './faults.js'
import { graph, type Answer } from './graph.js'
import { attachmentType, filePayload, textPayload, type Permission } from './payloads.js'

/** Code points of one message; more leaves in several (Send API reference). */
export const TEXT_MAX = 2000
export const FREE_HOURS = 24
export const HUMAN_AGENT_HOURS = 7 * 24

type Part = { readonly text: string } | { readonly file: File }

const RESPONSE: Permission = { messaging_type: 'RESPONSE' }
const HUMAN_AGENT: Permission = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }

/** Text first, then each file: Facebook takes them one by one. A part leaves only when the one before it was accepted. */
export async function send(message: OutgoingMessage, inbox: MessengerInbox): Promise<Sent> {
  const permission = permissionFor(message, inbox)
  if (!permission) return refused({ key: 'fault.window' })
  const parts: Part[] = [...splitText(message.text, { max: TEXT_MAX, unit: 'characters' }).map((text) => ({ text })), ...message.files.map((file) => ({ file }))]
  if (parts.length === 0) return refused({ key: 'fault.empty' })
  return sendInParts(message, inbox, parts, (part, reference) => hand(part, reference, { message, inbox, permission }))
}

/** Free within a day of the customer's last word; by a person within seven, if Facebook has granted it to the page. */
function permissionFor({ lastIncomingAt, byPerson }: OutgoingMessage, inbox: MessengerInbox): Permission | null {
  if (!lastIncomingAt) return null
  const hours = inbox.now().diff(lastIncomingAt).as('hours')
  if (hours < FREE_HOURS) return RESPONSE
  return mayTag(byPerson, inbox) && hours < HUMAN_AGENT_HOURS ? HUMAN_AGENT : null
}

const mayTag = (byPerson: boolean, { config }: MessengerInbox) => byPerson && config.human_agent_enabled

interface Sending {
  readonly message: OutgoingMessage
  readonly inbox: MessengerInbox
  readonly permission: Permission
}

async function hand(part: Part, reference: string, { message, inbox, permission }: Sending): Promise<Sent> {
  const call = (allowed: Permission) => post(part, psidOf(message.to.value), allowed, reference, inbox)
  try {
    let answer = await call(permission)
    // Their clock is the one that counts: what is a minute late for them may still leave by the tag.
    if (!answer.ok && kindOf(answer.fault) === 'window' && permission === RESPONSE && mayTag(message.byPerson, inbox)) answer = await call(HUMAN_AGENT)
    if (!answer.ok && kindOf(answer.fault) === 'thread' && (await takeOver(message, inbox))) answer = await call(permission)
    if (!answer.ok) return outcomeOf(answer.fault, inbox, message.attempts)
    return answer.body.message_id ? sent(String(answer.body.message_id)) : unknown({ key: 'fault.unknown', detail: JSON.stringify(answer.body).slice(0, 200) })
  } catch (error) {
    const { nothingLeft, message: detail } = error as Error & { nothingLeft?: boolean }
    return nothingLeft ? later({ key: 'fault.unreached', detail }) : unknown({ key: 'fault.unknown', detail })
  }
}

async function post(part: Part, psid: string, permission: Permission, reference: string, inbox: MessengerInbox): Promise<Answer> {
  const path = `${encodeURIComponent(inbox.config.page_id)}/messages`
  if ('text' in part) return graph(inbox, 'POST', path, { json: textPayload(psid, part.text, permission, reference) })
  const { file } = part
  const form = new FormData()
  for (const [name, value] of Object.entries(filePayload(psid, attachmentType(file.type), permission, reference))) form.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  form.set('filedata', new Blob([new Uint8Array(await buffer(await file.open()))], { type: file.type }), file.name)
  return graph(inbox, 'POST', path, { form })
}

/** Another app has the conversation: whoever answers here has decided to take it. */
async function takeOver(message: OutgoingMessage, inbox: MessengerInbox): Promise<boolean> {
  if (!message.byPerson) return false
  const answer = await graph(inbox, 'POST', `${encodeURIComponent(inbox.config.page_id)}/take_thread_control`, { json: { recipient: { id: psidOf(message.to.value) } } })
  return answer.ok
}
