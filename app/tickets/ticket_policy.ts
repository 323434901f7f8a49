import { BasePolicy } from '@adonisjs/bouncer'
import { maySeeInbox } from '#people/access'
import type Agent from '#people/agent'

/** What of a ticket decides who may: where it came in. */
type Placed = { readonly inboxId: number }

/**
 * Who may do what with a ticket. A viewer reads; everybody else works on what they can see; nobody sees
 * what came into an inbox that is not theirs to see (people/access.ts).
 */
export default class TicketPolicy extends BasePolicy {
  view(agent: Agent, ticket: Placed) {
    return maySeeInbox(agent, ticket.inboxId)
  }

  /** To change anything about it: status, priority, tags, subject, category, own fields. */
  async change(agent: Agent, ticket: Placed) {
    return agent.isWorker && (await maySeeInbox(agent, ticket.inboxId))
  }

  reply(agent: Agent, ticket: Placed) {
    return this.change(agent, ticket)
  }

  note(agent: Agent, ticket: Placed) {
    return this.change(agent, ticket)
  }

  /** To take it, or give it to somebody. */
  assign(agent: Agent, ticket: Placed) {
    return this.change(agent, ticket)
  }

  claim(agent: Agent, ticket: Placed) {
    return this.change(agent, ticket)
  }

  /** To end it, or open it again. */
  close(agent: Agent, ticket: Placed) {
    return this.change(agent, ticket)
  }

  /** To start one in an inbox. */
  async create(agent: Agent, inboxId: number) {
    return agent.isWorker && (await maySeeInbox(agent, inboxId))
  }
}
