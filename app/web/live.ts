import transmit from '@adonisjs/transmit/services/main'
import { usePokeSink } from '#support/pokes'

/*
 * Live pages: a poke carries names of regions, never content. Each page asks for its region again, with its
 * reader's rights and language, so all signed-in agents may listen to the one channel.
 */
transmit.authorize('desk', async (ctx) => (await ctx.auth.use('web').check()) === true)

usePokeSink((names) => transmit.broadcast('desk', { changed: [...names] }))
