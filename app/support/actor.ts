/**
 * Who did something. Passed to every verb as `by`; there is no ambient current user.
 * An agent or a customer is given by its row, the rest by name; null is the system.
 */
export type Actor =
  | { readonly kind: 'agent'; readonly id: number; readonly via?: string; readonly ip?: string }
  | { readonly kind: 'customer'; readonly id: number }
  | { readonly kind: 'rule'; readonly id: number }
  | { readonly kind: 'plugin'; readonly id: string }
  | null

export interface Cause {
  readonly by: Actor
  /** Why, in a stable form: `rule:12`, `absence:7`, `handover:3`, `import:2`. */
  readonly because?: string | null
  readonly onBehalfOfId?: number | null
  /** How: `page`, `api:<token id>`, `mail`, `hook`, `command`, `clock`, `import`, `demo`. */
  readonly via?: string
  /** When it happened, if not now (imported and late facts keep their own time); ms. */
  readonly at?: number
}
