import env from '#start/env'
import { defineConfig } from '@adonisjs/transmit'
import { redis } from '@adonisjs/transmit/transports/redis'

const url = env.get('REDIS_URL')

export default defineConfig({
  pingInterval: '25s',
  transport: url ? { driver: redis(redisOptions(url)), channel: 'opora:pokes' } : null,
})

function redisOptions(address: string) {
  const { hostname, port, username, password, pathname } = new URL(address)
  return { host: hostname, port: Number(port || 6379), username: username || undefined, password: password || undefined, db: Number(pathname.slice(1) || 0) }
}
