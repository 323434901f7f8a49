import type Agent from '#people/agent'
import type { Access } from '#tickets/views'

/** Which inboxes' tickets an agent may see. */
export async function accessOf(_agent: Agent): Promise<Access> {
  return 'all'
}
