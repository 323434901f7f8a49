import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import type { SessionConfig, SessionData, SessionStoreContract } from '@adonisjs/session/types'
import { nowMs } from '#support/clock'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'
import { digest } from './secrets.js'
import { sessionCache } from './session_cache.js'

const DAY_MS = 86_400_000
const SIGNED_IN_MS = 30 * DAY_MS
/** A visitor who has not signed in needs no more than the form's mark against forgery. */
const VISITOR_MS = DAY_MS / 4
/** "Last seen" is kept this coarsely, so that reading pages writes next to nothing. */
const SEEN_EVERY_MS = 5 * 60_000

interface Kept {
  readonly data: SessionData
  readonly seenAt: number
  readonly expiresAt: number
}

/**
 * Keeps sessions in the table `sessions`, one a browser, so that people can see them and end them.
 * A row is written when what it holds changes, and touched every few minutes at most. With Redis, a copy
 * there saves the read. The id in the table is a digest: who reads the table cannot use it.
 *
 * One instance serves one request, as the session package makes them.
 */
export class SessionStore implements SessionStoreContract {
  #kept: Kept | null = null
  /** The row that was read: one that is gone when it is written again was ended meanwhile. */
  #read: string | null = null

  /** @param ctx - absent when a test plants a session from outside of any request. */
  constructor(private readonly ctx?: HttpContext, private readonly config?: SessionConfig) {}

  async read(sessionId: string): Promise<SessionData | null> {
    // Without a cookie the id is new, and there is nothing to look for.
    if (this.ctx && this.ctx.request.cookie(this.config!.cookieName) !== sessionId) return null
    const id = digest(sessionId)
    this.#kept = await find(id)
    this.#read = this.#kept ? id : null
    return this.#kept?.data ?? null
  }

  async write(sessionId: string, data: SessionData) {
    const id = digest(sessionId)
    const at = nowMs()
    const agentId = agentOf(data)
    const expiresAt = at + (agentId ? SIGNED_IN_MS : VISITOR_MS)
    const row = { data: JSON.stringify(data), agent_id: agentId, ...this.#whence(), seen_at: at, expires_at: expiresAt }
    if (id === this.#read) {
      // Ended while this request was under way (signed out elsewhere, expelled): nothing brings it back.
      if (Number(await db.from('sessions').where('id', id).update(row)) !== 1) return
    } else {
      await db.knexQuery().table('sessions').insert({ id, ...row, created_at: at }).onConflict('id').merge(row)
    }
    await sessionCache.put(id, JSON.stringify({ data, seenAt: at, expiresAt } satisfies Kept))
  }

  async touch(sessionId: string) {
    const at = nowMs()
    if (!this.#kept || at - this.#kept.seenAt < SEEN_EVERY_MS) return
    const { data } = this.#kept
    const agentId = agentOf(data)
    const expiresAt = at + (agentId ? SIGNED_IN_MS : VISITOR_MS)
    await db.from('sessions').where('id', digest(sessionId)).update({ ...this.#whence(), seen_at: at, expires_at: expiresAt })
    await sessionCache.drop([digest(sessionId)])
    if (agentId) await db.from('agents').where('id', agentId).update({ last_seen_at: at })
  }

  async destroy(sessionId: string) {
    const id = digest(sessionId)
    await db.from('sessions').where('id', id).delete()
    await sessionCache.drop([id])
  }

  #whence() {
    const request = this.ctx?.request
    return { ip: request?.ip()?.slice(0, 64) ?? null, browser: request?.header('user-agent')?.slice(0, 200) ?? null }
  }
}

/** For `config/session.ts`. */
export function sessionStore() {
  return (ctx?: HttpContext, config?: SessionConfig) => new SessionStore(ctx, config)
}

/** The row id of this request's own session, to mark it in the list. */
export function currentSession({ session }: HttpContext) {
  return digest(session.sessionId)
}

/** Ends all sessions of an agent; joins the open transaction, if there is one. */
export async function endSessions(agentId: number) {
  await transaction(async (trx) => {
    const rows = await trx.from('sessions').where('agent_id', agentId).select('id')
    await trx.from('sessions').where('agent_id', agentId).delete()
    afterCommit(() => {
      void sessionCache.drop(rows.map((row) => row.id))
      // Their open pages ask whether they are still signed in.
      poke([`signed-out-${agentId}`])
    })
  })
}

/** Ends one session of an agent. False: it was over already, or is somebody else's. */
export async function endSession(id: string, agentId: number): Promise<boolean> {
  const gone = await db.from('sessions').where({ id, agent_id: agentId }).delete()
  await sessionCache.drop([id])
  poke([`signed-out-${agentId}`])
  return Number(gone) === 1
}

/** Which of these sessions (ids as in the table) are in force. */
export async function openSessions(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.from('sessions').whereIn('id', [...ids]).where('expires_at', '>', nowMs()).select('id')
  return new Set(rows.map((row) => row.id))
}

/** Removes what has expired; called once in a while by the clock. */
export async function sweepSessions() {
  await db.from('sessions').where('expires_at', '<', nowMs()).delete()
}

async function find(id: string): Promise<Kept | null> {
  const copy = await sessionCache.get(id)
  if (copy) {
    const kept = JSON.parse(copy) as Kept
    return kept.expiresAt > nowMs() ? kept : null
  }
  const row = await db.from('sessions').where('id', id).where('expires_at', '>', nowMs()).select('data', 'seen_at', 'expires_at').first()
  if (!row) return null
  const kept = { data: JSON.parse(row.data), seenAt: Number(row.seen_at), expiresAt: Number(row.expires_at) }
  await sessionCache.put(id, JSON.stringify(kept))
  return kept
}

/** Who is signed in, from what the guard keeps: `<agent>.<epoch>` (session_agents.ts). */
function agentOf(data: SessionData): number | null {
  const kept = data['auth_web']
  return kept === undefined ? null : Number(String(kept).split('.')[0])
}
