import Agent from '#people/agent'
import type Inbox from '#channels/inbox'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { setting } from '#support/settings'
import { afterCommit, reading, transaction } from '#support/transaction'
import type { DateTime } from 'luxon'

/**
 * What becomes of the address of somebody who has left (substitution.md §5, step 5): it goes on receiving; for some days
 * new matters go to the heir, and whoever writes is told so once. Offboarding begins it (routing/offboarding/rights.ts).
 */
export interface Farewell {
  readonly leaver: string
  /** Who has it now: a name, the company's if nobody in particular. */
  readonly heir: string
  readonly heirId: number | null
  readonly text: string | null
  /** When it began, ms. */
  readonly fromAt: number
}

/** The farewell of an inbox as long as it runs, else null. */
export async function farewellOf(inbox: Inbox): Promise<Farewell | null> {
  if (!inbox.farewellUntilAt || inbox.farewellUntilAt <= now()) return null
  const named = [inbox.farewellOfId, inbox.farewellHeirId].filter((id) => id !== null)
  const names = new Map((await reading().from('agents').whereIn('id', named).select('id', 'name')).map(({ id, name }) => [id as number, name as string]))
  const company = await setting('company.name')
  return {
    leaver: names.get(inbox.farewellOfId!) ?? '',
    heir: names.get(inbox.farewellHeirId!) ?? (company || inbox.name),
    heirId: inbox.farewellHeirId,
    text: inbox.farewellText?.trim() || null,
    fromAt: inbox.farewellFromAt?.toMillis() ?? 0,
  }
}

export interface FarewellChange {
  readonly text?: string | null
  readonly heirId?: number | null
  readonly until?: DateTime
}

/**
 * Changes what is said, to whom it passes on, and how long.
 *
 * @throws DomainError when none runs, the end has passed, or the heir cannot take tickets
 */
export async function changeFarewell(inbox: Inbox, { text, heirId, until }: FarewellChange, cause: Cause) {
  if (!(await farewellOf(inbox))) throw new DomainError('farewell.errors.none', 409)
  if (until && until <= now()) throw new DomainError('farewell.errors.past', 422)
  if (heirId) {
    const heir = await Agent.find(heirId, { client: reading() })
    if (!heir?.isActive || heir.role === 'viewer') throw new DomainError('tickets.errors.no_agent', 422)
  }
  await keep(inbox, { ...(text !== undefined && { farewell_text: text?.trim() || null }), ...(heirId !== undefined && { farewell_heir_id: heirId }), ...(until && { farewell_until_at: until.toMillis() }) }, cause)
}

/** Ends it now: the address is like any other of its team. */
export async function endFarewell(inbox: Inbox, cause: Cause) {
  if (!(await farewellOf(inbox))) throw new DomainError('farewell.errors.none', 409)
  await keep(inbox, { farewell_until_at: nowMs() }, cause)
}

async function keep(inbox: Inbox, values: Record<string, string | number | null>, cause: Cause) {
  if (Object.keys(values).length === 0) return
  await transaction(async (trx) => {
    await trx.from('inboxes').where('id', inbox.id).update({ ...values, updated_at: nowMs() })
    await record('inbox:changed', { inboxId: inbox.id, fields: ['farewell'] }, cause, { inboxId: inbox.id, channel: inbox.channel })
    afterCommit(() => poke(['inboxes', `inbox-${inbox.id}`]))
  })
}
