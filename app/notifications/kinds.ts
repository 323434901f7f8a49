/*
 * What an agent may be told of, and how, unless they choose otherwise.
 */

export const WAYS = ['page', 'push', 'mail', 'sound'] as const
export type Way = (typeof WAYS)[number]
export type Ways = Readonly<Record<Way, boolean>>

const told = (page: 0 | 1, push: 0 | 1, mail: 0 | 1, sound: 0 | 1): Ways => ({ page: page === 1, push: push === 1, mail: mail === 1, sound: sound === 1 })

/** In the order of the settings. Push and mail reach only who has a device, or has not looked for a while. */
export const KINDS = {
  assigned: told(1, 1, 1, 1),
  wrote: told(1, 1, 1, 1),
  mentioned: told(1, 1, 1, 1),
  asked: told(1, 1, 1, 1),
  undelivered: told(1, 1, 1, 0),
  woken: told(1, 1, 0, 0),
  covering: told(1, 1, 1, 0),
  uncovered: told(1, 1, 1, 0),
  unassigned: told(0, 0, 0, 0),
} as const satisfies Record<string, Ways>

export type Kind = keyof typeof KINDS
export const KIND_NAMES = Object.keys(KINDS) as Kind[]

/** Kinds that nobody hears of unless they asked to. */
export const ASKED_FOR: readonly Kind[] = KIND_NAMES.filter((kind) => !WAYS.some((way) => KINDS[kind][way]))
