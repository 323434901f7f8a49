import { follow } from '#support/listeners'
import { every } from '#support/schedule'
import db from '@adonisjs/lucid/services/db'
import { listsBeside, MOST_COUNTED } from '#tickets/views'
import { handovers } from './handover/handover_list.js'
import { giveAllWaiting, lookAgain, MAKES_ROOM } from './distribution/waiting.js'

follow('routing:turns', MAKES_ROOM, (events) => lookAgain(events.at(-1)!.id))
every('routing:turns', 1, giveAllWaiting)

listsBeside.set('asked', {
  href: '/handovers',
  count: ({ id }, access) => db.query().from(handovers({ waitsFor: id }, access).select('handovers.id').limit(MOST_COUNTED).as('asked')).count('* as count'),
})
