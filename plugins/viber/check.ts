import { fileIn, type Address, type File, type Health } from '#plugin'
import { call, ViberTrouble } from './api.js'
import type { ViberInbox } from './config.js'
import { publicBase } from './files.js'
import { answerWords } from './outcomes.js'

const EVENTS = ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started']

/** Asks for the bot, and sets its webhook again when it points elsewhere: without it nothing comes in or goes out. */
export async function checkBot(inbox: ViberInbox): Promise<Health> {
  try {
    const account = await call(inbox, 'get_account_info')
    if (account.status !== 0) return { ok: false, reason: answerWords(account) }
    const name = String(account.name ?? inbox.config.botName)
    if (inbox.key === 'unsaved') return { ok: true, note: name }

    const wanted = webhookOf(inbox)
    if (!wanted) return account.webhook ? { ok: true, note: name } : { ok: false, reason: { key: 'health.noAddress' } }
    if (account.webhook === wanted) return { ok: true, note: name }
    // Viber calls the address before it answers: the door is open by now.
    const set = await call(inbox, 'set_webhook', { url: wanted, event_types: EVENTS, send_name: true, send_photo: true })
    return set.status === 0 ? { ok: true, note: name } : { ok: false, reason: { ...answerWords(set), key: 'health.webhook', values: { url: wanted } } }
  } catch (error) {
    const detail = (error as Error).message
    return { ok: false, reason: error instanceof ViberTrouble ? { key: 'fault.trouble', detail } : { key: 'fault.notReached', detail } }
  }
}

/** Where Viber calls this inbox. */
export function webhookOf(inbox: ViberInbox): string | null {
  const base = publicBase(inbox)
  return base ? `${base}/hooks/viber/${inbox.key}` : null
}

/** Name and picture of somebody who wrote; Viber tells them twice in twelve hours at most. */
export async function profileOf({ value }: Address, inbox: ViberInbox): Promise<{ name?: string; picture?: File } | null> {
  const answer = await call(inbox, 'get_user_details', { id: value })
  const user = answer.user as { name?: string; avatar?: string } | undefined
  if (answer.status !== 0 || !user) return null
  const { name, avatar } = user
  const picture: File | undefined = avatar
    ? {
        name: 'avatar.jpg',
        type: 'image/jpeg',
        async open() {
          return fileIn(await inbox.fetch(avatar), { provider: 'Viber' })
        },
      }
    : undefined
  return { ...(name ? { name } : {}), ...(picture ? { picture } : {}) }
}
