import { every } from '#support/schedule'
import { sweepTemporary } from '#support/files'
import { sweepPresences } from './presence.js'
import { closeResolved, remindUnanswered, sweepUploads, wakeSnoozed } from './time_rules.js'

every('tickets:wake', 1, wakeSnoozed)
every('tickets:remind', 1, remindUnanswered)
every('tickets:close', 15, closeResolved)
every('tickets:presences', 5, sweepPresences)
every('tickets:uploads', 60, sweepUploads)
every('support:temporary', 24 * 60, sweepTemporary)
