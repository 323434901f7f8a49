import type { Address } from '#plugin'

/*
 * How people are named: a phone number when WhatsApp tells it, and a business-scoped user id, which alone is
 * sure to come (contracts/channels/04, Identity change 2026). Both lead to one customer.
 */

/** `420777000111` as WhatsApp writes a number. */
export function phone(digits: string, name?: string): Address {
  return { kind: 'phone', value: `+${digits.replace(/\D/g, '')}`, ...(name ? { name } : {}) }
}

export function handle(value: string, name?: string): Address {
  return { kind: 'handle', value, ...(name ? { name } : {}) }
}

/** The address to answer to and those that are surely the same person's; a number is the better one to write to. */
export function person({ number, ids = [], name }: { number?: string; ids?: readonly (string | undefined)[]; name?: string }): { from: Address; alsoFrom: readonly Address[] } {
  const all = [...(number ? [phone(number, name)] : []), ...ids.filter((id) => id).map((id) => handle(id!, name))]
  const [from = handle('unknown', name), ...rest] = all
  return { from, alsoFrom: rest.map(({ kind, value }) => ({ kind, value })) }
}

/** The digits of a phone address; null of anything else. */
export function digitsOf({ kind, value }: Address): string | null {
  const digits = value.replace(/\D/g, '')
  return kind === 'phone' || /^\+\d{6,}$/.test(value) ? digits : null
}
