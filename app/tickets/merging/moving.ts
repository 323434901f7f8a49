import type { Envelope } from '#tickets/message_parts'
import { openTransaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'

/** What a merger moved, by id, so that it can be moved back. */
export interface Moved {
  readonly messages: readonly number[]
  readonly notes: readonly number[]
  readonly tasks: readonly number[]
  readonly sides: readonly number[]
  /** Tags and followers that the target did not have. */
  readonly tags: readonly number[]
  readonly followers: readonly number[]
  readonly links: readonly LinkRow[]
  readonly threads: readonly { readonly inbox_id: number; readonly key: string }[]
}

interface LinkRow {
  readonly ticket_id: number
  readonly other_id: number
  readonly kind: string
  readonly created_at: number
}

const AT_ONCE = 200

/** Moves all that hangs on the source to the target, in the open transaction. */
export async function moveEverything(source: Ticket, target: Ticket): Promise<Moved> {
  const trx = openTransaction()
  const ids = async (table: string, column = 'ticket_id') => (await trx.from(table).where(column, source.id).orderBy('id').select('id')).map((row) => Number(row.id))
  const moved = {
    messages: await ids('messages'),
    notes: await ids('notes'),
    tasks: await ids('tasks'),
    sides: await ids('tickets', 'side_of_id'),
    tags: await lacking('ticket_tags', 'tag_id', source.id, target.id),
    followers: await newFollowers(source, target),
    links: await trx.from('ticket_links').where((own) => own.where('ticket_id', source.id).orWhere('other_id', source.id)).select('ticket_id', 'other_id', 'kind', 'created_at'),
    threads: await trx.from('thread_keys').where('ticket_id', source.id).select('inbox_id', 'key'),
  }

  await forgetReading(source, target, moved.messages[0])
  for (const table of ['messages', 'notes', 'tasks', 'mentions', 'thread_keys']) await trx.from(table).where('ticket_id', source.id).update({ ticket_id: target.id })
  await trx.from('tickets').where('side_of_id', source.id).update({ side_of_id: target.id })
  if (moved.tags.length > 0) await trx.table('ticket_tags').multiInsert(moved.tags.map((tagId) => ({ ticket_id: target.id, tag_id: tagId })))
  await moveLinks(moved.links, source.id, target.id)
  return moved
}

/** The same back, as far as it is still where the merger put it. */
export async function moveBack(moved: Moved, sourceId: number, targetId: number) {
  const trx = openTransaction()
  const back = async (table: string, ids: readonly number[], column = 'ticket_id', key = 'id') => {
    for (let at = 0; at < ids.length; at += AT_ONCE) await trx.from(table).whereIn(key, ids.slice(at, at + AT_ONCE)).where(column, targetId).update({ [column]: sourceId })
  }
  await back('messages', moved.messages)
  await back('notes', moved.notes)
  await back('mentions', moved.notes, 'ticket_id', 'note_id')
  await back('tasks', moved.tasks)
  await back('tickets', moved.sides, 'side_of_id')
  for (const thread of moved.threads) await trx.from('thread_keys').where({ ...thread, ticket_id: targetId }).update({ ticket_id: sourceId })
  await trx.from('ticket_tags').where('ticket_id', targetId).whereIn('tag_id', [...moved.tags]).delete()
  await trx.from('followers').where('ticket_id', targetId).whereIn('agent_id', [...moved.followers]).delete()
  for (const link of moved.links) {
    const now = renamed(link, sourceId, targetId)
    if (now) await trx.from('ticket_links').where({ ticket_id: now.ticket_id, other_id: now.other_id, kind: now.kind }).delete()
  }
  if (moved.links.length > 0) await trx.knexQuery().table('ticket_links').insert([...moved.links]).onConflict(['ticket_id', 'other_id', 'kind']).ignore()
}

/** What agents were writing goes along; where somebody writes in both, the words stand below each other. */
export async function moveDrafts(sourceId: number, targetId: number) {
  const trx = openTransaction()
  const drafts = await trx.from('drafts').where('ticket_id', sourceId)
  for (const draft of drafts) {
    const there = await trx.from('drafts').where({ ticket_id: targetId, agent_id: draft.agent_id, kind: draft.kind }).first()
    if (!there) {
      await trx.from('drafts').where('id', draft.id).update({ ticket_id: targetId })
      continue
    }
    const [mine, theirs]: Envelope[] = [there.envelope, draft.envelope].map((json) => JSON.parse(json ?? '{}'))
    const uploadIds = [...(mine.uploadIds ?? []), ...(theirs.uploadIds ?? [])]
    const envelope = there.envelope || uploadIds.length > 0 ? JSON.stringify({ ...mine, ...(uploadIds.length > 0 && { uploadIds }) }) : null
    await trx.from('drafts').where('id', there.id).update({ text: [there.text, draft.text].filter(Boolean).join('\n\n'), envelope })
    await trx.from('drafts').where('id', draft.id).delete()
  }
}

async function lacking(table: string, column: string, sourceId: number, targetId: number): Promise<number[]> {
  const rows = await openTransaction().from(table).where('ticket_id', sourceId).whereNotIn(column, openTransaction().from(table).where('ticket_id', targetId).select(column)).select(column)
  return rows.map((row) => Number(row[column]))
}

async function newFollowers(source: Ticket, target: Ticket): Promise<number[]> {
  const followers = await lacking('followers', 'agent_id', source.id, target.id)
  const owner = source.ownerId && source.ownerId !== target.ownerId && !followers.includes(source.ownerId) ? [source.ownerId] : []
  const known = await openTransaction().from('followers').where('ticket_id', target.id).whereIn('agent_id', owner).select('agent_id')
  return [...followers, ...(known.length > 0 ? [] : owner)]
}

/** What somebody had not read in the source is not read in the target either, though its numbers are older. */
async function forgetReading(source: Ticket, target: Ticket, firstId: number | undefined) {
  if (!source.lastInboundId || firstId === undefined) return
  const trx = openTransaction()
  const before = source.lastInboundId - 1
  await trx
    .from('reads')
    .where('ticket_id', target.id)
    .where('last_message_id', '>', before)
    .whereNotIn('agent_id', trx.from('reads').where('ticket_id', source.id).where('last_message_id', '>=', source.lastInboundId).select('agent_id'))
    .update({ last_message_id: before })
}

async function moveLinks(links: readonly LinkRow[], sourceId: number, targetId: number) {
  if (links.length === 0) return
  const trx = openTransaction()
  await trx.from('ticket_links').where((own) => own.where('ticket_id', sourceId).orWhere('other_id', sourceId)).delete()
  const rows = links.map((link) => renamed(link, sourceId, targetId)).filter((link) => link !== null)
  if (rows.length > 0) await trx.knexQuery().table('ticket_links').insert(rows).onConflict(['ticket_id', 'other_id', 'kind']).ignore()
}

/** The link with the target in the source's place; null where it would lead to itself. */
function renamed(link: LinkRow, sourceId: number, targetId: number): LinkRow | null {
  const [from, to] = [link.ticket_id, link.other_id].map((id) => (id === sourceId ? targetId : id))
  if (from === to) return null
  return link.kind === 'related' && from > to ? { ...link, ticket_id: to, other_id: from } : { ...link, ticket_id: from, other_id: to }
}
