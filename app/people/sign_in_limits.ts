import limiter from '@adonisjs/limiter/services/main'
import logger from '@adonisjs/core/services/logger'
import type { Limiter } from '@adonisjs/limiter'

const TRIES = 5
const MINUTES = 10
const window = { duration: `${MINUTES} minutes`, blockDuration: `${MINUTES} minutes` }
/** One address may hide a whole office; one account may be tried from many addresses. */
const LIMITS = { both: { requests: TRIES, ...window }, ip: { requests: 60, ...window }, email: { requests: 30, ...window } }

export interface Tries {
  /** How many more wrong passwords before the wait. */
  readonly left: number
  /** Minutes to wait; 0: none. */
  readonly wait: number
}

/**
 * Counts wrong passwords by e-mail and address together, and each alone more generously. The same for an
 * e-mail that nobody has: counting tells nothing about who works here. With Redis gone each process counts by itself.
 */
export async function triesOf(email: string, ip: string): Promise<Tries> {
  return counted(async (use) => {
    const waits = await Promise.all(keys(email, ip).map(async ([kind, key]) => ((await use(kind).isBlocked(key)) ? use(kind).availableIn(key) : 0)))
    const wait = Math.ceil(Math.max(...waits) / 60)
    const left = await use('both').remaining(keys(email, ip)[0][1])
    return { left: wait > 0 ? 0 : left, wait }
  })
}

/** A wrong password; says how many tries are left. */
export async function countWrong(email: string, ip: string): Promise<Tries> {
  return counted(async (use) => {
    const left: number[] = []
    for (const [kind, key] of keys(email, ip)) {
      const { remaining } = await use(kind).increment(key)
      left.push(remaining)
      if (remaining <= 0) await use(kind).block(key, `${MINUTES} minutes`)
    }
    return { left: Math.max(0, Math.min(...left)), wait: Math.min(...left) <= 0 ? MINUTES : 0 }
  })
}

/** The right password: what was counted for this person here is forgotten. */
export async function forgetWrong(email: string, ip: string) {
  await counted(async (use) => void (await use('both').delete(keys(email, ip)[0][1])))
}

type Kind = keyof typeof LIMITS

const keys = (email: string, ip: string): [Kind, string][] => [
  ['both', `sign-in:${ip}:${email}`],
  ['ip', `sign-in-ip:${ip}`],
  ['email', `sign-in-email:${email}`],
]

async function counted<T>(work: (use: (kind: Kind) => Limiter) => Promise<T>): Promise<T> {
  try {
    return await work((kind) => limiter.use(LIMITS[kind]))
  } catch (error) {
    logger.warn({ err: error }, 'The limiter does not answer; wrong passwords are counted in this process')
    return work((kind) => limiter.use('memory', LIMITS[kind]))
  }
}
