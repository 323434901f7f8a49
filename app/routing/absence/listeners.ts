import { record } from '#support/events'
import { follow, listen } from '#support/listeners'
import { every } from '#support/schedule'
import { reading, transaction } from '#support/transaction'
import Absence from './absence.js'
import { ownAbsence } from './away_now.js'
import { findAway } from './auto_reply.js'
import { forgetReasons } from './forgetting.js'
import { missTheMissing } from './missed.js'
import { cancelAbsence, endAbsence } from './planning.js'

every('routing:missed', 15, missTheMissing)
every('routing:absence_reasons', 24 * 60, forgetReasons)

/** Working while away is allowed, and kept (B14). */
listen('routing:signed_in_while_away', ['agent:signed_in'], async ({ payload: { agentId }, at }) => {
  const absence = await ownAbsence(agentId)
  if (absence) await transaction(() => record('absence:signed_in', { absenceId: absence.id, agentId }, { by: { kind: 'agent', id: agentId }, at }))
})

follow('routing:auto_reply', ['message:received'], findAway)

/** Who has left is not away any more; the tickets fall to their teams, and the wizard gives them heirs. */
listen('routing:absences_of_the_gone', ['agent:deactivated'], async ({ payload: { agentId } }) => {
  const open = await reading().from('absences').where('agent_id', agentId).whereIn('state', ['planned', 'active']).select('id')
  for (const { id } of open) {
    const absence = await Absence.findOrFail(id)
    if (absence.state === 'planned' && !absence.isRunning) await cancelAbsence(absence, { by: null })
    else await endAbsence(absence, { by: null }, 'offboarded')
  }
})
