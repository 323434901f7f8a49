import { DraftSchema } from '#database/schema'
import { nowMs } from '#support/clock'
import { reading, transaction } from '#support/transaction'
import type { Envelope } from './message_parts.js'

export type DraftKind = 'reply' | 'note'

/**
 * What an agent is writing, kept on the server (M010). Its kind is part of its key: a draft of
 * a note never becomes a reply by being saved again (M005).
 */
export default class Draft extends DraftSchema {
  /** Keeps the latest words; empty ones take the draft away. Returns when it was saved, ms, or null. */
  static async keep(key: { ticketId: number; agentId: number; kind: DraftKind }, { text, envelope }: { text: string; envelope?: Envelope | null }) {
    if (text.trim() === '' && !envelope?.uploadIds?.length) {
      await Draft.drop(key)
      return null
    }
    const at = nowMs()
    await reading()
      .knexQuery()
      .table('drafts')
      .insert({
        ticket_id: key.ticketId,
        agent_id: key.agentId,
        kind: key.kind,
        text,
        envelope: envelope && key.kind === 'reply' ? JSON.stringify(envelope) : null,
        updated_at: at,
      })
      .onConflict(['ticket_id', 'agent_id', 'kind'])
      .merge(['text', 'envelope', 'updated_at'])
    return at
  }

  static async drop({ ticketId, agentId, kind }: { ticketId: number; agentId: number; kind: DraftKind }) {
    await reading().from('drafts').where({ ticket_id: ticketId, agent_id: agentId, kind }).delete()
  }

  /** Puts one agent's words, with copies of their files, below another's. The first agent's draft stays. */
  static async copy({ ticketId, kind }: { ticketId: number; kind: DraftKind }, { from, to }: { from: number; to: number }) {
    await transaction(async (trx) => {
      const theirs = await trx.from('drafts').where({ ticket_id: ticketId, agent_id: from, kind }).firstOrFail()
      const own = await trx.from('drafts').where({ ticket_id: ticketId, agent_id: to, kind }).first()
      const [envelope, mine]: Envelope[] = [theirs.envelope, own?.envelope].map((json) => JSON.parse(json ?? '{}'))
      const uploads = envelope.uploadIds?.length ? await trx.from('uploads').whereIn('id', [...envelope.uploadIds]).where('agent_id', from).select('name', 'type', 'bytes', 'sha256') : []
      const uploadIds: number[] = [...(mine.uploadIds ?? [])]
      for (const upload of uploads) {
        const [row] = await trx.knexQuery().table('uploads').insert({ ...upload, agent_id: to, created_at: nowMs() }).returning('id')
        uploadIds.push(typeof row === 'object' ? row.id : row)
      }
      await Draft.keep({ ticketId, agentId: to, kind }, { text: [own?.text, theirs.text].filter(Boolean).join('\n\n'), envelope: { ...envelope, ...mine, uploadIds } })
    })
  }

  /** Both drafts of an agent on a ticket. */
  static async of(ticketId: number, agentId: number): Promise<{ reply: Draft | null; note: Draft | null }> {
    const drafts = await Draft.query().where({ ticketId, agentId })
    return { reply: drafts.find(({ kind }) => kind === 'reply') ?? null, note: drafts.find(({ kind }) => kind === 'note') ?? null }
  }
}
