import { openTransaction, transaction } from '#support/transaction'
import { words } from './folding.js'
import { searchIndex, type DocumentWords } from './index/search_index.js'

/*
 * What can be found: tickets, their messages and notes, and customers. A document is one row of
 * `search_documents` and its words in the index. It reads any table and writes only its own.
 */

export type DocumentKind = 'ticket' | 'message' | 'note'

/** A text is indexed so far; what is longer is a log or a book, and its beginning finds it. */
const LONGEST_TEXT = 100_000

interface Source {
  readonly refId: number
  readonly ticketId: number
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly subject: string
  readonly sender: string
  readonly recipient: string
  readonly body: string
}

/** Puts tickets into the index, or again when their subject or customer changed; messages and notes are others' words. */
export async function indexTickets(ids: readonly number[]) {
  await inPortions(ids, async (some) => {
    const trx = openTransaction()
    const tickets = await trx
      .from('tickets')
      .join('customers', 'customers.id', 'tickets.customer_id')
      .whereIn('tickets.id', some)
      .orderBy('tickets.id')
      .select('tickets.id', 'tickets.subject', 'tickets.created_at', 'tickets.customer_id', 'customers.name')
    const addresses = await addressesOf(tickets.map((ticket) => ticket.customer_id))
    await keep(
      'ticket',
      tickets.map((ticket) => ({
        refId: ticket.id,
        ticketId: ticket.id,
        at: ticket.created_at,
        subject: ticket.subject,
        sender: [ticket.name, ...(addresses.get(ticket.customer_id) ?? [])].join(' '),
        recipient: '',
        body: '',
      }))
    )
  })
}

/** Puts messages into the index, each with the subject of its ticket, so that words from both find it. */
export async function indexMessages(ids: readonly number[]) {
  await inPortions(ids, async (some) => {
    const messages = await openTransaction()
      .from('messages')
      .join('tickets', 'tickets.id', 'messages.ticket_id')
      .whereIn('messages.id', some)
      .orderBy('messages.id')
      .select('messages.id', 'messages.ticket_id', 'messages.subject', 'messages.text', 'messages.visible_text', 'messages.from_name', 'messages.from_address')
      .select('messages.to', 'messages.cc', 'messages.bcc', 'messages.created_at', 'messages.sent_at', 'messages.received_at', 'messages.author_kind', 'messages.author_id', 'tickets.subject as ticket_subject')
      .select(openTransaction().raw('(SELECT min(first.id) FROM messages AS first WHERE first.ticket_id = messages.ticket_id) AS first_id'))
    const [files, agents] = [await fileNames('message_id', some), await agentsWho(messages)]
    await keep(
      'message',
      messages.map((message) => ({
        refId: message.id,
        ticketId: message.ticket_id,
        // What a sender says of the time decides nothing.
        at: message.received_at ?? message.sent_at ?? message.created_at,
        subject: message.subject && message.subject !== message.ticket_subject ? `${message.ticket_subject} ${message.subject}` : message.ticket_subject,
        sender: [agents(message), message.from_name, message.from_address].filter(Boolean).join(' '),
        recipient: [message.to, message.cc, message.bcc].flatMap(people).join(' '),
        // What a ticket begins with may be forwarded: then the quotation is the matter itself.
        body: [message.id === message.first_id ? message.text : (message.visible_text ?? message.text), ...(files.get(message.id) ?? [])].join(' '),
      }))
    )
  })
}

/** Puts internal notes into the index as documents of their own kind, and takes out those that were deleted. */
export async function indexNotes(ids: readonly number[]) {
  await inPortions(ids, async (some) => {
    const notes = await openTransaction()
      .from('notes')
      .join('tickets', 'tickets.id', 'notes.ticket_id')
      .whereIn('notes.id', some)
      .orderBy('notes.id')
      .whereNull('notes.deleted_at')
      .select('notes.id', 'notes.ticket_id', 'notes.text', 'notes.created_at', 'notes.author_kind', 'notes.author_id', 'tickets.subject as ticket_subject')
    const [files, agents] = [await fileNames('note_id', some), await agentsWho(notes)]
    const kept = new Set(notes.map(({ id }) => id))
    await forget('note', some.filter((id) => !kept.has(id)))
    await keep(
      'note',
      notes.map((note) => ({
        refId: note.id,
        ticketId: note.ticket_id,
        at: note.created_at,
        subject: note.ticket_subject,
        sender: agents(note) ?? '',
        recipient: '',
        body: [note.text, ...(files.get(note.id) ?? [])].join(' '),
      }))
    )
  })
}

/** Puts customers into the index by name and addresses; merged and erased ones leave it. */
export async function indexCustomers(ids: readonly number[]) {
  await inPortions(ids, async (some) => {
    const customers = await openTransaction().from('customers').whereIn('id', some).whereNull('merged_into_id').whereNull('erased_at').select('id', 'name')
    const addresses = await addressesOf(customers.map(({ id }) => id))
    const kept = new Set(customers.map(({ id }) => id))
    const gone = some.filter((id) => !kept.has(id))
    if (gone.length > 0) await searchIndex().forgetCustomers(gone)
    if (customers.length > 0) await searchIndex().keepCustomers(customers.map(({ id, name }) => ({ id, name: folded([name, ...(addresses.get(id) ?? [])].join(' ')) })))
  })
}

/** Everything of a ticket again: its subject stands in each of its documents. */
export async function indexWholeTickets(ids: readonly number[]) {
  await indexTickets(ids)
  await inPortions(ids, async (some) => {
    const messages = await openTransaction().from('messages').whereIn('ticket_id', some).select('id')
    await indexMessages(messages.map(({ id }) => id))
    const notes = await openTransaction().from('notes').whereIn('ticket_id', some).select('id')
    await indexNotes(notes.map(({ id }) => id))
  })
}

/** Takes out all that is known of tickets that go. In the open transaction. */
export async function forgetTickets(ids: readonly number[]) {
  const rows: { id: number }[] = await openTransaction().from('search_documents').whereIn('ticket_id', [...ids]).select('id')
  for (let from = 0; from < rows.length; from += 200) {
    const some = rows.slice(from, from + 200).map(({ id }) => id)
    await searchIndex().forget(some)
    await openTransaction().from('search_documents').whereIn('id', some).delete()
  }
}

/** Leaves the index with nothing in it. */
export async function emptyIndex() {
  await transaction(async (trx) => {
    await searchIndex().empty()
    await trx.from('search_documents').delete()
  })
}

async function keep(kind: DocumentKind, sources: readonly Source[]) {
  if (sources.length === 0) return
  const rows = await openTransaction()
    .knexQuery()
    .table('search_documents')
    .insert(sources.map(({ refId, ticketId, at }) => ({ kind, ref_id: refId, ticket_id: ticketId, at })))
    .onConflict(['kind', 'ref_id'])
    .merge(['ticket_id', 'at'])
    .returning(['id', 'ref_id'])
  const idOf = new Map<number, number>(rows.map((row: any) => [row.ref_id, row.id]))
  const documents: DocumentWords[] = sources.map((source) => ({
    id: idOf.get(source.refId)!,
    subject: folded(source.subject),
    sender: folded(source.sender),
    recipient: folded(source.recipient),
    body: folded(source.body),
  }))
  await searchIndex().keep(documents)
}

async function forget(kind: DocumentKind, refIds: readonly number[]) {
  if (refIds.length === 0) return
  const rows = await openTransaction().from('search_documents').where('kind', kind).whereIn('ref_id', [...refIds]).select('id')
  if (rows.length === 0) return
  const ids = rows.map(({ id }) => id)
  await searchIndex().forget(ids)
  await openTransaction().from('search_documents').whereIn('id', ids).delete()
}

async function addressesOf(customerIds: readonly number[]) {
  const rows = await openTransaction().from('addresses').whereIn('customer_id', [...customerIds]).select('customer_id', 'value')
  return gathered(rows.map((row) => [row.customer_id, row.value]))
}

/** The names of the agents who wrote these. */
async function agentsWho(wrote: readonly { author_kind: string; author_id: string | null }[]) {
  const ids = wrote.filter((row) => row.author_kind === 'agent').map((row) => Number(row.author_id))
  const rows = ids.length === 0 ? [] : await openTransaction().from('agents').whereIn('id', ids).select('id', 'name')
  const names = new Map<string, string>(rows.map(({ id, name }) => [String(id), name]))
  return (row: { author_kind: string; author_id: string | null }) => (row.author_kind === 'agent' ? names.get(row.author_id ?? '') : undefined)
}

async function fileNames(of: 'message_id' | 'note_id', ids: readonly number[]) {
  const rows = await openTransaction().from('attachments').whereIn(of, [...ids]).select(of, 'name')
  return gathered(rows.map((row) => [row[of], row.name]))
}

function gathered(pairs: readonly [number, string][]) {
  const lists = new Map<number, string[]>()
  for (const [key, value] of pairs) lists.set(key, [...(lists.get(key) ?? []), value])
  return lists
}

function people(json: string): string[] {
  return (JSON.parse(json) as { name?: string; address: string }[]).flatMap(({ name, address }) => [name ?? '', address])
}

function folded(text: string) {
  return words(text.slice(0, LONGEST_TEXT)).join(' ')
}

/** Few enough at a time that neither a statement nor the memory grows with the work. */
async function inPortions(ids: readonly number[], work: (some: number[]) => Promise<void>) {
  const all = [...new Set(ids)].sort((a, b) => a - b)
  for (let at = 0; at < all.length; at += 100) await work(all.slice(at, at + 100))
}
