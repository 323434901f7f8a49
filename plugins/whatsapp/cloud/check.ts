import type { Address, Health } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import { graph, GraphError } from './graph.js'
import { faultWords } from './outcomes.js'

/** Asks Meta for the number: whether the token still opens it, and how customers rate it. */
export async function checkCloud(inbox: WhatsappInbox): Promise<Health> {
  const id = inbox.config['cloud.phoneNumberId']
  if (!id || !inbox.config['cloud.accessToken']) return { ok: false, reason: { key: 'health.incomplete' } }
  try {
    const number = await graph<Record<string, any>>(inbox, `${encodeURIComponent(id)}?fields=display_phone_number,verified_name,quality_rating,status`)
    if (number.status && ['BANNED', 'RESTRICTED', 'FLAGGED'].includes(number.status)) return { ok: false, reason: { key: 'health.number', values: { status: number.status } } }
    if (number.quality_rating === 'RED') return { ok: false, reason: { key: 'health.quality' } }
    return { ok: true, note: [number.verified_name, number.display_phone_number].filter(Boolean).join(', ') }
  } catch (error) {
    if (error instanceof GraphError) return { ok: false, reason: error.fault ? faultWords(error.fault) : { key: 'fault.trouble', values: { code: error.status, template: '' }, detail: error.message } }
    return { ok: false, reason: { key: 'fault.notReached', detail: (error as Error).message } }
  }
}

/** Tells the customer that somebody writes, or that all up to their last message was read. */
export async function signalByCloud(signal: 'typing' | 'seen', _to: Address, inbox: WhatsappInbox, about?: { readonly lastExternalId?: string }): Promise<void> {
  if (!about?.lastExternalId) return
  await graph(inbox, `${encodeURIComponent(inbox.config['cloud.phoneNumberId'] ?? '')}/messages`, {
    method: 'POST',
    json: { messaging_product: 'whatsapp', status: 'read', message_id: about.lastExternalId, ...(signal === 'typing' ? { typing_indicator: { type: 'text' } } : {}) },
  })
}
