import { later, refused, sent, unknown, type OutgoingMessage, type Sent, type Words } from '#plugin'
import type { Answer } from './api.js'
import type { ViberInbox } from './config.js'

type Fate = 'refused' | 'unreachable' | 'later' | 'stop'

/** The API's codes (contracts/channels/05, Endpoints). */
const CODES: Readonly<Record<number, readonly [word: string, fate: Fate]>> = {
  1: ['media', 'refused'],
  2: ['token', 'stop'],
  3: ['ourFault', 'refused'],
  4: ['ourFault', 'refused'],
  5: ['notRegistered', 'unreachable'],
  6: ['unsubscribed', 'unreachable'],
  7: ['blocked', 'stop'],
  8: ['botGone', 'stop'],
  9: ['suspended', 'stop'],
  10: ['webhook', 'stop'],
  11: ['device', 'unreachable'],
  12: ['busy', 'later'],
  13: ['version', 'refused'],
  14: ['version', 'refused'],
  15: ['version', 'refused'],
  20: ['country', 'refused'],
  22: ['paidUp', 'stop'],
  23: ['paidUp', 'stop'],
}

const STOPPED_MINUTES = 10

/** The answer in words: `fault.<word>` with Viber's own behind "Details". */
export function answerWords({ status, status_message: said }: Answer): Words {
  return { key: `fault.${CODES[status]?.[0] ?? 'other'}`, values: { code: status }, detail: `${status}: ${said ?? ''}`.slice(0, 300) }
}

/** What the answer to a message means for it. An accepted one is no proof of delivery. */
export function outcomeOf(answer: Answer, message: OutgoingMessage, inbox: ViberInbox): Sent {
  if (answer.status === 0) return answer.message_token ? sent(String(answer.message_token)) : unknown({ key: 'fault.noId' })
  const reason = answerWords(answer)
  switch (CODES[answer.status]?.[1]) {
    case 'unreachable':
      return refused(reason, { unreachable: true })
    case 'later':
      return later(reason, inbox.now().plus({ seconds: 10 * 2 ** Math.min(message.attempts, 6) }))
    case 'stop':
      return later(reason, inbox.now().plus({ minutes: STOPPED_MINUTES }))
    default:
      return refused(reason)
  }
}
