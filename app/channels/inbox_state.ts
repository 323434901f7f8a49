import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { noteFault } from '#plugins/faults'
import { pluginRegistry } from '#plugins/registry'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { within } from '#support/patience'
import { transaction } from '#support/transaction'

const LOAD_SECONDS = 5
/** Whoever keeps the page open is named once in so long, ms. */
const NAMED_MS = 3_600_000

export const stateView = 'channels/inboxes/_state'

interface LiveState {
  readonly body: string
  /** Why it could not be shown, or null. */
  readonly broken: string | null
  readonly tellsHealth: boolean
}

/** What a channel shows of an inbox at this moment; null when it shows nothing of its own. A view that fails takes nothing else away. */
export async function readState({ view, by }: HttpContext, inbox: Inbox): Promise<LiveState | null> {
  const panel = pluginRegistry.channel(inbox.channel)?.panel
  if (!panel) return null
  try {
    const data = await within(LOAD_SECONDS, panel.load(pluginRegistry.inboxFor(inbox)), () => new Error('No answer'))
    const body = await view.render(panel.view, { data, inbox: { id: inbox.id, key: inbox.key, name: inbox.name } })
    if (data.reveals) await nameReader(inbox, by)
    return { body, broken: null, tellsHealth: data.tellsHealth === true }
  } catch (error) {
    await noteFault(inbox.channel, 'panel:inbox', error)
    return { body: '', broken: (error as Error).message, tellsHealth: false }
  }
}

/** Who saw what opens the account is known afterwards. */
async function nameReader(inbox: Inbox, by: HttpContext['by']) {
  const lately = await db
    .from('events')
    .where('name', 'inbox:revealed')
    .where('at', '>', nowMs() - NAMED_MS)
    .where({ inbox_id: inbox.id, actor_kind: by.kind, actor_id: String(by.id) })
    .select('id')
    .first()
  if (!lately) await transaction(() => record('inbox:revealed', { inboxId: inbox.id }, { by }))
}
