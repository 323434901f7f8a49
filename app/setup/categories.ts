/** The desk itself sorts by these (they keep newsletters out of the waiting list), so they cannot be removed. */
export const FIXED_CATEGORIES: readonly string[] = ['customer', 'newsletter', 'supplier', 'notification', 'bounce']
