import { listen } from '#support/listeners'
import { every } from '#support/schedule'
import { reading } from '#support/transaction'
import Absence from './absence.js'
import { tellAway } from './auto_reply.js'
import { forgetReasons } from './forgetting.js'
import { missTheMissing } from './missed.js'
import { cancelAbsence, endAbsence } from './planning.js'

every('routing:missed', 15, missTheMissing)
every('routing:absence_reasons', 24 * 60, forgetReasons)

listen('routing:auto_reply', ['message:received'], tellAway)

/** Who has left is not away any more; the tickets fall to their teams, and the wizard gives them heirs. */
listen('routing:absences_of_the_gone', ['agent:deactivated'], async ({ payload: { agentId } }) => {
  const open = await reading().from('absences').where('agent_id', agentId).whereIn('state', ['planned', 'active']).select('id')
  for (const { id } of open) {
    const absence = await Absence.findOrFail(id)
    if (absence.state === 'planned' && !absence.isRunning) await cancelAbsence(absence, { by: null })
    else await endAbsence(absence, { by: null }, 'offboarded')
  }
})
