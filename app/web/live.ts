import type { ServerResponse } from 'node:http'
import logger from '@adonisjs/core/services/logger'
import transmit from '@adonisjs/transmit/services/main'
import { currentSession, openSessions } from '#people/session_store'
import { pokedSince, usePokeSink } from '#support/pokes'
import env from '#start/env'

/*
 * Live pages: a poke carries names of regions, never content. Each page asks for its region again, with its
 * reader's rights and language, so all signed-in agents may listen to the one channel.
 */
transmit.authorize('desk', async (ctx) => (await ctx.auth.use('web').check()) === true)

usePokeSink((names) => transmit.broadcast('desk', { changed: [...names] }))

/*
 * A stream outlives the request that began it, so it is looked at by itself: whose session has ended, whoever
 * ended it and in whichever process, loses the stream within two seconds (substitution.md §5: access off in five).
 */
const LOOK_EVERY_MS = 2000
const AT_ONCE = 500
const streams = new Map<string, { readonly response: ServerResponse; session: string | null }>()
let timer: NodeJS.Timeout | null = null

transmit.on('connect', ({ uid, context }) => {
  streams.set(uid, { response: context.response.response, session: context.session?.initiated ? currentSession(context) : null })
  timer ??= setInterval(() => void closeEnded().catch((error: Error) => logger.warn({ err: error }, 'Could not look whose streams have ended; the next look does')), LOOK_EVERY_MS).unref()
})

transmit.on('subscribe', ({ uid, context }) => {
  const stream = streams.get(uid)
  if (stream) stream.session = currentSession(context)
  const drawnAt = context.request.header('x-drawn-at')
  if (drawnAt) tellMissed(uid, drawnAt)
})

/**
 * What changed between the drawing of a page and its subscription reached no stream: it is told now, to this page alone. Of
 * what other processes poked none is remembered here, so with several of them the page asks for all its regions once.
 */
function tellMissed(uid: string, drawnAt: string) {
  const changed = (env.get('REDIS_URL') ? null : pokedSince(drawnAt)) ?? ['poll']
  if (changed.length === 0) return
  for (const [stream] of transmit.getManager().getAllSubscribers()) if (stream.getUid() === uid) stream.writeMessage({ data: { channel: 'desk', payload: { changed: [...changed] } } })
}

transmit.on('disconnect', ({ uid, context }) => {
  // A page that connects again keeps its name: what ends then is the connection before.
  if (streams.get(uid)?.response !== context.response.response) return
  streams.delete(uid)
  if (streams.size > 0 || !timer) return
  clearInterval(timer)
  timer = null
})

/** Closes the streams whose session is no more. */
async function closeEnded() {
  const known = [...streams.values()].filter(({ session }) => session !== null)
  for (let at = 0; at < known.length; at += AT_ONCE) {
    const some = known.slice(at, at + AT_ONCE)
    const open = await openSessions(some.map(({ session }) => session!))
    for (const { response, session } of some) if (!open.has(session!)) response.destroy()
  }
}
