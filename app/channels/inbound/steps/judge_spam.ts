import { openTransaction } from '#support/transaction'
import { opinionOn } from '#channels/spam/filter'
import { verdictOn } from '#channels/spam/senders'
import type { InboundDraft } from '../draft.js'

/**
 * Is it spam? First what the team has said of the sender, then what the provider and its filters have
 * said, then what this desk has learned itself. Whoever has a ticket with us already is never put away
 * by a machine (contracts/channels/07c); and spam is kept, in its own view.
 */
export async function judgeSpam(draft: InboundDraft): Promise<void> {
  const { message, inbox } = draft
  draft.spam = message.spam ?? null
  if (message.outgoing) return
  const said = message.from.kind === 'email' && message.from.value ? await verdictOn(message.from.value) : null
  if (said === 'allow' && message.trust?.verdict !== 'suspect') {
    draft.spam = { verdict: 'ham', score: draft.spam?.score, reasons: ['allowed'] }
    return
  }
  if (said === 'block') {
    draft.blocked = true
    draft.spam = { verdict: 'spam', score: draft.spam?.score, reasons: ['blocked', ...(draft.spam?.reasons ?? [])] }
    return
  }
  if (draft.ticket || draft.followUpOfId || inbox.terms.threads !== 'references') {
    draft.spam = tempered(draft.spam)
    return
  }
  if (draft.spam?.verdict !== 'spam') {
    const opinion = await opinionOn({ subject: message.subject ?? null, from: message.from.value, text: draft.prepared.visibleText ?? draft.prepared.text, html: draft.prepared.html })
    if (opinion && opinion.verdict !== 'ham') draft.spam = { verdict: opinion.verdict, score: opinion.score, reasons: [...(draft.spam?.reasons ?? []), `learned ${opinion.score}`] }
    else if (opinion && !draft.spam) draft.spam = { verdict: 'ham', score: opinion.score, reasons: [] }
  }
  if (draft.spam?.verdict === 'spam' && (await isKnown(draft))) draft.spam = tempered(draft.spam)
}

/** The warning stays, the putting away does not. */
function tempered(spam: InboundDraft['spam']): InboundDraft['spam'] {
  return spam?.verdict === 'spam' ? { ...spam, verdict: 'unsure', reasons: [...spam.reasons, 'known sender'] } : spam
}

/** Has a ticket that is no spam. */
async function isKnown({ customer }: InboundDraft): Promise<boolean> {
  if (customer!.created) return false
  const row = await openTransaction().from('tickets').where('customer_id', customer!.id).whereNot('status', 'spam').select('id').first()
  return Boolean(row)
}
