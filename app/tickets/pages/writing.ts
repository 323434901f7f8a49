import db from '@adonisjs/lucid/services/db'
import { answerSubject } from '#tickets/composition'
import { whomToAnswer } from '#tickets/whom_to_answer'
import type { Envelope, Mailbox } from '#tickets/message_parts'
import { accessibleInboxIds } from '#people/access'
import type Agent from '#people/agent'
import type { Sheet } from './sheet.js'
import type { Entry, Thread } from './thread.js'
import { readWay, type ReplyWay } from './way.js'

export interface WrittenFile {
  readonly id: number
  readonly name: string
  readonly bytes: number
}

/** What the two forms of the composer begin with: recipients, drafts, what was seen. */
export interface Writing {
  readonly kind: 'reply' | 'note'
  readonly to: readonly Mailbox[]
  readonly cc: string
  readonly bcc: string
  readonly subject: string
  /** Set by hand, so it is shown unfolded. */
  readonly addressed: boolean
  readonly reply: { readonly text: string; readonly savedAt: number | null; readonly files: readonly WrittenFile[] }
  readonly note: { readonly text: string; readonly savedAt: number | null; readonly files: readonly WrittenFile[] }
  readonly seen: Thread['seen']
  readonly way: ReplyWay
}

/** What the composer begins with. Hardly a query: for the files of a draft, for chats (way.ts), for a Reply-To and what was passed on. */
export async function readWriting(sheet: Sheet, thread: Thread, agent: Agent, kind: 'reply' | 'note', via?: number): Promise<Writing> {
  const way = await readWay(sheet, thread, { via, access: await accessibleInboxIds(agent) })
  const of = (which: string) => sheet.drafts.find((draft) => draft.kind === which)
  const envelopes = new Map<string, Envelope>(sheet.drafts.map(({ kind, envelope }) => [kind, envelope ?? {}]))
  const files = await filesOf([...envelopes.values()].flatMap(({ uploadIds = [] }) => [...uploadIds]), agent)
  const envelope = envelopes.get('reply') ?? {}
  const begun = (which: 'reply' | 'note') => {
    const draft = of(which)
    const ids = envelopes.get(which)?.uploadIds ?? []
    return { text: draft?.text ?? '', savedAt: draft?.savedAt ?? null, files: files.filter(({ id }) => ids.includes(id)) }
  }
  // What came before the channel gave a name is signed with the address.
  const named = (one: Mailbox) => (way.chat && (!one.name || one.name === one.address) ? { ...one, name: sheet.customer.name } : one)
  const to = envelope.to?.length && !way.chat ? envelope.to.map((address) => ({ address })) : (await recipients(sheet, thread, way)).map(named)
  return {
    kind,
    to,
    cc: envelope.cc?.join(', ') ?? '',
    bcc: envelope.bcc?.join(', ') ?? '',
    subject: envelope.subject ?? answerSubject(sheet.subject),
    addressed: Boolean(envelope.cc?.length || envelope.bcc?.length || envelope.to?.length),
    reply: begun('reply'),
    note: begun('note'),
    seen: thread.seen,
    way,
  }
}

/** Whom the verb would answer by itself, said before it is sent. */
async function recipients(sheet: Sheet, { items }: Thread, way: ReplyWay): Promise<readonly Mailbox[]> {
  const here = (item: Entry) => !(way.chat || way.chosen || way.inboxId !== sheet.inbox.id) || item.inboxId === way.inboxId
  const last = items.filter((item): item is Entry => item.type === 'message' && ['inbound', 'reply'].includes(item.kind) && here(item)).at(-1)
  const from = last?.address ? { address: last.address, name: last.author } : null
  const answered = last ? await whomToAnswer({ ...last, from }, sheet.customer.id) : []
  if (answered.length > 0) return answered
  if (way.email) return [{ address: way.email, name: sheet.customer.name }]
  return sheet.customer.address ? [{ address: sheet.customer.address, name: sheet.customer.name }] : []
}

async function filesOf(ids: number[], agent: { id: number }): Promise<WrittenFile[]> {
  if (ids.length === 0) return []
  const rows = await db.from('uploads').whereIn('id', ids).where('agent_id', agent.id).select('id', 'name', 'bytes')
  return rows.map((row) => ({ id: row.id, name: row.name, bytes: Number(row.bytes) }))
}
