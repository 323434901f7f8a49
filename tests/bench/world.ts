import { createHash, randomUUID } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { RunningDesk } from '../servers/desk.js'
import { freePort } from '../servers/processes.js'
import { fold, words } from '#search/folding'
import { COMMON, LANGUAGES, RARE, answer, dice, letter, person, subject, type Language } from './texts.js'

/*
 * A desk of a given age: tickets with three messages each, written straight into the tables as the desk's own
 * verbs would leave them, the search index too. What the figures of the bench are measured on.
 */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const BATCH = 500

/** Most tickets of a desk are long finished; a tenth waits for somebody. */
const STATUSES = { new: 3, open: 8, pending: 5, snoozed: 2, resolved: 7, closed: 70, spam: 5 }
const CATEGORIES = { customer: 40, order: 20, shipping: 14, complaint: 8, return: 8, product: 4, newsletter: 3, notification: 3 }
const PRIORITIES = { low: 6, normal: 80, high: 11, urgent: 3 }
const TAGS = ['doprava', 'platba', 'reklamace', 'vip', 'velkoobchod', 'vrácení', 'kávovar', 'mlýnek', 'faktury', 'zahraničí', 'dárek', 'urgence']

export const AGENTS = 12
const TEAMS = ['Zákazníci', 'Reklamace', 'Velkoobchod']
const INBOXES = ['info@kavarna.test', 'reklamace@kavarna.test', 'velkoobchod@kavarna.test']

/**
 * People, teams, tags, inboxes and our own SMTP listener, whose port it gives; the first admin is agent 1 already.
 * Replies wait an hour, so that none leaves during a run.
 */
export async function furnish(db: Database.Database, desk: RunningDesk): Promise<number> {
  const at = Date.now()
  const port = await freePort()
  const settings = await desk.seal({ listenerPort: port })
  db.transaction(() => {
    const agent = db.prepare(`INSERT INTO agents (name, email, role, language, keyboard, restricted, availability, session_epoch, created_at, updated_at) VALUES (?, ?, 'agent', 'cs', 1, 0, 'available', 0, ?, ?)`)
    for (let n = 2; n <= AGENTS; n++) agent.run(person(dice(n)), `agent${n}@kavarna.test`, at, at)
    for (const name of TEAMS) db.prepare('INSERT INTO teams (name, created_at, updated_at) VALUES (?, ?, ?)').run(name, at, at)
    for (let n = 1; n <= AGENTS; n++) db.prepare('INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)').run(1 + (n % TEAMS.length), n)
    for (const name of TAGS) db.prepare('INSERT INTO tags (name, folded, created_at) VALUES (?, ?, ?)').run(name, fold(name), at)
    const inbox = db.prepare(`INSERT INTO inboxes (key, channel, name, address, config, team_id, undo_seconds, close_after_days, reopen_within_days, created_at, updated_at) VALUES (?, 'email', ?, ?, ?, ?, 3600, 14, 30, ?, ?)`)
    for (const [n, address] of INBOXES.entries()) inbox.run(randomUUID(), address.split('@')[0], address, JSON.stringify({ address, listener: true }), n + 1, at, at)
    db.prepare(`INSERT INTO plugins (id, enabled_at, settings, created_at, updated_at) VALUES ('email', ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at`).run(at, settings, at, at)
    db.prepare(`INSERT INTO settings (key, value, updated_at) VALUES ('setup.finished_at', ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`).run(JSON.stringify(at), at)
  })()
  return port
}

/** Makes `target` tickets in an empty desk. */
export function fill(db: Database.Database, target: number) {
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -200000')
  const write = statements(db)
  for (let from = 1; from <= target; from += BATCH) {
    db.transaction(() => {
      for (let n = from; n < from + BATCH && n <= target; n++) ticket(write, n, target)
    })()
  }
  db.exec(`INSERT INTO search_words (search_words) VALUES ('optimize')`)
  db.exec('ANALYZE')
  db.pragma('wal_checkpoint(TRUNCATE)')
}

type Write = ReturnType<typeof statements>

function statements(db: Database.Database) {
  const insert = (table: string, columns: string) => db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.split(',').map(() => '?').join(', ')})`)
  return {
    customer: insert('customers', 'id, name, sort_name, language, created_at, updated_at'),
    address: insert('addresses', 'customer_id, kind, value, created_at'),
    customerWords: insert('search_customers', 'rowid, name'),
    ticket: insert('tickets', 'id, subject, status, pending_on, priority, category, inbox_id, channel, customer_id, owner_id, team_id, language, preview, message_count, note_count, last_inbound_id, waiting_since_at, last_customer_message_at, last_agent_message_at, first_response_at, snoozed_until, resolved_at, closed_at, created_at, updated_at'),
    message: insert('messages', 'id, ticket_id, inbox_id, kind, author_kind, author_id, from_name, from_address, "to", subject, text, external_id, fingerprint, sent_at, received_at, created_at'),
    delivery: insert('deliveries', 'message_id, inbox_id, reference, state, due_at, attempts, sent_at, created_at, updated_at'),
    note: insert('notes', 'ticket_id, author_kind, author_id, text, created_at'),
    tag: insert('ticket_tags', 'ticket_id, tag_id'),
    event: insert('events', 'name, at, actor_kind, actor_id, via, ticket_id, customer_id, inbox_id, channel, payload, dispatched_at'),
    document: insert('search_documents', 'kind, ref_id, ticket_id, at'),
    words: insert('search_words', 'rowid, subject, sender, recipient, body'),
  }
}

/** Every third ticket is of somebody new; the others wrote before. */
function customerOf(write: Write, n: number, language: Language, at: number): { id: number; name: string; address: string } {
  const id = 1 + Math.floor((n - 1) / 3)
  const name = person(dice(id))
  const address = `zakaznik${id}@posta.test`
  if ((n - 1) % 3 === 0) {
    write.customer.run(id, name, fold(name), language, at, at)
    write.address.run(id, 'email', address, at)
    write.customerWords.run(id, folded(`${name} ${address}`))
  }
  return { id, name, address }
}

function ticket(write: Write, n: number, target: number) {
  const of = dice(n * 7919)
  const language = of.weighed(LANGUAGES)
  const status = of.weighed(STATUSES)
  const finished = ['resolved', 'closed', 'spam'].includes(status)
  // Work of two years, evenly; what is not closed is of the last days, or the desk would begin by closing it.
  const now = Date.now()
  const opened = finished && status !== 'resolved' ? now - 730 * DAY * (1 - n / target) - of.below(DAY) - DAY : now - of.below(9 * DAY) - DAY
  const customer = customerOf(write, n, language, opened)
  const inboxId = 1 + of.below(INBOXES.length)
  const ownerId = status === 'new' || of.roll() < 0.1 ? null : 1 + of.below(AGENTS)
  const answeredAt = opened + 20 * MINUTE + of.below(DAY / 12)
  const saidAt = answeredAt + of.below(DAY / 24)
  const matter = subject(of, language)
  const also = [...(n % 4 !== 0 ? [COMMON] : []), ...(n % 2000 === 7 ? [RARE] : [])]
  const texts = [letter(of, language, also), answer(of, language), letter(of, language)]
  const waits = ['new', 'open', 'snoozed'].includes(status)
  const [m1, m2, m3] = [n * 3 - 2, n * 3 - 1, n * 3]

  write.ticket.run(
    ...[n, matter, status, status === 'pending' ? 'customer' : null, of.weighed(PRIORITIES), of.weighed(CATEGORIES), inboxId, 'email', customer.id, ownerId, of.roll() < 0.7 ? inboxId : null],
    ...[language, texts[2].slice(0, 180), 3, n % 3 === 0 ? 1 : 0, m3, waits ? saidAt : null, saidAt, answeredAt, answeredAt],
    ...[status === 'snoozed' ? now + of.below(9 * DAY) : null, finished ? saidAt + DAY / 2 : null, status === 'closed' ? saidAt + DAY : null, opened, finished ? saidAt + DAY / 2 : saidAt]
  )
  const agentId = ownerId ?? 1
  const [to, ours] = [JSON.stringify([{ address: customer.address, name: customer.name }]), JSON.stringify([{ address: INBOXES[inboxId - 1] }])]
  const inbound = (id: number, text: string, at: number) => write.message.run(id, n, inboxId, 'inbound', 'customer', String(customer.id), customer.name, customer.address, ours, matter, text, `<${id}@posta.test>`, digest(`in ${id}`), at, at, at)
  inbound(m1, texts[0], opened)
  write.message.run(m2, n, inboxId, 'reply', 'agent', String(agentId), null, INBOXES[inboxId - 1], to, `Re: ${matter}`, texts[1], `<${m2}@kavarna.test>`, null, answeredAt, null, answeredAt)
  write.delivery.run(m2, inboxId, `r${m2}`, 'sent', answeredAt, 1, answeredAt, answeredAt, answeredAt)
  inbound(m3, texts[2], saidAt)

  const happened: [string, number, string, string | null, object][] = [
    ['ticket:opened', opened, 'customer', String(customer.id), {}],
    ['message:received', opened, 'customer', String(customer.id), { messageId: m1 }],
    ['message:queued', answeredAt, 'agent', String(agentId), { messageId: m2 }],
    ['message:received', saidAt, 'customer', String(customer.id), { messageId: m3 }],
  ]
  if (ownerId) happened.push(['ticket:assigned', opened + 5 * MINUTE, 'agent', String(agentId), { ownerId }])
  for (const [name, at, kind, id, payload] of happened) write.event.run(name, at, kind, id, 'page', n, customer.id, inboxId, 'email', JSON.stringify(payload), at)
  if (of.roll() < 0.4) write.tag.run(n, 1 + of.below(TAGS.length))

  const index = (kind: string, id: number, at: number, sender: string, recipient: string, body: string) => {
    const { lastInsertRowid } = write.document.run(kind, id, n, at)
    write.words.run(lastInsertRowid, folded(matter), folded(sender), folded(recipient), folded(body))
  }
  const [from, us] = [`${customer.name} ${customer.address}`, INBOXES[inboxId - 1]]
  index('ticket', n, opened, from, '', '')
  index('message', m1, opened, from, us, texts[0])
  index('message', m2, answeredAt, us, from, texts[1])
  index('message', m3, saidAt, from, us, texts[2])
  if (n % 3 === 0) {
    const note = `Volala zákaznice, ${of.one(TAGS)}, ozve se znovu.`
    const { lastInsertRowid } = write.note.run(n, 'agent', String(agentId), note, answeredAt)
    index('note', Number(lastInsertRowid), answeredAt, '', '', note)
  }
}

const folded = (text: string) => words(text).join(' ')
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
