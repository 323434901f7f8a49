import { buffer } from 'node:stream/consumers'
import { later, refused, sendInParts, sent, splitText, unknown, type Address, type File, type OutgoingMessage, type Sent } from '#plugin'
import { TEXT_MAX } from '../cloud/send.js'
import type { WhatsappInbox } from '../config.js'
import { digitsOf } from '../people.js'
import { keeperOf } from './keeper.js'
import type { SessionSend } from './session.js'
import { stateWords } from './status.js'

const WAIT_SECONDS = 30

type Part = { readonly text: string } | { readonly file: File }

/** Sends one answer through the linked device: words, then files, each some seconds after the one before. */
export async function sendByWeb(message: OutgoingMessage, inbox: WhatsappInbox): Promise<Sent> {
  const keeper = keeperOf(inbox)
  if (!keeper || keeper.state.name !== 'connected') return later(stateWords(keeper?.state ?? { name: 'off' }, keeper?.failures ?? 0), inbox.now().plus({ seconds: WAIT_SECONDS }))
  if (message.template) return refused({ key: 'fault.noTemplates' })
  const parts: Part[] = [...splitText(message.text, { max: TEXT_MAX, unit: 'characters' }).map((text) => ({ text })), ...message.files.map((file) => ({ file }))]
  if (parts.length === 0) return refused({ key: 'fault.empty' })
  return sendInParts(message, inbox, parts, (part) => handOver(part, message, inbox))
}

async function handOver(part: Part, message: OutgoingMessage, inbox: WhatsappInbox): Promise<Sent> {
  const today = `day:${inbox.now().toISODate()}`
  const count = Number(await inbox.store.get(today))
  if (count >= inbox.config['web.perDay']) return later({ key: 'fault.dayFull', values: { count } }, inbox.now().plus({ days: 1 }).startOf('day').plus({ minutes: 5 }))

  let send: SessionSend
  try {
    send = { to: targetOf(message.to), seen: inbox.config['web.sendSeen'], ...('text' in part ? { text: part.text } : { file: await packed(part.file) }) }
  } catch (error) {
    return later({ key: 'fault.upload', detail: (error as Error).message.slice(0, 300) })
  }
  try {
    const keeper = keeperOf(inbox)
    if (!keeper) return later(stateWords({ name: 'off' }, 0), inbox.now().plus({ seconds: WAIT_SECONDS }))
    await inbox.store.put(today, String(count + 1))
    const answer = await keeper.send(send, inbox)
    if (answer.outcome === 'sent') return sent(answer.id)
    if (answer.outcome === 'notThere') return refused({ key: 'fault.notOnWhatsapp' }, { unreachable: true })
    return refused({ key: 'fault.webNothing' })
  } catch (error) {
    const { nothingLeft, message: said } = error as Error & { nothingLeft?: boolean }
    return nothingLeft ? later({ key: 'fault.notReached', detail: said }) : unknown({ key: 'fault.webUnknown', detail: said })
  }
}

/** A number, a privacy id (`lid:…`) or a group (`group:…`). */
function targetOf(to: Address): SessionSend['to'] {
  const digits = digitsOf(to)
  if (digits) return { digits }
  const [kind, id] = to.value.split(':')
  return { chat: kind === 'group' ? `${id}@g.us` : `${id ?? kind}@lid` }
}

async function packed(file: File): Promise<NonNullable<SessionSend['file']>> {
  return { name: file.name, type: file.type, data: (await buffer(await file.open())).toString('base64') }
}
