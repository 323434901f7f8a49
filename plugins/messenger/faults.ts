import { later, refused, type Reason, type Sent } from '#plugin'
import type { GraphFault } from './graph.js'
import type { MessengerInbox } from './config.js'

/*
 * What Facebook's refusals mean for an agent (contracts/channels/01, error map; the codes stand in Meta's Send API
 * reference and its common error codes).
 */

export type FaultKind = 'window' | 'thread' | 'token' | 'permission' | 'nobody' | 'unavailable' | 'rate' | 'temporary' | 'restricted' | 'upload' | 'other'

/** Tries after which a temporary fault is taken for a lasting one: code 2 also means a person who blocked us. */
const MOST_TRIES = 5
/** A page that must be reconnected is asked again so often; saving the inbox asks at once. */
const RECONNECT_MINUTES = 30

export function kindOf({ status, code, subcode }: GraphFault): FaultKind {
  if (code === 10 && subcode === 2018300) return 'thread'
  if (subcode === 2018278 || subcode === 2534022) return 'window'
  if (code === 190) return 'token'
  if (code === 100 && subcode === 2018001) return 'nobody'
  if (subcode === 2018047 || subcode === 2018008) return 'upload'
  if (code === 551) return 'unavailable'
  if (code === 368) return 'restricted'
  if ([4, 17, 32, 613, 80006].includes(code) || status === 429) return 'rate'
  if ([3, 10, 200, 230].includes(code)) return 'permission'
  if ([1, 2, 1200].includes(code) || [500, 502, 503, 504].includes(status)) return 'temporary'
  return status === 401 ? 'token' : 'other'
}

/** The words of a fault, for the thread and for the health of the inbox. */
export function wordsOf(fault: GraphFault): Reason {
  return { key: `fault.${kindOf(fault)}`, detail: fault.detail }
}

/**
 * What becomes of a delivery.
 *
 * @param attempts - tries made before this one
 */
export function outcomeOf(fault: GraphFault, inbox: MessengerInbox, attempts: number): Sent {
  const words = wordsOf(fault)
  switch (kindOf(fault)) {
    case 'token':
    case 'permission':
      return later(words, inbox.now().plus({ minutes: RECONNECT_MINUTES }))
    case 'rate':
      return later(words, fault.retryAfter ? inbox.now().plus({ seconds: fault.retryAfter }) : undefined)
    case 'temporary':
      return attempts < MOST_TRIES ? later(words, fault.retryAfter ? inbox.now().plus({ seconds: fault.retryAfter }) : undefined) : refused({ key: 'fault.gaveUp', detail: fault.detail })
    case 'upload':
      return attempts < 1 ? later(words) : refused(words)
    case 'nobody':
    case 'unavailable':
      return refused(words, { unreachable: true })
    default:
      return refused(words)
  }
}
