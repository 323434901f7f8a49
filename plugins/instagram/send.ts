import { buffer } from 'node:stream/consumers'
import { later, refused, sendInParts, sent, splitText, unknown, type File, type OutgoingMessage, type Sent } from '#plugin'
import { igsidOf, senderOf, type InstagramInbox } from './config.js'
import { kindOf, outcomeOf } from './faults.js'
import { graph, type Answer } from './graph.js'

/** Bytes of one message: a Czech letter with a mark counts two, an emoji four. */
export const TEXT_MAX = 1000
export const FREE_HOURS = 24
export const HUMAN_AGENT_HOURS = 7 * 24

type Part = { readonly text: string } | { readonly file: File }
type Permission = { readonly messaging_type: 'RESPONSE' } | { readonly messaging_type: 'MESSAGE_TAG'; readonly tag: 'HUMAN_AGENT' }

const RESPONSE: Permission = { messaging_type: 'RESPONSE' }
const HUMAN_AGENT: Permission = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }

/** Text first, then each file, each part only after the one before. Echoes carry no mark of ours here: the core knows them by id and words. */
export async function send(message: OutgoingMessage, inbox: InstagramInbox): Promise<Sent> {
  const permission = permissionFor(message, inbox)
  if (!permission) return refused({ key: 'fault.window' })
  const parts: Part[] = [...splitText(message.text, { max: TEXT_MAX, unit: 'bytes' }).map((text) => ({ text })), ...message.files.map((file) => ({ file }))]
  if (parts.length === 0) return refused({ key: 'fault.empty' })
  return sendInParts(message, inbox, parts, (part) => hand(part, { message, inbox, permission }))
}

/** The first word is always the customer's: without one there is nothing to answer. */
function permissionFor({ lastIncomingAt, byPerson }: OutgoingMessage, inbox: InstagramInbox): Permission | null {
  if (!lastIncomingAt) return null
  const hours = inbox.now().diff(lastIncomingAt).as('hours')
  if (hours < FREE_HOURS) return RESPONSE
  return mayTag(byPerson, inbox) && hours < HUMAN_AGENT_HOURS ? HUMAN_AGENT : null
}

const mayTag = (byPerson: boolean, { config }: InstagramInbox) => byPerson && config.human_agent_enabled

async function hand(part: Part, { message, inbox, permission }: { message: OutgoingMessage; inbox: InstagramInbox; permission: Permission }): Promise<Sent> {
  const call = (allowed: Permission) => post(part, igsidOf(message.to.value), allowed, inbox)
  try {
    let answer = await call(permission)
    // Their clock is the one that counts: what is a minute late for them may still leave by the tag.
    if (!answer.ok && kindOf(answer.fault) === 'window' && permission === RESPONSE && mayTag(message.byPerson, inbox)) answer = await call(HUMAN_AGENT)
    if (!answer.ok) return outcomeOf(answer.fault, inbox, message.attempts)
    return answer.body.message_id ? sent(String(answer.body.message_id)) : unknown({ key: 'fault.unknown', detail: JSON.stringify(answer.body).slice(0, 200) })
  } catch (error) {
    const { nothingLeft, message: detail } = error as Error & { nothingLeft?: boolean }
    return nothingLeft ? later({ key: 'fault.unreached', detail }) : unknown({ key: 'fault.unknown', detail })
  }
}

async function post(part: Part, igsid: string, permission: Permission, inbox: InstagramInbox): Promise<Answer> {
  const path = `${senderOf(inbox)}/messages`
  const recipient = { id: igsid }
  if ('text' in part) return graph(inbox, 'POST', path, { json: { recipient, ...permission, message: { text: part.text } } })
  const { file } = part
  const type = (['image', 'audio', 'video'] as const).find((kind) => file.type.startsWith(`${kind}/`)) ?? 'file'
  const form = new FormData()
  form.set('recipient', JSON.stringify(recipient))
  for (const [name, value] of Object.entries(permission)) form.set(name, value)
  form.set('message', JSON.stringify({ attachment: { type, payload: { is_reusable: false } } }))
  form.set('filedata', new Blob([new Uint8Array(await buffer(await file.open()))], { type: file.type }), file.name)
  return graph(inbox, 'POST', path, { form })
}
