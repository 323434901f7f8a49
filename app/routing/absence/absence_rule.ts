import { AbsenceRuleSchema } from '#database/schema'
import { ruleOf } from '../coverage/world.js'

/** Who stands in for what, while somebody is away. */
export default class AbsenceRule extends AbsenceRuleSchema {
  /** As the resolver takes it. */
  get rule() {
    return ruleOf({
      id: this.id,
      absence_id: this.absenceId,
      position: this.position,
      scope: this.scope,
      cover_kind: this.coverKind,
      cover_agent_id: this.coverAgentId,
      cover_team_id: this.coverTeamId,
      new_tickets: this.newTickets,
    })
  }
}
