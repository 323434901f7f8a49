import type { Address, Incoming, IncomingMessage, Reason, Stored } from '#plugin'
import { handleOf, type InstagramInbox } from './config.js'
import { attachedTo } from './files.js'
import type { KeptEvent } from './webhook.js'

/** What an event of an account means (contracts/channels/02: as Messenger's, but for what is said here). */
export async function read(item: Stored, inbox: InstagramInbox): Promise<readonly Incoming[]> {
  const kept: KeptEvent = JSON.parse(await item.text())
  const { event } = kept
  const about = { externalId: item.externalId, at: item.at }
  if (kept.field) return [{ type: 'other', kind: kept.field, ...about }]
  if (kept.account !== inbox.config.ig_account_id) return [{ type: 'other', kind: `account ${kept.account}`, ...about }]
  await noteHeard(item, inbox)

  const customer: Address = { kind: 'handle', value: handleOf(String((event.message?.is_echo ? event.recipient : event.sender)?.id ?? '')) }
  if (event.message?.mid && event.message.is_deleted) return [{ type: 'change', of: String(event.message.mid), change: { kind: 'deleted' }, from: customer, ...about }]
  if (event.message?.mid) return [messageOf(kept, customer, item, inbox)]
  if (event.message_edit) return [{ type: 'change', of: String(event.message_edit.mid), change: { kind: 'edited', text: String(event.message_edit.text ?? '') }, from: customer, ...about }]
  if (event.postback) return [postbackOf(event, customer, item)]
  // One message and no mark: only of this one do we know.
  if (event.read?.mid) return [{ type: 'receipt', status: 'read', externalId: String(event.read.mid), at: item.at }]
  if (event.reaction) {
    const emoji = event.reaction.action === 'unreact' ? null : String(event.reaction.emoji ?? '❤')
    return [{ type: 'change', of: String(event.reaction.mid), change: { kind: 'reaction', emoji }, from: customer, opensWindow: emoji !== null, ...about }]
  }
  if (event.referral) return [{ type: 'sign', from: customer, opensWindow: true, remark: referralOf(event.referral), ...about }]
  return [{ type: 'other', kind: Object.keys(event).find((name) => !['sender', 'recipient', 'timestamp'].includes(name)) ?? 'event', ...about }]
}

function messageOf({ event, standby }: KeptEvent, customer: Address, item: Stored, inbox: InstagramInbox): IncomingMessage {
  const { message } = event
  const outgoing = message.is_echo === true
  const { files, remarks } = attachedTo(message, inbox)
  const said: Reason[] = [
    ...(standby ? [{ key: 'remark.standby' }] : []),
    ...(message.reply_to?.story ? [{ key: 'remark.story_reply', values: { address: String(message.reply_to.story.url ?? '').slice(0, 1500) } }] : []),
    ...(message.quick_reply ? [{ key: 'remark.quick_reply' }] : []),
    ...(message.referral ? [referralOf(message.referral)] : []),
    ...(message.is_unsupported ? [{ key: 'remark.unsupported' }] : []),
    ...remarks,
  ]
  return {
    type: 'message',
    externalId: String(message.mid),
    ...(outgoing ? { outgoing, to: [customer] } : {}),
    from: outgoing ? { kind: 'handle', value: handleOf(inbox.config.ig_account_id), name: inbox.name } : customer,
    at: item.at,
    text: String(message.text ?? ''),
    files,
    remarks: said,
    ...(standby ? { automatic: true } : {}),
    ...(message.reply_to?.mid ? { thread: { inReplyTo: String(message.reply_to.mid) } } : {}),
  }
}

function postbackOf({ postback }: Record<string, any>, customer: Address, item: Stored): IncomingMessage {
  return { type: 'message', externalId: String(postback.mid ?? item.externalId), from: customer, at: item.at, text: String(postback.title ?? postback.payload ?? ''), remarks: [{ key: 'remark.postback' }] }
}

function referralOf(referral: Record<string, any>): Reason {
  const ad = referral.ads_context_data?.ad_title ?? referral.ad_id
  return ad ? { key: 'remark.ad', values: { ad: String(ad).slice(0, 200) } } : { key: 'remark.referral', values: { ref: String(referral.ref ?? referral.source ?? '').slice(0, 200) } }
}

/** The day on which something last came: without it nobody would see that the account's own switch is off. */
async function noteHeard(item: Stored, inbox: InstagramInbox) {
  const day = item.at.toISODate()!
  if (((await inbox.store.get('heard')) ?? '') < day) await inbox.store.put('heard', day)
}
