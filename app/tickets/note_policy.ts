import { BasePolicy } from '@adonisjs/bouncer'
import { maySeeInbox } from '#people/access'
import type Agent from '#people/agent'

type Written = { readonly authorKind: string; readonly authorId: string | null }

/** Who may touch an internal note: its author, and who steers the team; everybody who sees the ticket reads it. */
export default class NotePolicy extends BasePolicy {
  view(agent: Agent, ticket: { readonly inboxId: number }) {
    return maySeeInbox(agent, ticket.inboxId)
  }

  async change(agent: Agent, note: Written, ticket: { readonly inboxId: number }) {
    const own = note.authorKind === 'agent' && note.authorId === String(agent.id)
    return agent.isWorker && (own || agent.isSupervisor) && (await maySeeInbox(agent, ticket.inboxId))
  }
}
