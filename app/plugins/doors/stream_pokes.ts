import redis from '@adonisjs/redis/services/main'
import logger from '@adonisjs/core/services/logger'
import env from '#start/env'

/*
 * Pokes to the plugins' open streams. A stream may be held by another process than the one that pokes: with Redis
 * they hear each other; alone they are one.
 */

type Hear = (topic: string, passing?: object) => void

const CHANNEL = 'opora:streams'
const PASSING_BYTES = 1024
const hearing = new Set<Hear>()
let subscribed = false

/** Wakes the open streams of a topic. Never throws; losing one costs a heartbeat. */
export function pokeStream(topic: string, passing?: object) {
  if (passing && JSON.stringify(passing).length > PASSING_BYTES) throw new Error('What passes by a poke may have 1 KB at most')
  if (!env.get('REDIS_URL')) return setImmediate(tellHere, topic, passing)
  redis.publish(CHANNEL, JSON.stringify({ topic, passing })).catch((error: Error) => logger.warn({ err: error }, 'A poke was lost'))
}

/** Hears every poke of all processes; gives back what ends it. */
export function hearPokes(hear: Hear): () => void {
  hearing.add(hear)
  if (env.get('REDIS_URL') && !subscribed) {
    subscribed = true
    redis.subscribe(CHANNEL, (message) => {
      const { topic, passing } = JSON.parse(message)
      tellHere(topic, passing)
    })
  }
  return () => hearing.delete(hear)
}

function tellHere(topic: string, passing?: object) {
  for (const hear of hearing) hear(topic, passing)
}
