import type { HttpContext } from '@adonisjs/core/http'
import { parentOf } from '#tickets/side_thread'
import Ticket from '#tickets/ticket'
import { mustSee } from './ticket_page.js'

/** The side conversation of the address, if its reader may see both its ticket and the mailbox that it is written from. */
export async function sideOf({ params, auth }: HttpContext): Promise<{ side: Ticket; parent: Ticket }> {
  const agent = auth.getUserOrFail()
  const side = await Ticket.query().where('id', Number(params.id)).whereNotNull('side_of_id').firstOrFail()
  const parent = await parentOf(side)
  await mustSee(agent, parent.inboxId)
  await mustSee(agent, side.inboxId)
  return { side, parent }
}
