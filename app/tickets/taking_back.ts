import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'
import Draft from './draft.js'
import type Message from './message.js'
import { cancelDelivery } from './message_delivery.js'

/**
 * Takes a reply back before it leaves. Its words and files return to the agent's draft; what the
 * agent has begun to write since stands below them, so nothing of either is lost.
 *
 * @throws DomainError when it has left already
 */
export async function takeBack(message: Message, agentId: number, cause: Cause) {
  await transaction(async (trx) => {
    await cancelDelivery(message, cause)

    const files = await trx.from('attachments').where('message_id', message.id).where('inline', 0).whereNotNull('sha256').orderBy('id').select('name', 'type', 'bytes', 'sha256')
    const uploadIds: number[] = []
    for (const file of files) {
      const [row] = await trx.knexQuery().table('uploads').insert({ ...file, agent_id: agentId, created_at: nowMs() }).returning('id')
      uploadIds.push(typeof row === 'object' ? row.id : row)
    }

    const begun = await trx.from('drafts').where({ ticket_id: message.ticketId, agent_id: agentId, kind: 'reply' }).first()
    const since = begun ? { text: begun.text as string, uploadIds: (JSON.parse(begun.envelope ?? '{}').uploadIds ?? []) as number[] } : { text: '', uploadIds: [] }
    const addresses = (list: Message['to']) => list.map(({ address }) => address)
    await Draft.keep(
      { ticketId: message.ticketId, agentId, kind: 'reply' },
      {
        text: [message.visibleText ?? message.text, since.text].filter((text) => text.trim() !== '').join('\n\n'),
        envelope: { to: addresses(message.to), cc: addresses(message.cc), bcc: addresses(message.bcc), subject: message.subject ?? undefined, uploadIds: [...uploadIds, ...since.uploadIds] },
      }
    )
  })
}
