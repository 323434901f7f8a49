import { whenLeaving } from '#people/leaving'
import { follow } from '#support/listeners'
import { every } from '#support/schedule'
import { openTransaction } from '#support/transaction'
import { whenPurged } from '#tickets/purging'
import { HEARD } from './audience.js'
import { removeDevices } from './devices.js'
import { mailDue } from './digest.js'
import { pushDue } from './push.js'
import { forgetOld, keepNotifications } from './telling.js'

follow('notifications', HEARD, keepNotifications)

/** Whoever leaves hears nothing more, on no device, from that very moment. */
whenLeaving('push', removeDevices)

whenPurged('notifications', { forget: async (ids) => void (await openTransaction().from('notifications').whereIn('ticket_id', [...ids]).delete()) })

every('notifications:push', 0.05, pushDue, { outside: true })
every('notifications:mail', 1, mailDue, { outside: true })
every('notifications:forget', 24 * 60, forgetOld)
