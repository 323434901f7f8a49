/*
 * The row is the promise; a wake-up only makes it quick. Two forms behind one interface:
 * in this process, or through Redis with bee-queue for several processes.
 */

/** A kind of row that waits: events to tell, items to read, messages to send, jobs to run. */
export type Work = 'events' | 'incoming' | 'deliveries' | 'jobs'

/** Says that a row waits. */
export interface WakeUp {
  /** Called after commit. Never throws, is never awaited; losing it costs a second. */
  wake(work: Work, id?: number): void
  /**
   * Runs `claim` after a wake and at every sweep (1 s). `claim` takes one due row by a
   * conditional update and works on it, and says whether there was one: then it is asked again at once.
   */
  serve(work: Work, claim: Claim): void
  /** Stops taking, waits for what runs, then settles. */
  close(): Promise<void>
}

export type Claim = (id: number | null) => Promise<boolean>

let current: WakeUp | null = null

/** What commits call. Before the provider has chosen a form, or in a command, rows simply wait for a sweep. */
export const wakeUp = {
  wake(work: Work, id?: number) {
    current?.wake(work, id)
  },
}

export function useWakeUp(form: WakeUp | null) {
  current = form
}

/** The form in use, for whoever serves it; null in tests and commands. */
export function currentWakeUp(): WakeUp | null {
  return current
}
