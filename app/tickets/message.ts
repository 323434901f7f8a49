import { MessageSchema } from '#database/schema'

/** One entry of a ticket that travelled, in or out. A note is none: it has its own table. */
export default class Message extends MessageSchema {
  get isOutgoing() {
    return this.kind === 'reply' || this.kind === 'auto_reply'
  }
}
