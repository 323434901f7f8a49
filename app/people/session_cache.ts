import redis from '@adonisjs/redis/services/main'
import logger from '@adonisjs/core/services/logger'
import env from '#start/env'

const KEEP_SECONDS = 60
const PATIENCE_MS = 250
/** After a fault Redis is left alone for this long; the table answers meanwhile. */
const PAUSE_MS = 5000

let pausedUntil = 0

/**
 * A copy of sessions in Redis, for the reads of several processes. The table is the truth: what is
 * ended there is taken out here, and Redis may be gone at any time without anybody being signed out.
 */
export const sessionCache = {
  async get(id: string): Promise<string | null> {
    return attempt(() => redis.get(`session:${id}`))
  },
  async put(id: string, value: string) {
    await attempt(() => redis.setex(`session:${id}`, KEEP_SECONDS, value))
  },
  async drop(ids: readonly string[]) {
    if (ids.length > 0) await attempt(() => redis.del(...ids.map((id) => `session:${id}`)))
  },
}

async function attempt<T>(command: () => Promise<T>): Promise<T | null> {
  if (!env.get('REDIS_URL') || Date.now() < pausedUntil) return null
  let timer: NodeJS.Timeout
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS)
  })
  try {
    return await Promise.race([command(), patience])
  } catch (error) {
    pausedUntil = Date.now() + PAUSE_MS
    logger.warn({ err: error }, 'Redis does not answer; sessions are read from the database')
    return null
  } finally {
    clearTimeout(timer!)
  }
}
