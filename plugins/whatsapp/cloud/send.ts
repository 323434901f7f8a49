import { buffer } from 'node:stream/consumers'
import { later, refused, sendInParts, sent, splitText, unknown, type Address, type File, type OutgoingMessage, type Sent } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import { digitsOf } from '../people.js'
import { graph, GraphError } from './graph.js'
import { outcomeOf } from './outcomes.js'
import { namesOfPlaceholders } from './templates.js'

/** The longest text of one message, in characters. */
export const TEXT_MAX = 4096

type Part = { readonly text: string } | { readonly file: File } | { readonly template: NonNullable<OutgoingMessage['template']> }

/**
 * Sends one answer: its words in as many messages as they need, then each file, or one template. An answer of the API
 * means accepted, no more; what became of it comes as a status with our reference in it.
 */
export function sendByCloud(message: OutgoingMessage, inbox: WhatsappInbox): Promise<Sent> {
  const parts: Part[] = message.template
    ? [{ template: message.template }]
    : [...splitText(message.text, { max: TEXT_MAX, unit: 'characters' }).map((text) => ({ text })), ...message.files.map((file) => ({ file }))]
  if (parts.length === 0) return Promise.resolve(refused({ key: 'fault.empty' }))
  return sendInParts(message, inbox, parts, (part, reference) => handOver(part, reference, message, inbox))
}

async function handOver(part: Part, reference: string, message: OutgoingMessage, inbox: WhatsappInbox): Promise<Sent> {
  let content: object
  try {
    content = await contentOf(part, inbox)
  } catch (error) {
    // So far nothing was written to the customer, whatever went wrong.
    if (error instanceof GraphError) return outcomeOf(error, message, inbox)
    return later({ key: 'fault.upload', detail: (error as Error).message.slice(0, 300) })
  }
  try {
    const answer = await graph<{ messages?: { id?: string }[] }>(inbox, `${encodeURIComponent(inbox.config['cloud.phoneNumberId'] ?? '')}/messages`, {
      method: 'POST',
      json: { messaging_product: 'whatsapp', recipient_type: 'individual', ...addressee(message.to), ...content, biz_opaque_callback_data: reference },
    })
    const id = answer.messages?.[0]?.id
    return id ? sent(id) : unknown({ key: 'fault.noId' })
  } catch (error) {
    if (error instanceof GraphError) return outcomeOf(error, message, inbox)
    const { nothingLeft, message: said } = error as Error & { nothingLeft?: boolean }
    return nothingLeft ? later({ key: 'fault.notReached', detail: said }) : unknown({ key: 'fault.noAnswer', detail: said })
  }
}

/** A number where there is one, else the business-scoped id, which has a field of its own. */
function addressee(to: Address): { to: string } | { recipient: string } {
  const digits = digitsOf(to)
  return digits ? { to: digits } : { recipient: to.value }
}

async function contentOf(part: Part, inbox: WhatsappInbox): Promise<object> {
  if ('text' in part) return { type: 'text', text: { body: part.text, preview_url: false } }
  if ('file' in part) {
    const kind = kindOf(part.file.type)
    return { type: kind, [kind]: { id: await uploaded(part.file, inbox), ...(kind === 'document' ? { filename: part.file.name } : {}) } }
  }
  const { name, language, parameters } = part.template
  const names = await namesOfPlaceholders(name, language, inbox)
  const body = parameters.map((text, at) => ({ type: 'text', ...(names[at] ? { parameter_name: names[at] } : {}), text }))
  return { type: 'template', template: { name, language: { code: language }, ...(body.length > 0 ? { components: [{ type: 'body', parameters: body }] } : {}) } }
}

async function uploaded(file: File, inbox: WhatsappInbox): Promise<string> {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', file.type)
  form.set('file', new Blob([await buffer(await file.open())], { type: file.type }), file.name)
  const { id } = await graph<{ id?: string }>(inbox, `${encodeURIComponent(inbox.config['cloud.phoneNumberId'] ?? '')}/media`, { method: 'POST', form })
  if (!id) throw new Error('WhatsApp took the file and named no id')
  return id
}

/** What the customer's phone shows as a picture, plays, or offers to open. */
function kindOf(type: string): 'image' | 'video' | 'audio' | 'document' {
  if (['image/jpeg', 'image/png'].includes(type)) return 'image'
  if (['video/mp4', 'video/3gpp'].includes(type)) return 'video'
  return /^audio\/(?:aac|amr|mpeg|mp4|ogg)$/.test(type) ? 'audio' : 'document'
}
