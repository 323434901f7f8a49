/**
 * One reason why customers of the demo's shop write, in one language. Texts name what changes in braces:
 * {order}, {product}, {part}, {tracking}, {amount}, {city}, {day}, {name} (first name), {surname}, {company}.
 * Each text is a whole letter without greeting and signature; app/demo/letters.ts puts those around it.
 */
export interface Situation {
  readonly key: string
  /** How often it happens against the others. */
  readonly weight: number
  readonly inbox: 'info' | 'claims' | 'wholesale' | 'abroad'
  readonly category: 'customer' | 'product' | 'price' | 'shipping' | 'order' | 'complaint' | 'return' | 'invoice' | 'newsletter' | 'supplier' | 'notification' | 'bounce'
  readonly priority?: 'low' | 'high' | 'urgent'
  readonly tags?: readonly string[]
  readonly subjects: readonly string[]
  /** The customer's first letter. */
  readonly opens: readonly string[]
  /** What an agent answers. */
  readonly replies: readonly string[]
  /** What the customer writes after an answer. */
  readonly returns?: readonly string[]
  /** What colleagues tell each other, in Czech whatever the customer speaks. */
  readonly notes?: readonly string[]
  readonly files?: readonly ('photo' | 'invoice' | 'order' | 'label')[]
  /** Who writes, when it is no customer. */
  readonly from?: { readonly name: string; readonly address: string }
}

export type Language = 'cs' | 'sk' | 'pl' | 'el' | 'en'
