import { TicketSchema } from '#database/schema'
import { Assignable } from './ticket/assignable.js'
import { Keeping } from './ticket/base.js'
import { Describable } from './ticket/describable.js'
import { Notable } from './ticket/notable.js'
import { Receiving } from './ticket/receiving.js'
import { Replyable } from './ticket/replyable.js'
import { Resolvable } from './ticket/resolvable.js'
import { Snoozable } from './ticket/snoozable.js'

/** One matter a customer brought. A table of contents: the verbs stand in ticket/, one trait a file. */
export default class Ticket extends Notable(Replyable(Receiving(Assignable(Describable(Snoozable(Resolvable(Keeping(TicketSchema)))))))) {
  /** As people say it on the phone. */
  get reference() {
    return `#${this.id}`
  }
}
