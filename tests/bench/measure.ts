import type Database from 'better-sqlite3'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunningDesk } from '../servers/desk.js'
import { load, send, summary, type Asked, type Load } from './load.js'
import { KINDS, mailMix, submit, type Kind } from './mails.js'
import { COMMON, RARE } from './texts.js'
import http from 'node:http'

export interface Figures {
  readonly tickets: number
  /** Seconds to fill; not a figure of the desk. */
  readonly filled: number
  /** From starting the process to its first page, ms. */
  readonly coldStart: number
  readonly pages: Record<string, { one: Load; eight: Load }>
  readonly reply: Load
  /** The same with nobody at the desk, mails a second. */
  readonly alone: number
  /** Mails a second, from the first byte over SMTP to the last one's commit; `failed` are those that could not be read. */
  readonly ingest: { readonly perSecond: number; readonly accepted: number; readonly mails: number; readonly failed: number; readonly processor: number }
  /** Parse and store, mails a second, of one kind each. */
  readonly kinds: Record<Kind, number>
  /** The list's first page on one connection, while nothing else happens and during the import. */
  readonly during: { readonly idle: Load; readonly importing: Load }
  /** MB */
  readonly memory: { readonly idle: number; readonly loaded: number }
  /** MB */
  readonly database: number
}

export interface Extent {
  readonly seconds: number
  readonly mails: number
  readonly replies: number
}

const PAGE = 50
/** Page 200 begins after this many rows. */
const DEEP = 199 * PAGE

/** Measures a filled desk that runs. */
export async function measure(desk: RunningDesk, db: Database.Database, smtpPort: number, extent: Extent, run: string, told: (what: string) => void) {
  const visitor = await desk.signIn()
  await pause(3000)
  const idle = desk.memory().now
  const ask = async (next: (n: number) => Asked, connections: number): Promise<Load> => {
    const before = desk.processor()
    let sent = 0
    const measured = await load(desk.url, visitor.cookie, (n) => (sent++, next(n)), { connections, seconds: extent.seconds })
    return { ...measured, processor: (desk.processor() - before) / sent }
  }

  const pages: Figures['pages'] = {}
  for (const [name, next] of Object.entries(pagesOf(db))) {
    told(name)
    pages[name] = { one: await ask(next, 1), eight: await ask(next, 8) }
  }
  told('reply')
  const reply = await replies(desk, db, extent.replies)
  told('import')
  const { ingest, during } = await importing(desk, db, smtpPort, mailMix(extent.mails, run), visitor.cookie, extent.seconds)
  told('import by kind')
  // For two seconds after a page somebody counts as being at the desk (support/pages_first.ts).
  await pause(3000)
  const alone = await taken(db, smtpPort, mailMix(extent.mails, `${run}-alone`))
  const kinds = await byKind(db, smtpPort, Math.max(50, Math.round(extent.mails / 10)), run)
  return { pages, reply, alone, ingest, kinds, during, memory: { idle, loaded: desk.memory().most } }
}

function pagesOf(db: Database.Database): Record<string, (n: number) => Asked> {
  const deep = db.prepare('SELECT updated_at, id FROM tickets ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET ?').get(DEEP - 1) as { updated_at: number; id: number } | undefined
  const cursor = deep && Buffer.from(JSON.stringify(['updated_at', deep.updated_at, deep.id])).toString('base64url')
  const some = db.prepare('SELECT id FROM tickets WHERE id % 97 = 0 ORDER BY id DESC LIMIT 200').all() as { id: number }[]
  const always = (path: string) => () => ({ path })
  return {
    'list, first page': always('/views/waiting'),
    ...(cursor ? { 'list, page 200': always(`/views/all?cursor=${cursor}`) } : {}),
    "one agent's open tickets": always('/views/mine'),
    'ticket': (n) => ({ path: `/tickets/${some[n % some.length].id}` }),
    'search, rare word': always(`/search?q=${RARE}`),
    'search, common word': always(`/search?q=${COMMON}`),
  }
}

/** POST of a reply to its answer, as the page sends it, each to a ticket of its own. */
async function replies(desk: RunningDesk, db: Database.Database, count: number): Promise<Load> {
  const visitor = await desk.signIn()
  const some = db.prepare(`SELECT id, (SELECT max(id) FROM messages WHERE ticket_id = tickets.id) AS message, coalesce((SELECT max(id) FROM notes WHERE ticket_id = tickets.id), 0) AS note FROM tickets WHERE status = 'open' ORDER BY id DESC LIMIT ?`)
  const tickets = some.all(count) as { id: number; message: number; note: number }[]
  await visitor.get(`/tickets/${tickets[0].id}`)
  const times: number[] = []
  for (const [n, { id, message, note }] of tickets.entries()) {
    const from = performance.now()
    const answer = await visitor.post(`/tickets/${id}/messages`, { text: 'Dobrý den, balík dnes předáváme dopravci.', seen_message: String(message), seen_note: String(note) }, 'POST', { 'hx-request': 'true' })
    if (answer.status !== 200) throw new Error(`A reply was answered with ${answer.status}: ${answer.body.slice(0, 400)}`)
    if (n >= tickets.length / 10) times.push(performance.now() - from)
  }
  return summary(times, times.reduce((sum, time) => sum + time, 0) / 1000)
}

/** Each kind alone, with nobody at the desk: from the first byte to the last commit. */
async function byKind(db: Database.Database, port: number, count: number, run: string) {
  const kinds = {} as Record<Kind, number>
  for (const kind of KINDS) kinds[kind] = await taken(db, port, mailMix(count, `${run}-${kind}`, kind))
  return kinds
}

/** Mails a second with nobody at the desk. */
async function taken(db: Database.Database, port: number, mails: Buffer[]): Promise<number> {
  const from = performance.now()
  await submit(port, mails)
  await untilTaken(db)
  return (mails.length * 1000) / (performance.now() - from)
}

async function untilTaken(db: Database.Database) {
  const waiting = db.prepare(`SELECT count(*) AS count FROM incoming_items WHERE state IN ('stored', 'processing')`)
  const events = db.prepare('SELECT count(*) AS count FROM events WHERE dispatched_at IS NULL')
  while ((waiting.get() as { count: number }).count + (events.get() as { count: number }).count > 0) await pause(20)
}

async function importing(desk: RunningDesk, db: Database.Database, port: number, mails: Buffer[], cookie: string, seconds: number) {
  const failed = db.prepare(`SELECT count(*) AS count FROM incoming_items WHERE state = 'failed'`)
  const idle = await load(desk.url, cookie, () => ({ path: '/views/waiting' }), { connections: 1, seconds })

  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const times: number[] = []
  let over = false
  const looking = (async () => {
    while (!over) {
      const from = performance.now()
      const { status } = await send(agent, desk.url, cookie, { path: '/views/waiting' })
      if (status !== 200) throw new Error(`During the import the list answered ${status}`)
      times.push(performance.now() - from)
      await pause(20)
    }
  })()
  // Heard where it is awaited, below.
  looking.catch(() => {})
  const [from, before] = [performance.now(), desk.processor()]
  await submit(port, mails)
  const accepted = performance.now() - from
  await untilTaken(db)
  const took = performance.now() - from
  const processor = (desk.processor() - before) / mails.length
  over = true
  await looking
  agent.destroy()
  return {
    ingest: { perSecond: (mails.length * 1000) / took, accepted: (mails.length * 1000) / accepted, mails: mails.length, failed: (failed.get() as { count: number }).count, processor },
    during: { idle, importing: summary(times, took / 1000) },
  }
}
