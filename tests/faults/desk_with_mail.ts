import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { RunningDesk } from '../servers/desk.js'
import { temporaryFolder } from '../servers/processes.js'
import type { Visitor } from '../servers/visitor.js'

export interface Mailbox {
  readonly address: string
  readonly imap?: { port: number; user: string; password: string }
  readonly smtpPort?: number
}

/** The real program with its first admin signed in, on a data folder of its own. */
export async function givenDesk(env: NodeJS.ProcessEnv = {}) {
  const folder = temporaryFolder('fault')
  const desk = new RunningDesk({ dataDir: join(folder, 'data'), env })
  await desk.start()
  const visitor = await desk.firstRun()
  const db = desk.database()
  const one = (sql: string, ...values: unknown[]) => Number(Object.values((db.prepare(sql).get(...values) ?? {}) as object)[0] ?? 0)

  return {
    desk,
    visitor,
    db,
    /** The first value of a query, as a number. */
    one,
    addInbox({ address, imap, smtpPort }: Mailbox): number {
      const login = imap && { 'imap.host': '127.0.0.1', 'imap.port': imap.port, 'imap.tls': 'none', 'imap.username': imap.user, 'imap.password': imap.password }
      const out = smtpPort && { 'smtp.host': '127.0.0.1', 'smtp.port': smtpPort, 'smtp.tls': 'none' }
      const at = Date.now()
      const insert = db.prepare(`INSERT INTO inboxes (key, channel, name, address, config, undo_seconds, close_after_days, reopen_within_days, created_at, updated_at) VALUES (?, 'email', ?, ?, ?, 0, 14, 30, ?, ?)`)
      return Number(insert.run(randomUUID(), address, address, JSON.stringify({ address, ...login, ...out }), at, at).lastInsertRowid)
    },
    /** How many things from this inbox ended so. */
    fates: (inboxId: number) => Object.fromEntries((db.prepare('SELECT state, count(*) AS count FROM incoming_items WHERE inbox_id = ? GROUP BY state').all(inboxId) as { state: string; count: number }[]).map(({ state, count }) => [state, count])) as Record<string, number>,
    messages: (inboxId: number) => one(`SELECT count(*) FROM messages WHERE inbox_id = ? AND kind = 'inbound'`, inboxId),
    health: (inboxId: number) => db.prepare('SELECT ok, reason FROM inbox_health WHERE inbox_id = ?').get(inboxId) as { ok: number; reason: string | null } | undefined,
    async stop() {
      db.close()
      await desk.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type GivenDesk = Awaited<ReturnType<typeof givenDesk>>

/** Waits until it is so; says what it waited for when it never is. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await isSo()) return
    await pause(50)
  }
  throw new Error(`In ${seconds} s it never came to this: ${what}`)
}

/** Sends a reply from the ticket's page. */
export async function reply(visitor: Visitor, { db, one }: GivenDesk, ticketId: number, text: string) {
  const seen = one('SELECT max(id) FROM messages WHERE ticket_id = ?', ticketId)
  const note = (db.prepare('SELECT coalesce(max(id), 0) AS id FROM notes WHERE ticket_id = ?').get(ticketId) as { id: number }).id
  const answer = await visitor.post(`/tickets/${ticketId}/messages`, { text, seen_message: String(seen), seen_note: String(note) }, 'POST', { 'hx-request': 'true' })
  if (answer.status !== 200) throw new Error(`The reply was answered with ${answer.status}: ${answer.body.slice(0, 300)}`)
}

export const mail = (number: number | string, values: { from?: string; id?: string | null; body?: string } = {}) =>
  [
    `From: ${values.from ?? `Zákazník <zakaznik${number}@posta.test>`}`,
    'To: info@kavarna.test',
    `Subject: Dotaz ${number}`,
    ...(values.id === null ? [] : [`Message-ID: ${values.id ?? `<dotaz-${number}@posta.test>`}`]),
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    values.body ?? `Dobrý den, píšu kvůli objednávce číslo ${number}.`,
    '',
  ].join('\r\n')
