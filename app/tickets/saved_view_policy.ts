import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

type Kept = { readonly agentId: number; readonly teamId: number | null; readonly everybody: number }

/** Who may rename, share or delete a saved view: its maker; a shared one also who steers the team. */
export default class SavedViewPolicy extends BasePolicy {
  change(agent: Agent, view: Kept) {
    return view.agentId === agent.id || (agent.isSupervisor && (view.teamId !== null || Boolean(view.everybody)))
  }
}
