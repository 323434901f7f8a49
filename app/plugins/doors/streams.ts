import type { HttpContext } from '@adonisjs/core/http'
import type { Desk, Fields, Stream } from '#plugin'
import { hearPokes } from '#plugins/doors/stream_pokes'
import { noteFault } from '#plugins/faults'

/*
 * Server-sent events by poke and cursor: what `since` returns is sent at connect and at each poke, so nothing lives
 * only in memory, nothing is lost between two connections, and any process may hold one.
 */

const HEARTBEAT_MS = 25_000
const AT_ONCE = 3

const open = new Map<string, Set<Open>>()

class Open {
  #cursor: string | null
  #ended = false
  #work: Promise<void> = Promise.resolve()
  #heartbeat = setInterval(() => this.#write(': here\n\n'), HEARTBEAT_MS)

  constructor(
    readonly plugin: string,
    readonly topic: string,
    private ctx: HttpContext,
    private stream: Stream<Fields>,
    private desk: Desk<Fields>
  ) {
    const { request } = ctx
    this.#cursor = request.header('last-event-id') ?? (request.qs().cursor as string | undefined) ?? null
  }

  begin() {
    const { response } = this.ctx.response
    response.writeHead(200, {
      ...this.ctx.response.getHeaders(),
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'Connection': 'keep-alive',
      'X-Accel-Buffering': 'no',
    })
    response.write('retry: 3000\n\n')
    this.wake()
  }

  /** One look at a time, in order; a poke during a look makes another after it. */
  wake(passing?: object) {
    this.#work = this.#work.then(() => this.#look(passing))
  }

  end() {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#heartbeat)
    this.ctx.response.response.end()
  }

  async #look(passing?: object) {
    if (this.#ended) return
    if (passing) return this.#write(`event: passing\ndata: ${JSON.stringify(passing)}\n\n`)
    try {
      for (const { id, data } of await this.stream.since(this.topic, this.#cursor, this.desk)) {
        this.#cursor = id
        this.#write(`id: ${id.replace(/[\r\n]/g, '')}\ndata: ${JSON.stringify(data)}\n\n`)
      }
    } catch (error) {
      await noteFault(this.plugin, `stream:${this.topic}`, error)
      // The browser comes again by itself, with its cursor.
      this.end()
    }
  }

  #write(text: string) {
    if (!this.#ended) this.ctx.response.response.write(text)
  }
}

hearPokes((topic, passing) => {
  for (const [key, streams] of open) {
    if (key.startsWith(`${topic}\n`)) for (const stream of streams) stream.wake(passing)
  }
})

/** Keeps a stream open until its reader goes. Answers 401 without a topic, 429 beyond three of one topic and address. */
export async function keepStream(ctx: HttpContext, plugin: string, stream: Stream<Fields>, desk: Desk<Fields>) {
  const topic = await stream.topic(ctx, desk)
  if (topic === null) return ctx.response.unauthorized({ error: 'unauthorized' })

  const key = `${plugin}:${topic}\n${ctx.request.ip()}`
  const theirs = open.get(key) ?? new Set()
  if (theirs.size >= AT_ONCE) return ctx.response.tooManyRequests({ error: 'too_many_streams' })
  const one = new Open(plugin, topic, ctx, stream, desk)
  open.set(key, theirs.add(one))

  const gone = new Promise<void>((done) => ctx.response.response.once('close', done))
  ctx.response.relayHeaders()
  one.begin()
  await gone
  one.end()
  theirs.delete(one)
  if (theirs.size === 0) open.delete(key)
}

/** Ends every stream of this process, so that the server can stop; the readers come again. */
export function endStreams() {
  for (const streams of open.values()) for (const stream of streams) stream.end()
}
