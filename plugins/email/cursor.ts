/*
 * How far a folder has been read. UIDs only: never \Seen, never dates, never sequence numbers
 * (contracts/channels/07a, "Resume algorithm").
 */

/** UIDs may become visible out of order for a moment; so far back a missing one is asked for again. */
const GAP_WINDOW = 50

export interface Cursor {
  readonly folder: string
  readonly uidValidity: string
  /** Every UID up to this one was handed over, or is in `gaps`, or does not exist. */
  readonly lastUid: number
  /** UIDs just below `lastUid` that were not there when we passed. */
  readonly gaps: readonly number[]
  /** When the folder was last seen, ISO: how far to look back if the server renumbers it. */
  readonly seenAt: string
  /** After a renumbering: nothing that arrived before this day is handed over again. */
  readonly since?: string
}

/** Null for a first time, or for a text that is not ours. */
export function parseCursor(text: string | null): Cursor | null {
  if (!text) return null
  try {
    const cursor = JSON.parse(text) as Cursor
    return typeof cursor.uidValidity === 'string' && Number.isInteger(cursor.lastUid) ? { ...cursor, gaps: cursor.gaps ?? [] } : null
  } catch {
    return null
  }
}

/** The cursor after these UIDs were handed over; `upTo` is the highest that is now settled. */
export function advance(cursor: Cursor, handed: readonly number[], upTo: number, seenAt: string): Cursor {
  const lastUid = Math.max(cursor.lastUid, upTo)
  const known = new Set(handed)
  const gaps = cursor.gaps.filter((uid) => !known.has(uid))
  const from = Math.max(cursor.lastUid + 1, lastUid - GAP_WINDOW)
  for (let uid = from; uid < lastUid; uid++) if (!known.has(uid)) gaps.push(uid)
  return { ...cursor, lastUid, gaps: gaps.filter((uid) => uid > lastUid - GAP_WINDOW), seenAt }
}
