import { DomainError } from '#support/domain_error'

/** How a list can be ordered. `newest` is by the last change, `oldest` and `due` by who has to be looked at next. */
export const sorts = ['newest', 'oldest', 'created', 'due', 'updated'] as const
export type Sort = (typeof sorts)[number]

/** The column behind a sort, and which end comes first. */
export interface Order {
  readonly column: 'updated_at' | 'created_at' | 'due_from'
  readonly direction: 'asc' | 'desc'
}

export const orders: Record<Sort, Order> = {
  newest: { column: 'updated_at', direction: 'desc' },
  updated: { column: 'updated_at', direction: 'desc' },
  created: { column: 'created_at', direction: 'desc' },
  oldest: { column: 'due_from', direction: 'asc' },
  due: { column: 'due_from', direction: 'asc' },
}

/** A place in an ordered list: the sort value and id of the last row that was shown. */
export interface Place {
  readonly at: number
  readonly id: number
}

/** A place as a list hands it out; opaque to whoever keeps it. */
export function writeCursor({ column }: Order, { at, id }: Place): string {
  return Buffer.from(JSON.stringify([column, at, id])).toString('base64url')
}

/**
 * Reads a cursor of a list in this order.
 *
 * @throws DomainError 422 when it is not one of ours, or of a list in another order.
 */
export function readCursor({ column }: Order, cursor: string): Place {
  const [of, at, id] = parse(cursor)
  if (of !== column || !Number.isSafeInteger(at) || !Number.isSafeInteger(id)) throw new DomainError('tickets.errors.bad_cursor', 422)
  return { at: at as number, id: id as number }
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) && value.length === 3 ? value : []
  } catch {
    return []
  }
}
