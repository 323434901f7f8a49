import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { webUrl, type WhatsappInbox } from '../config.js'
import type { SessionPlace } from './client.js'
import { connectByProcess, type Connect, type Connection } from './connection.js'
import { wished, type Wish } from './wish.js'
import type { SessionEvent, SessionItem, SessionSend, SessionSent, SessionState } from './session.js'

/** Seconds before a new start, by the failures in a row; the last one repeats. */
const BACK_OFF = [10, 20, 60, 180, 600]
/** After so many failures in a row a person is asked to look. */
export const ATTENTION_AFTER = 5
const CONFLICT_SECONDS = 600
/** Connected, and nothing follows: the page hangs. */
const READY_SECONDS = 120
/** Waiting for a scan is no fault, but a browser that waits for hours is only a burden. */
const LOOK_SECONDS = 60
/** So often the chats are compared with what the page has told. */
const COMPARE_SECONDS = 600
/** The states in which there is something to link. */
const UNLINKED = ['scan', 'asking', 'code', 'noCode']
/** A code to type is followed by a new one within three minutes; without it, it is no good any more. */
const CODE_SECONDS = 210
const SENT_KEPT = 300
const EARLY_ACKS = 100

/** How sessions are made, and how far apart messages leave; the tests put their own in its place. */
export const means: { connect: Connect; paceMs: () => number; mostWaiting: number } = {
  connect: connectByProcess,
  // A person who types needs seconds between two messages; a program that does not is found out.
  paceMs: () => 2000 + Math.random() * 2000,
  /** Characters of what waits to be kept: a file of 32 MB is some 43 million. */
  mostWaiting: 150_000_000,
}

const keepers = new Map<number, Keeper>()

/** The keeper of an inbox in this process; null unless its session lives here. */
export const keeperOf = (inbox: WhatsappInbox) => keepers.get(inbox.id) ?? null

/** The same, made when there is none. */
export function keeperFor(inbox: WhatsappInbox): Keeper {
  const keeper = keepers.get(inbox.id) ?? new Keeper()
  keepers.set(inbox.id, keeper)
  return keeper
}

/** Ends the session of an inbox in this process, and everything it held. */
export async function letGo(inbox: WhatsappInbox) {
  const keeper = keepers.get(inbox.id)
  keepers.delete(inbox.id)
  await keeper?.end()
}

/**
 * Keeps the session of one inbox alive: starts it, watches it, starts it anew with growing patience, and gathers what
 * it tells until it is fetched. What is gathered here and lost with the process is found again by the next session,
 * which looks through the chats from the last time that was kept.
 */
export class Keeper {
  state: SessionState = { name: 'off' }
  failures = 0
  #connection: Connection | null = null
  #items: SessionItem[] = []
  /** Characters of them. */
  #waiting = 0
  /** What the last fetch handed over, and the mark that its cursor bears. */
  #handed: { readonly mark: string; readonly items: readonly SessionItem[] } | null = null
  #sent: Set<string> | null = null
  #earlyAcks: SessionItem[] = []
  #startAt = 0
  #startedAt = 0
  #syncingSince: number | null = null
  #lookedAt = 0
  #comparedAt = 0
  #isDeaf = false
  #isFull = false
  /** The wishes that were granted last, and since when the code to type stands. */
  #granted = 0
  #startWanted = 0
  #codeSince = 0
  #sending = 0
  #nextSendAt = 0
  #wake: (() => void) | null = null
  /** Grows with each start: what an old session still says counts for nothing. */
  #turn = 0

  /** Does what is due: a start, a look at the page and its memory. Called at every fetch. */
  async tend(inbox: WhatsappInbox, since: number) {
    const now = seconds(inbox)
    if (this.#isFull) {
      this.#isFull = false
      this.#startAt = now + BACK_OFF[0]
      this.state = { name: 'resting' }
    }
    if (this.state.name !== 'connected') await this.#grant(await wished(inbox))
    if (!this.#connection) {
      if (now >= this.#startAt && this.state.name !== 'blocked') await this.#start(inbox, since)
      return
    }
    if (this.state.name === 'failed') return this.#restart(inbox, { wait: BACK_OFF[Math.min(this.failures - 1, BACK_OFF.length - 1)] ?? BACK_OFF[0] })
    if (this.state.name === 'loggedOut') return this.#restart(inbox, { wait: BACK_OFF[0], keepState: true })
    if (this.state.name === 'conflict') return this.#restart(inbox, { wait: CONFLICT_SECONDS, keepState: true })
    if (this.state.name === 'blocked') return this.#restart(inbox, { wait: 0, keepState: true })
    if (this.state.name === 'code' && now - this.#codeSince > CODE_SECONDS) this.state = { name: 'noCode' }
    if (this.#syncingSince !== null && now - this.#syncingSince > READY_SECONDS) return this.#fail(`not ready ${READY_SECONDS} s after signing in`)
    if (now - this.#lookedAt >= LOOK_SECONDS) await this.#look(inbox, now)
  }

  /**
   * The cursor that comes back says what was kept: what was handed over with another mark is handed over once more, for the
   * page will not tell it again.
   */
  reclaim(mark: string | undefined) {
    if (this.#handed && this.#handed.mark !== mark) this.#put(this.#handed.items, { first: true })
    this.#handed = null
  }

  /** What was gathered, and the mark by which the next fetch knows that it was kept; waits so long for something to come. */
  async take(ms: number, signal: AbortSignal): Promise<{ items: readonly SessionItem[]; mark: string | null }> {
    if (this.#items.length === 0 && !signal.aborted) {
      const woken = new Promise<void>((done) => (this.#wake = done))
      await Promise.race([woken, pause(ms, undefined, { signal }).catch(() => {})])
      this.#wake = null
    }
    const items = this.#items.splice(0)
    this.#waiting = 0
    this.#handed = items.length > 0 ? { mark: randomUUID(), items } : null
    return { items, mark: this.#handed?.mark ?? null }
  }

  /**
   * Sends one message, some seconds after the one before.
   *
   * @throws Error when the session did not answer: then nobody knows whether it left
   */
  async send(message: SessionSend, inbox: WhatsappInbox): Promise<SessionSent> {
    const connection = this.#connection
    if (!connection) throw Object.assign(new Error('No session'), { nothingLeft: true })
    const wait = this.#nextSendAt - Date.now()
    this.#nextSendAt = Math.max(Date.now(), this.#nextSendAt) + means.paceMs()
    if (wait > 0) await pause(wait)
    this.#sending++
    try {
      const sent = await connection.send(message)
      if (sent.outcome === 'sent') await this.#remember(sent.id, inbox)
      return sent
    } finally {
      this.#sending--
    }
  }

  /** What an admin wants, once: a start at any time, a code of the other kind where there is something to link. */
  async #grant(wish: Wish | null) {
    if (wish?.what === 'start') return this.#startNow(wish)
    const mark = wish?.what === 'scan' ? -wish.at : wish?.at
    if (!wish || mark === this.#granted || !this.#connection || !UNLINKED.includes(this.state.name)) return
    const hasAsked = this.#granted !== 0
    this.#granted = mark!
    const refused = (error: Error) => UNLINKED.includes(this.state.name) && (this.state = { name: 'noCode', detail: error.message })
    // Not waited for: the page may take its time, and what comes of it is told as a state.
    if (wish.what === 'code') void this.#connection.pair(wish.number).catch(refused)
    else if (hasAsked) void this.#connection.unpair().catch(refused)
  }

  /** Only where a start waits for its time; what was wanted before this process began has come true by that. */
  #startNow({ at }: Wish) {
    if (at === this.#startWanted) return
    this.#startWanted = at
    if (this.#connection || !['failed', 'blocked', 'conflict', 'loggedOut'].includes(this.state.name)) return
    this.#startAt = 0
    this.state = { name: 'resting' }
  }

  async end() {
    this.#turn++
    const connection = this.#connection
    this.#connection = null
    await connection?.end()
  }

  async #start(inbox: WhatsappInbox, since: number) {
    const turn = ++this.#turn
    this.#startedAt = this.#lookedAt = this.#comparedAt = seconds(inbox)
    this.#isDeaf = false
    this.#syncingSince = null
    this.#granted = 0
    this.#sent ??= new Set(JSON.parse((await inbox.store.get('sent')) ?? '[]'))
    this.state = { name: 'starting' }
    try {
      this.#connection = await means.connect(await placeOf(inbox), since, (event) => turn === this.#turn && this.#hear(event, inbox))
    } catch (error) {
      this.#fail((error as Error).message)
      this.#startAt = seconds(inbox) + BACK_OFF[Math.min(this.failures - 1, BACK_OFF.length - 1)]
    }
  }

  async #restart(inbox: WhatsappInbox, { wait, keepState = true }: { wait: number; keepState?: boolean }) {
    const { state } = this
    await this.end()
    this.#startAt = seconds(inbox) + wait
    this.state = keepState ? state : { name: 'resting' }
  }

  #hear(event: SessionEvent, inbox: WhatsappInbox) {
    if (event.type === 'item') this.#gather(event.item)
    if (event.type !== 'state') return
    const { state } = event
    if (state.name === 'failed' && this.state.name !== 'failed') return this.#fail(state.detail ?? '')
    // What ends a session is the last word on it, whatever it still says.
    if (['failed', 'blocked'].includes(this.state.name)) return
    this.state = state
    if (state.name === 'code') this.#codeSince = seconds(inbox)
    if (state.name === 'syncing') this.#syncingSince = seconds(inbox)
    if (state.name === 'connected') {
      this.failures = 0
      this.#syncingSince = null
    }
    this.#wake?.()
  }

  #fail(detail: string) {
    this.failures++
    this.state = { name: 'failed', detail }
    this.#wake?.()
  }

  /** Receipts are wanted of what this desk has sent; those of the phone's own messages concern nobody. */
  #gather(item: SessionItem) {
    const { kind, id } = item.body as { kind: string; id?: string }
    if (kind === 'ack' && !this.#sent?.has(markOf(id ?? ''))) {
      this.#earlyAcks = [...this.#earlyAcks, item].slice(-EARLY_ACKS)
      return
    }
    this.#put([item])
    this.#wake?.()
  }

  #put(items: readonly SessionItem[], { first = false } = {}) {
    this.#items = first ? [...items, ...this.#items] : [...this.#items, ...items]
    this.#waiting += items.reduce((sum, { body }) => sum + sizeOf(body), 0)
    if (this.#waiting > means.mostWaiting) this.#letWait()
  }

  /** Nothing is kept just now, and files pile up: the phone holds them as well. A new session finds them in the chats. */
  #letWait() {
    this.#items = []
    this.#handed = null
    this.#waiting = 0
    this.#isFull = true
    void this.end().catch(() => {})
  }

  async #remember(id: string, inbox: WhatsappInbox) {
    this.#sent = new Set([...(this.#sent ?? []), markOf(id)].slice(-SENT_KEPT))
    this.#put(this.#earlyAcks.filter(({ body }) => (body as { id: string }).id === id))
    await inbox.store.put('sent', JSON.stringify([...this.#sent]))
  }

  /** Whether messages come that the page does not tell. Not waited for: it takes a while, and the next look acts on it. */
  #compare(connection: Connection, now: number) {
    if (now - this.#comparedAt < COMPARE_SECONDS) return
    this.#comparedAt = now
    const turn = this.#turn
    connection.missed().then(
      (missed) => (this.#isDeaf ||= turn === this.#turn && missed > 0),
      () => {}
    )
  }

  /** The page answers, its memory is in bounds, and once a night it begins anew. */
  async #look(inbox: WhatsappInbox, now: number) {
    this.#lookedAt = now
    const connection = this.#connection!
    if (this.state.name === 'connected') {
      const answered = await connection.state().then(
        () => true,
        () => false
      )
      if (!answered) return this.#fail('the page does not answer')
      this.#compare(connection, now)
    }
    if (this.#sending > 0) return
    const megabytes = await connection.megabytes()
    const isNight = inbox.now().hour === inbox.config['web.restartHour'] && now - this.#startedAt > 7200 && this.state.name === 'connected'
    if (megabytes > inbox.config['web.maxMegabytes'] || isNight || this.#isDeaf) {
      inbox.log.info({ megabytes, deaf: this.#isDeaf }, 'The browser is started anew')
      await this.#restart(inbox, { wait: 0, keepState: false })
    }
  }
}

async function placeOf(inbox: WhatsappInbox): Promise<SessionPlace> {
  return {
    clientId: inbox.key.replace(/[^\w-]/g, ''),
    folder: await inbox.folder(),
    chromium: inbox.environment('CHROMIUM', '/usr/bin/chromium'),
    url: webUrl(inbox),
    groups: inbox.config['web.groups'],
  }
}

/** Characters that an item holds, roughly: its file, and what else it says. */
function sizeOf(body: object): number {
  const { media } = body as { media?: { data?: string } }
  return (media?.data?.length ?? 0) + 500
}

/** Ids of messages hold numbers of people; to know them again a digest is enough, and nothing of a person is kept. */
const markOf = (id: string) => createHash('sha256').update(id).digest('base64url').slice(0, 22)

const seconds = (inbox: WhatsappInbox) => Math.floor(inbox.now().toSeconds())
