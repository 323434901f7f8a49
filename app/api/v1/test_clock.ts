import app from '@adonisjs/core/services/app'
import logger from '@adonisjs/core/services/logger'
import vine from '@vinejs/vine'
import env from '#start/env'
import { moveClock, now } from '#support/clock'
import { runWhatIsDue } from '../due_work.js'
import { endpoint } from '../endpoint.js'
import { moment } from '../rules.js'
import { object, time } from '../schema.js'

const isOn = env.get('TEST_CLOCK') === '1'
if (isOn && app.getEnvironment() === 'web') {
  logger.warn('TEST_CLOCK=1: ANYBODY WITH AN ADMIN TOKEN CAN MOVE THE CLOCK OF THIS DESK. For tests only; never on a desk that serves customers.')
}

/** There only when TEST_CLOCK=1. */
export const testClock = isOn
  ? [
      endpoint({
        method: 'POST',
        path: '/test/clock',
        resource: 'Test',
        summary: "Move the application's clock, and do what fell due",
        description: 'For tests. `now: null` goes back to the time of the machine. Only the process that answers is moved.',
        ability: 'admin',
        body: vine.create({ now: vine.string().nullable() }),
        answer: object({ now: time }),
        async handle(call) {
          moveClock(call.body.now === null ? null : moment('now', call.body.now))
          await runWhatIsDue()
          return { now: now().toISO()! }
        },
      }),
    ]
  : []
