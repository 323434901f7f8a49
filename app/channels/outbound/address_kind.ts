import type { Address } from '#plugin'

/** What kind an address is that a message kept as text. */
export function kindOf(address: string): Address['kind'] {
  if (address.includes('@')) return 'email'
  return /^\+?\d{6,}$/.test(address) ? 'phone' : 'handle'
}
