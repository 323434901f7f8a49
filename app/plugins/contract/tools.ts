import type { DateTime } from 'luxon'

export interface Tools {
  /** The guarded client: time-outs, size cap, no private address but a host an admin typed, secrets masked in logs. */
  readonly fetch: typeof globalThis.fetch
  /** Asks DNS, as Node's `resolve` does; absent where nothing outside may be asked (the demo, tests). */
  readonly resolve?: (name: string, type: string) => Promise<unknown>
  readonly log: { info(data: object, text: string): void; error(data: object, text: string): void }
  readonly store: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> }
  /** The same for tokens and keys: encrypted at rest. What cannot be decrypted (another APP_KEY) reads as null. */
  readonly secrets: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> }
  /**
   * Does something that only one process may do at a time (a token that changes with each use); the same name
   * means the same thing. Null: another is at it, and nothing was done. A holder that dies loses it after `seconds`.
   */
  alone<T>(name: string, seconds: number, work: () => Promise<T>): Promise<T | null>
  /** A private folder under DATA_DIR, made on first use. */
  folder(): Promise<string>
  now(): DateTime
  /**
   * What whoever runs the machine has set under this name (`CHROMIUM`: a program's place), else `otherwise`. An address
   * set so may lie inside the network. For what no admin of the pages may decide, and for a stand-in of an outside system.
   */
  environment(name: string, otherwise: string): string
}

