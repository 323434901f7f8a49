/**
 * Where a ticket stands, as lists ask for it: the status, but new and open are one, split by who
 * wrote. `waiting`: a customer waits for us. `aside`: newsletters, suppliers, notifications and
 * bounces, which never outrank a customer (R045, R047). Kept by the database in `tickets.stage`.
 */
export const stages = ['waiting', 'aside', 'pending', 'snoozed', 'resolved', 'closed', 'spam'] as const
export type Stage = (typeof stages)[number]

export const statuses = ['new', 'open', 'pending', 'snoozed', 'resolved', 'closed', 'spam'] as const
export type Status = (typeof statuses)[number]

const UNFINISHED: readonly Stage[] = ['waiting', 'aside', 'pending', 'snoozed']

export function isUnfinished(stage: Stage) {
  return UNFINISHED.includes(stage)
}

/**
 * A condition in words instead of bindings: which partial index applies hangs on the value, so SQLite plans a statement
 * anew each time that one is bound, which was half of what a count cost.
 */
export function stageIs(...wanted: readonly Stage[]) {
  return `stage IN (${wanted.map((stage) => `'${stage}'`).join(', ')})`
}

export function stagesOf(wanted: readonly Status[]): Stage[] {
  return stages.filter((stage) => (stage === 'waiting' || stage === 'aside' ? wanted.includes('new') || wanted.includes('open') : wanted.includes(stage)))
}

/** New and open share their stages, so asking for one of them needs the status looked at too. */
export function tellsNewFromOpen(wanted: readonly Status[]) {
  return wanted.includes('new') !== wanted.includes('open')
}
