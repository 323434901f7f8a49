import { IncomingItemSchema } from '#database/schema'

/** What became of an item, for people and the API. */
export type Outcome = 'created' | 'appended' | 'duplicate' | 'bounce' | 'ignored' | 'failed' | 'purged'

/** One thing that arrived, raw, with one fate. Written by the gateway alone. */
export default class IncomingItem extends IncomingItemSchema {
  get isFinished() {
    return ['done', 'ignored', 'failed'].includes(this.state)
  }
}
