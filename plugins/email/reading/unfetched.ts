/*
 * A mail that its server would not hand over. It still becomes an item, so that it stands in the list of
 * what could not be taken in and never holds up the next one.
 */

export const UNFETCHED = 'application/x-opora-unfetched'

export interface Unfetched {
  readonly folder: string
  readonly uid: number
  readonly bytes: number | null
  readonly reason: string
}

export function unfetched(what: Unfetched): Buffer {
  return Buffer.from(JSON.stringify(what))
}

/** One sentence for the list of failed items. */
export function whyUnfetched(json: string): string {
  const { folder, uid, bytes, reason } = JSON.parse(json) as Unfetched
  const size = bytes === null ? '' : ` (${Math.ceil(bytes / 1024)} kB)`
  return `The mail server did not hand over message ${uid} of folder ${folder}${size}: ${reason}. It is still in the mailbox.`
}
