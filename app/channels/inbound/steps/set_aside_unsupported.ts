import type { InboundDraft, Stop } from '../draft.js'

const HANDLED = new Set(['message', 'bounce', 'receipt'])

/** What no domain takes yet is kept and said, not lost. */
export async function setAsideUnsupported(draft: InboundDraft): Promise<Stop | void> {
  if (!HANDLED.has(draft.incoming.type)) return { outcome: 'ignored', reason: 'unsupported', values: { kind: draft.incoming.type === 'other' ? draft.incoming.kind.slice(0, 100) : draft.incoming.type } }
}
