import { later, refused, sendInParts, splitText, unknown, type File, type OutgoingMessage, type Sent } from '#plugin'
import { call, ViberTrouble } from './api.js'
import type { ViberInbox } from './config.js'
import { layOut, publicBase } from './files.js'
import { outcomeOf } from './outcomes.js'

export const TEXT_MAX = 7000
/** After the customer's last message answers are free for so long; then Viber charges for each. */
export const SESSION_HOURS = 24
const PICTURE_BYTES = 1_000_000
const BUTTONS = 6

type Part = { readonly text: string } | { readonly file: File }

/** Sends one answer: its words in as many messages as they need, then each file. Viber's events say what became of it. */
export async function sendMessage(message: OutgoingMessage, inbox: ViberInbox): Promise<Sent> {
  const quiet = message.lastIncomingAt ? inbox.now().diff(message.lastIncomingAt).as('hours') : 0
  if (quiet >= SESSION_HOURS && !inbox.config.paid) return refused({ key: 'fault.session' })
  const parts: Part[] = [...splitText(message.text, { max: TEXT_MAX, unit: 'characters' }).map((text) => ({ text })), ...message.files.map((file) => ({ file }))]
  if (parts.length === 0) return refused({ key: 'fault.empty' })
  if (message.files.length > 0 && !publicBase(inbox)) return refused({ key: 'fault.noPublicAddress' })
  return sendInParts(message, inbox, parts, (part, reference) => handOver(part, part === parts.at(-1), reference, message, inbox))
}

async function handOver(part: Part, last: boolean, reference: string, message: OutgoingMessage, inbox: ViberInbox): Promise<Sent> {
  let content: object
  let takeBack = async () => {}
  try {
    if ('text' in part) content = { type: 'text', text: part.text }
    else ({ content, takeBack } = await filed(part.file, inbox))
  } catch (error) {
    return later({ key: 'fault.file', detail: (error as Error).message.slice(0, 300) })
  }
  try {
    const answer = await call(inbox, 'send_message', {
      receiver: message.to.value,
      min_api_version: 1,
      sender: { name: inbox.config.botName.slice(0, 28), ...(inbox.config.avatarUrl ? { avatar: inbox.config.avatarUrl } : {}) },
      tracking_data: reference,
      ...content,
      ...(last ? keyboard(inbox) : {}),
    })
    const outcome = outcomeOf(answer, message, inbox)
    // Each try lays the file out anew: one that Viber did not take must not lie here for a day.
    if (outcome.outcome === 'later' || outcome.outcome === 'refused') await takeBack()
    return outcome
  } catch (error) {
    const { nothingLeft, message: said } = error as Error & { nothingLeft?: boolean }
    if (nothingLeft || error instanceof ViberTrouble) await takeBack()
    if (error instanceof ViberTrouble) return later({ key: 'fault.trouble', detail: error.message })
    return nothingLeft ? later({ key: 'fault.notReached', detail: said }) : unknown({ key: 'fault.noAnswer', detail: said })
  }
}

async function filed(file: File, inbox: ViberInbox): Promise<{ content: object; takeBack(): Promise<void> }> {
  const { url, bytes, takeBack } = await layOut(file, inbox, publicBase(inbox)!)
  if (['image/jpeg', 'image/png', 'image/gif'].includes(file.type) && bytes <= PICTURE_BYTES) return { content: { type: 'picture', text: '', media: url }, takeBack }
  if (file.type === 'video/mp4') return { content: { type: 'video', media: url, size: bytes }, takeBack }
  return { content: { type: 'file', media: url, size: bytes, file_name: file.name.slice(0, 256) }, takeBack }
}

/** The answers an admin wrote down, as buttons under our last message; pressing one writes its words. */
function keyboard(inbox: ViberInbox): object {
  const words = (inbox.config.buttons ?? '').split('\n').map((line) => line.trim()).filter(Boolean).slice(0, BUTTONS)
  if (words.length === 0) return {}
  const buttons = words.map((text) => ({ Columns: 6, Rows: 1, ActionType: 'reply', ActionBody: text.slice(0, 250), Text: escape(text.slice(0, 250)) }))
  return { keyboard: { Type: 'keyboard', DefaultHeight: false, Buttons: buttons } }
}

/** A button's text may hold simple HTML, so what a person typed is made harmless. */
const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
