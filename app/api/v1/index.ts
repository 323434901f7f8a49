import type { Endpoint } from '../endpoint.js'
import { absences } from './absences.js'
import { acts } from './acts.js'
import { bulk } from './bulk.js'
import { attachments } from './attachments.js'
import { coverages } from './coverages.js'
import { customers } from './customers.js'
import { deputies } from './deputies.js'
import { finding } from './finding.js'
import { handovers } from './handovers.js'
import { inbound } from './inbound.js'
import { inboxes } from './inboxes.js'
import { joining } from './joining.js'
import { messages } from './messages.js'
import { notes } from './notes.js'
import { offboardings } from './offboardings.js'
import { notifications } from './notifications.js'
import { people } from './people.js'
import { savedViews } from './saved_views.js'
import { sides } from './sides.js'
import { tasks } from './tasks.js'
import { senders } from './senders.js'
import { teams } from './teams.js'
import { testClock } from './test_clock.js'
import { tickets } from './tickets.js'
import { work } from './work.js'

/** Every address of the API, in the order in which the document shows them. */
export const endpoints: readonly Endpoint[] = [
  ...tickets,
  ...acts,
  ...joining,
  ...bulk,
  ...messages,
  ...notes,
  ...sides,
  ...tasks,
  ...handovers,
  ...deputies,
  ...attachments,
  ...customers,
  ...people,
  ...absences,
  ...coverages,
  ...offboardings,
  ...teams,
  ...inboxes,
  ...inbound,
  ...senders,
  ...work,
  ...finding,
  ...savedViews,
  ...notifications,
  ...testClock,
]
