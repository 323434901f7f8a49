import { DateTime } from 'luxon'
import type { Address, Incoming, IncomingMessage, Reason, Stored } from '#plugin'
import { handleOf, type MessengerInbox } from './config.js'
import { attachedTo } from './files.js'
import type { KeptEvent } from './webhook.js'

/** What an event of a page means (Meta: Messenger Platform, webhook events). */
export async function read(item: Stored, inbox: MessengerInbox): Promise<readonly Incoming[]> {
  const kept: KeptEvent = JSON.parse(await item.text())
  const { event } = kept
  const about = { externalId: item.externalId, at: item.at }
  if (kept.field) return [{ type: 'other', kind: kept.field, ...about }]
  // One app has one address for all its pages: what is another page's is not this inbox's.
  if (kept.page !== inbox.config.page_id) return [{ type: 'other', kind: `page ${kept.page}`, ...about }]

  const customer: Address = { kind: 'handle', value: handleOf(String((event.message?.is_echo ? event.recipient : event.sender)?.id ?? '')) }
  if (event.message?.mid) return [messageOf(kept, customer, item, inbox)]
  if (event.postback) return [postbackOf(kept, customer, item)]
  if (event.read) return [{ type: 'receipt', status: 'read', upTo: { to: customer, at: moment(event.read.watermark, item) }, ...about }]
  if (event.delivery) return deliveredOf(event, customer, item)
  if (event.reaction) {
    const emoji = event.reaction.action === 'unreact' ? null : String(event.reaction.emoji ?? '❤')
    const ours = String(event.sender?.id) === inbox.config.page_id
    return [{ type: 'change', of: String(event.reaction.mid), change: { kind: 'reaction', emoji }, from: customer, opensWindow: !ours && emoji !== null, ...about }]
  }
  if (event.message_edit) return [{ type: 'change', of: String(event.message_edit.mid), change: { kind: 'edited', text: String(event.message_edit.text ?? '') }, from: customer, ...about }]
  if (event.referral) return [{ type: 'sign', from: customer, opensWindow: true, remark: referralOf(event.referral), ...about }]
  const handover = ['pass_thread_control', 'take_thread_control', 'request_thread_control'].find((name) => event[name])
  if (handover) return [{ type: 'sign', from: customer, remark: { key: `remark.${handover}` }, ...about }]
  if (event.policy_enforcement) await inbox.store.put('policy', JSON.stringify({ action: event.policy_enforcement.action, reason: String(event.policy_enforcement.reason ?? '').slice(0, 500) }))
  return [{ type: 'other', kind: Object.keys(event).find((name) => !['sender', 'recipient', 'timestamp'].includes(name)) ?? 'event', ...about }]
}

function messageOf({ event, standby }: KeptEvent, customer: Address, item: Stored, inbox: MessengerInbox): IncomingMessage {
  const { message } = event
  const outgoing = message.is_echo === true
  const { files, remarks, lines } = attachedTo(message, inbox)
  const said: Reason[] = [
    ...(standby ? [{ key: 'remark.standby' }] : []),
    ...(message.quick_reply ? [{ key: 'remark.quick_reply' }] : []),
    ...(message.referral ? [referralOf(message.referral)] : []),
    ...(message.is_unsupported ? [{ key: 'remark.unsupported', values: { type: 'unsupported' } }] : []),
    ...remarks,
  ]
  return {
    type: 'message',
    externalId: String(message.mid),
    ...(outgoing ? { outgoing, to: [customer], ...(message.metadata ? { reference: String(message.metadata) } : {}) } : {}),
    from: outgoing ? { kind: 'handle', value: handleOf(inbox.config.page_id), name: inbox.name } : customer,
    at: item.at,
    text: [message.text ?? '', ...lines].filter(Boolean).join('\n'),
    files,
    remarks: said,
    ...(standby ? { automatic: true } : {}),
    ...(message.reply_to?.mid ? { thread: { inReplyTo: String(message.reply_to.mid) } } : {}),
  }
}

/** A pressed button says its own words. */
function postbackOf({ event, standby }: KeptEvent, customer: Address, item: Stored): IncomingMessage {
  const { postback } = event
  return {
    type: 'message',
    externalId: String(postback.mid ?? item.externalId),
    from: customer,
    at: item.at,
    text: String(postback.title ?? postback.payload ?? ''),
    remarks: [{ key: 'remark.postback' }, ...(postback.referral ? [referralOf(postback.referral)] : []), ...(standby ? [{ key: 'remark.standby' }] : [])],
    ...(standby ? { automatic: true } : {}),
  }
}

/** By id where it says which, and all up to its mark. */
function deliveredOf(event: Record<string, any>, customer: Address, item: Stored): Incoming[] {
  const mids: string[] = (event.delivery.mids ?? []).map(String)
  return [
    ...mids.map((mid) => ({ type: 'receipt' as const, externalId: mid, status: 'delivered' as const, at: item.at })),
    ...(event.delivery.watermark ? [{ type: 'receipt' as const, externalId: item.externalId, status: 'delivered' as const, at: item.at, upTo: { to: customer, at: moment(event.delivery.watermark, item) } }] : []),
  ]
}

function referralOf(referral: Record<string, any>): Reason {
  const ad = referral.ads_context_data?.ad_title ?? referral.ad_id
  return ad ? { key: 'remark.ad', values: { ad: String(ad).slice(0, 200) } } : { key: 'remark.referral', values: { ref: String(referral.ref ?? referral.source ?? '').slice(0, 200) } }
}

function moment(ms: unknown, item: Stored): DateTime {
  const at = DateTime.fromMillis(Number(ms) || 0, { zone: 'utc' })
  return Number(ms) > 0 && at.isValid ? at : item.at
}
