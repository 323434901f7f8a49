import { BasePolicy } from '@adonisjs/bouncer'
import db from '@adonisjs/lucid/services/db'
import { maySeeInbox } from '#people/access'
import type Agent from '#people/agent'

type Attached = { readonly messageId: number | null; readonly noteId: number | null }

/** Who may open a file: who may see the ticket of the message or note it hangs on. */
export default class AttachmentPolicy extends BasePolicy {
  async view(agent: Agent, attachment: Attached) {
    const inboxId = await inboxOf(attachment)
    return inboxId !== null && (await maySeeInbox(agent, inboxId))
  }
}

/** By the ticket, not by the message: a ticket may have been moved since. */
async function inboxOf({ messageId, noteId }: Attached): Promise<number | null> {
  const [table, id] = messageId ? (['messages', messageId] as const) : (['notes', noteId] as const)
  const row = await db.from(table).join('tickets', 'tickets.id', `${table}.ticket_id`).where(`${table}.id`, id!).select('tickets.inbox_id').first()
  return row?.inbox_id ?? null
}
