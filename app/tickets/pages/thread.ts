import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { ASKED_MS } from '#tickets/file_request'
import { showsAnswersBetween } from '#tickets/answers_between'
import { foldQuote } from '#tickets/mail_quote'
import type { Authentication, Bounce, Invitation, Mailbox, SpamVerdict } from '#tickets/message_parts'
import type { Directory } from './directory.js'
import { factOf, TOLD_ELSEWHERE, type Fact } from './facts.js'

/** Messages on one page of a thread; older ones are a link away. */
const PAGE = 50

export interface ThreadFile {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly bytes: number
  readonly error: string | null
  readonly here: boolean
  /** Somebody waits for it to be fetched once more. */
  readonly asked: boolean
  readonly inline: boolean
  /** It left as a link instead of as a part of the mail; times in ms. */
  readonly link: { readonly expiresAt: number; readonly revoked: boolean; readonly fetched: number } | null
}

export interface Entry {
  readonly type: 'message' | 'note'
  readonly id: number
  /** ms UTC */
  readonly at: number
  readonly outgoing: boolean
  readonly automatic: boolean
  readonly kind: string
  readonly author: string
  readonly address: string | null
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly bcc: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly subject: string | null
  readonly text: string
  /** What stands below it of earlier messages; null when nothing does. */
  readonly quoted: string | null
  /** Worth showing as its author laid it out, not as words alone. */
  readonly rich: boolean
  readonly hasHtml: boolean
  /** Height in px before the page can measure it. */
  readonly height: number
  readonly remoteImages: number
  readonly verdict: string | null
  /** Kept reasons (plugins/reasons.ts) to be wary of the sender. */
  readonly warnings: readonly string[]
  /** Whether anything of the sender was checked at all. */
  readonly hasChecks: boolean
  readonly automaticKind: string | null
  readonly newParticipant: boolean
  readonly spam: SpamVerdict | null
  /** Names of other inboxes that got the same message. */
  readonly alsoIn: readonly string[]
  readonly bounce: Bounce | null
  readonly forwardedFrom: Mailbox | null
  readonly invitation: Invitation | null
  readonly protection: string | null
  /** It could not be read to its end, and its original stands among its files. */
  readonly unread: boolean
  /** Some of its letters could not be read. */
  readonly damaged: boolean
  readonly files: readonly ThreadFile[]
  readonly delivery: { readonly state: string; readonly dueAt: number; readonly plannedAt: number | null; readonly error: string | null; readonly sentAt: number | null; readonly deliveredAt: number | null; readonly readAt: number | null; readonly at: number } | null
  readonly edited: boolean
  /** The agent who wrote it; null when nobody here did. */
  readonly authorId: number | null
  /** Whether its bytes are kept as they came. */
  readonly hasRaw: boolean
  readonly inboxId: number
  /** Kept reasons: what the channel says of it besides its words. */
  readonly remarks: readonly string[]
  /** Its sender took it back: its words are kept, and not shown. */
  readonly deleted: boolean
  /** The words before each edit, oldest first. */
  readonly before: readonly string[]
  readonly reactions: readonly { readonly emoji: string; readonly ours: boolean }[]
  /** The provider's template it was sent by. */
  readonly template: string | null
}

/** What stands between two messages: facts, the most telling first, the rest folded. */
export interface Facts {
  readonly type: 'facts'
  readonly at: number
  readonly shown: readonly Fact[]
  readonly folded: readonly Fact[]
}

export interface Thread {
  readonly ticketId: number
  readonly items: readonly (Entry | Facts)[]
  /** Highest ids on the page: what the reader has seen when they begin to write. */
  readonly seen: { readonly messageId: number; readonly noteId: number }
  /** To ask for what came before, or null. */
  readonly olderThan: number | null
}

/** Messages, notes and events of one ticket in time order. Three queries, whatever the length; one more where pictures wait. */
export async function readThread(ticketId: number, people: Directory, { before }: { before?: number } = {}): Promise<Thread> {
  const messages: any[] = await db
    .from('messages')
    .leftJoin('deliveries', 'deliveries.message_id', 'messages.id')
    .where('messages.ticket_id', ticketId)
    .if(before, (query) => query.where('messages.id', '<', before!))
    .orderBy('messages.id', 'desc')
    .limit(PAGE + 1)
    .select('messages.*', 'deliveries.state', 'deliveries.due_at', 'deliveries.planned_at', 'deliveries.error as delivery_error', 'deliveries.sent_at as left_at', 'deliveries.delivered_at', 'deliveries.read_at', 'deliveries.updated_at as delivery_at')

  const more = messages.length > PAGE
  const page = messages.slice(0, PAGE).reverse()
  const from = more ? Number(page[0].created_at) : 0
  const until = before && page.length > 0 ? Number(page[page.length - 1].created_at) : null

  const within = (query: any, column: string) => query.where(column, '>=', from).if(until !== null, (part: any) => part.where(column, '<=', until))
  const [notes, events] = await betweenMessages(ticketId, within)
  await forgetAllowedPictures(page)
  await nameOtherInboxes(page)
  const files = await filesOf(page.map(({ id }) => id), notes.map(({ id }) => Number(id)))
  const changes = await changesAmong(page)

  const entries: Entry[] = [
    ...page.map((row) => messageEntry(row, people, files.filter((file) => file.message_id === row.id), changes.filter((change) => change.message_id === row.id))),
    ...notes.map((row) => noteEntry(row, people, files.filter((file) => file.note_id === Number(row.id)))),
  ]
  const timed = [...entries, ...events.map((row) => ({ type: 'fact' as const, at: Number(row.at), fact: factOf(row, people) }))].sort((a, b) => a.at - b.at)
  return {
    ticketId,
    items: gather(timed),
    seen: { messageId: page.at(-1)?.id ?? 0, noteId: Math.max(0, ...notes.map(({ id }) => Number(id))) },
    olderThan: more ? page[0].id : null,
  }
}

/** Notes and events in one reading: both are short, and a ticket's page is counted by its queries. */
async function betweenMessages(ticketId: number, within: (query: any, column: string) => any): Promise<[notes: any[], events: any[]]> {
  const notes = within(db.from('notes').where('ticket_id', ticketId).whereNull('deleted_at'), 'created_at').select(
    ...['id', db.raw(`case when edited_at is null then 'note' else 'note and edited' end as name`), 'created_at as at', 'author_kind as actor_kind', 'author_id as actor_id', 'text as payload', db.raw('null as because')]
  )
  const events = within(db.from('events').where('ticket_id', ticketId).whereNotIn('name', TOLD_ELSEWHERE), 'at').select('id', 'name', 'at', 'actor_kind', 'actor_id', 'payload', 'because')
  const rows: any[] = await events.unionAll(notes).orderBy('at').orderBy('id').limit(400)
  const isNote = ({ name }: { name: string }) => name === 'note' || name === 'note and edited'
  return [rows.filter(isNote), rows.filter((row) => !isNote(row))]
}

/** A sender whose pictures are always shown has none that wait to be asked about. */
async function forgetAllowedPictures(messages: any[]) {
  const asking = messages.filter((row) => row.remote_images > 0 && row.from_address)
  if (asking.length === 0) return
  const senders = [...new Set(asking.map((row) => row.from_address.toLowerCase()))]
  const allowed = await db.from('addresses').where('kind', 'email').whereIn('value', senders).whereNotNull('images_allowed_at').select('value')
  const values = new Set(allowed.map(({ value }) => value))
  for (const row of asking) if (values.has(row.from_address.toLowerCase())) row.remote_images = 0
}

/** The other inboxes that got the same message; a query only where there is one. */
async function nameOtherInboxes(messages: any[]) {
  const shared = messages.filter((row) => row.also_in)
  if (shared.length === 0) return
  const ids = (row: any) => JSON.parse(row.also_in) as number[]
  const names = new Map((await db.from('inboxes').whereIn('id', [...new Set(shared.flatMap(ids))]).select('id', 'name')).map(({ id, name }) => [id, name]))
  for (const row of shared) row.also_in_names = ids(row).map((id) => names.get(id) ?? `#${id}`)
}

/** Facts between two entries become one group; three are shown, more are folded. */
function gather(timed: (Entry | { type: 'fact'; at: number; fact: Fact | null })[]): (Entry | Facts)[] {
  const items: (Entry | Facts)[] = []
  let open: { at: number; facts: Fact[] } | null = null
  const shut = () => {
    if (open) items.push({ type: 'facts', at: open.at, shown: open.facts.slice(0, open.facts.length > 3 ? 1 : 3), folded: open.facts.length > 3 ? open.facts.slice(1) : [] })
    open = null
  }
  for (const item of timed) {
    if (item.type !== 'fact') {
      shut()
      items.push(item)
      continue
    }
    if (!item.fact) continue
    open ??= { at: item.at, facts: [] }
    open.facts.push(item.fact)
  }
  shut()
  return items
}

async function filesOf(messageIds: number[], noteIds: number[]): Promise<any[]> {
  if (messageIds.length + noteIds.length === 0) return []
  return db
    .from('attachments')
    .leftJoin('file_links', 'file_links.attachment_id', 'attachments.id')
    .where((query) => query.whereIn('attachments.message_id', messageIds).orWhereIn('attachments.note_id', noteIds))
    .orderBy('attachments.id')
    .select('attachments.*', 'file_links.expires_at as link_expires_at', 'file_links.revoked_at as link_revoked_at', 'file_links.fetched as link_fetched')
}

/** Asked only where a message says that there is something. */
async function changesAmong(page: any[]): Promise<any[]> {
  const ids = page.filter(({ changed_at: at }) => at !== null).map(({ id }) => id)
  return ids.length === 0 ? [] : db.from('message_changes').whereIn('message_id', ids).orderBy('at').orderBy('id').select('message_id', 'kind', 'from_address', 'text')
}

/** The last reaction of each; one that was taken back is none. */
function reactionsOf(changes: any[], customer: string | null) {
  const last = new Map<string, string | null>()
  for (const { kind, from_address: from, text } of changes) if (kind === 'reaction') last.set(from, text)
  return [...last].flatMap(([from, emoji]) => (emoji ? [{ emoji, ours: customer !== null && from !== customer }] : []))
}

function messageEntry(row: any, { agents }: Directory, files: any[], changes: any[]): Entry {
  const outgoing = row.kind === 'reply' || row.kind === 'auto_reply'
  const visible: string = row.visible_text ?? row.text
  const html: string | null = row.html
  const shown = html === null || outgoing ? visible : showsAnswersBetween(row.text, row.visible_text) ? html : unquoted(html)
  const recipient: Mailbox | undefined = JSON.parse(row.to)[0]
  const writer = row.author_kind === 'agent' ? agents.get(Number(row.author_id))?.name : null
  return {
    type: 'message',
    id: row.id,
    at: Number(row.received_at ?? row.created_at),
    outgoing,
    automatic: Boolean(row.automatic),
    kind: row.kind,
    author: writer ?? (row.from_name || row.from_address || ''),
    address: outgoing ? null : row.from_address,
    to: JSON.parse(row.to),
    cc: JSON.parse(row.cc),
    bcc: JSON.parse(row.bcc),
    replyTo: JSON.parse(row.reply_to),
    subject: row.subject,
    text: visible,
    quoted: outgoing ? null : quotedOf(row.text, visible),
    rich: !outgoing && html !== null && isRich(shown),
    hasHtml: !outgoing && html !== null,
    height: heightOf(shown),
    remoteImages: row.remote_images,
    ...doubtsOf(row),
    automaticKind: row.automatic_kind,
    newParticipant: Boolean(row.new_participant),
    spam: row.spam ? JSON.parse(row.spam) : null,
    alsoIn: row.also_in_names ?? [],
    bounce: row.bounce ? JSON.parse(row.bounce) : null,
    forwardedFrom: row.forwarded_from ? JSON.parse(row.forwarded_from) : null,
    invitation: row.invitation ? JSON.parse(row.invitation) : null,
    protection: row.protection,
    unread: !outgoing && files.some((file) => file.name === 'original.eml'),
    damaged: !outgoing && row.incoming_item_id !== null && /[\uFFFD\u0080-\u0084\u0086-\u009F]/.test(row.text.slice(0, 20_000)),
    files: row.deleted_at === null ? files.map(fileOf) : [],
    delivery: row.state
      ? { state: row.state, dueAt: Number(row.due_at), plannedAt: moment(row.planned_at), error: row.delivery_error, sentAt: moment(row.left_at), deliveredAt: moment(row.delivered_at), readAt: moment(row.read_at), at: Number(row.delivery_at) }
      : null,
    edited: false,
    authorId: row.author_kind === 'agent' ? Number(row.author_id) : null,
    hasRaw: row.incoming_item_id !== null,
    inboxId: row.inbox_id,
    remarks: row.remarks ? JSON.parse(row.remarks) : [],
    deleted: row.deleted_at !== null,
    before: row.deleted_at === null ? changes.filter(({ kind }) => kind === 'edited').map(({ text }) => text) : [],
    reactions: reactionsOf(changes, outgoing ? (recipient?.address ?? null) : row.from_address),
    template: row.template ? JSON.parse(row.template).name : null,
  }
}

function doubtsOf(row: any): Pick<Entry, 'verdict' | 'warnings' | 'hasChecks'> {
  const known: Authentication | null = row.authentication ? JSON.parse(row.authentication) : null
  return { verdict: known?.verdict ?? null, warnings: known?.warnings ?? [], hasChecks: Object.keys(known?.checks ?? {}).length > 0 }
}

function noteEntry(row: any, { agents }: Directory, files: any[]): Entry {
  return {
    ...{ type: 'note', id: Number(row.id), at: Number(row.at), outgoing: false, automatic: false, kind: 'note', address: null, to: [], cc: [], bcc: [], replyTo: [], subject: null },
    ...{ quoted: null, rich: false, hasHtml: false, height: 0, remoteImages: 0, verdict: null, bounce: null, forwardedFrom: null, invitation: null, protection: null, unread: false, damaged: false, delivery: null, warnings: [], hasChecks: false, automaticKind: null, newParticipant: false, spam: null, alsoIn: [] },
    author: (row.actor_kind === 'agent' ? agents.get(Number(row.actor_id))?.name : null) ?? String(row.actor_id ?? 'Opora'),
    text: row.payload,
    files: files.map(fileOf),
    edited: row.name === 'note and edited',
    authorId: row.actor_kind === 'agent' ? Number(row.actor_id) : null,
    hasRaw: false,
    ...{ inboxId: 0, remarks: [], deleted: false, before: [], reactions: [], template: null },
  }
}

function fileOf(row: any): ThreadFile {
  return { id: row.id, name: row.name, type: row.type, bytes: Number(row.bytes), error: row.error, here: row.sha256 !== null, asked: row.asked_at !== null && Number(row.asked_at) > nowMs() - ASKED_MS, inline: Boolean(row.inline), link: row.link_expires_at ? { expiresAt: Number(row.link_expires_at), revoked: row.link_revoked_at !== null, fetched: Number(row.link_fetched) } : null }
}

function quotedOf(text: string, visible: string): string | null {
  if (text === visible) return null
  const rest = text.startsWith(visible) ? text.slice(visible.length).trim() : text.trim()
  return rest === '' ? null : rest
}

/** What stands open in a mail's frame. */
function unquoted(html: string): string {
  const folded = foldQuote(html)
  return folded ? folded.before + folded.after : html
}

/** Tables, pictures and emphasis are lost in plain words; paragraphs and line ends are not. */
function isRich(html: string) {
  return /<(table|img|h[1-6]|ul|ol|hr|b|strong|i|em|u|font|center|pre|code)\b/i.test(html) || /style="[^"]*(background|color:\s*(?!#?0{3,6}\b|black|windowtext|rgb\(0, ?0, ?0))/i.test(html)
}

function heightOf(content: string) {
  const words = content.replace(/<[^>]+>/g, ' ')
  const breaks = (content.match(/<(br|p|tr|div|li)\b|\n/gi) ?? []).length
  return Math.min(900, 48 + Math.max(breaks, Math.ceil(words.length / 90)) * 22)
}

function moment(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
