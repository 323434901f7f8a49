import { later, refused, type OutgoingMessage, type Reason, type Sent, type Words } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import type { GraphError, GraphFault } from './graph.js'

/*
 * What Meta's codes mean for the agent and for the next try (contracts/channels/04, Errors). Decided by the code; the
 * details stand behind, verbatim.
 */

type Fate = 'refused' | 'unreachable' | 'later' | 'pair' | 'pause' | 'stop'

const CODES: Readonly<Record<number, readonly [word: string, fate: Fate]>> = {
  131047: ['window', 'refused'],
  131026: ['undeliverable', 'unreachable'],
  131049: ['withheld', 'refused'],
  131050: ['stoppedMarketing', 'refused'],
  130472: ['experiment', 'refused'],
  131051: ['kind', 'refused'],
  131052: ['mediaDown', 'refused'],
  131053: ['mediaUp', 'refused'],
  131062: ['needsNumber', 'refused'],
  131008: ['ourFault', 'refused'],
  131009: ['ourFault', 'refused'],
  100: ['ourFault', 'refused'],
  132000: ['templateCount', 'refused'],
  132001: ['templateMissing', 'refused'],
  132005: ['templateLong', 'refused'],
  132007: ['templatePolicy', 'refused'],
  132008: ['templateFormat', 'refused'],
  132012: ['templateFormat', 'refused'],
  132015: ['templatePaused', 'refused'],
  132016: ['templateDisabled', 'refused'],
  130429: ['busy', 'later'],
  80007: ['busy', 'later'],
  4: ['busy', 'later'],
  131056: ['pair', 'pair'],
  131048: ['spam', 'pause'],
  131000: ['trouble', 'later'],
  131016: ['trouble', 'later'],
  135000: ['trouble', 'later'],
  1: ['trouble', 'later'],
  2: ['trouble', 'later'],
  131031: ['locked', 'stop'],
  368: ['locked', 'stop'],
  130497: ['country', 'stop'],
  131042: ['payment', 'stop'],
  133010: ['notRegistered', 'stop'],
  190: ['reconnect', 'stop'],
  131005: ['reconnect', 'stop'],
  0: ['reconnect', 'stop'],
  3: ['reconnect', 'stop'],
  10: ['reconnect', 'stop'],
}

function meaning({ code }: GraphFault): readonly [word: string, fate: Fate] {
  return CODES[code] ?? (code >= 200 && code <= 299 ? ['reconnect', 'stop'] : ['other', 'refused'])
}

/** The fault in words: `fault.<word>`, with Meta's code and sentence behind "Details". */
export function faultWords(fault: GraphFault, values: Readonly<Record<string, string>> = {}): Words {
  const trace = fault.trace ? ` (${fault.trace})` : ''
  return { key: `fault.${meaning(fault)[0]}`, values: { code: fault.code, template: '', ...values }, detail: `${fault.code}: ${fault.details}${trace}` }
}

/** Minutes after which an inbox that Meta has stopped is tried again by itself; a change of its settings tries at once. */
const STOPPED_MINUTES = 10
const SPAM_MINUTES = 60
/** Seconds before the next message to the same customer, doubled with each try. */
const PAIR_SECONDS = 6

/** What an answer that is no success means for the message. */
export function outcomeOf(error: GraphError, message: OutgoingMessage, inbox: WhatsappInbox): Sent {
  const now = inbox.now()
  const asked = error.retryAfter ? now.plus({ seconds: Math.min(error.retryAfter, 3600) }) : undefined
  if (!error.fault) return isTemporary(error.status) ? later(busyWords(error), asked) : refused({ key: 'fault.other', values: { code: error.status, template: '' }, detail: error.message })

  const reason = faultWords(error.fault, { template: message.template?.name ?? '' })
  const [, fate] = meaning(error.fault)
  switch (fate) {
    case 'unreachable':
      return refused(reason, { unreachable: true })
    case 'later':
      return later(reason, asked)
    case 'pair':
      return later(reason, asked ?? now.plus({ seconds: PAIR_SECONDS * 2 ** Math.min(message.attempts, 8) }))
    case 'pause':
      return later(reason, now.plus({ minutes: SPAM_MINUTES }))
    case 'stop':
      return later(reason, now.plus({ minutes: STOPPED_MINUTES }))
    default:
      // A code we do not know under an answer that is temporary by its nature.
      return !CODES[error.fault.code] && isTemporary(error.status) ? later(reason, asked) : refused(reason)
  }
}

export const isTemporary = (status: number) => status === 429 || status >= 500

const busyWords = ({ status }: GraphError): Reason => ({ key: 'fault.trouble', values: { code: status, template: '' }, detail: `HTTP ${status}` })
