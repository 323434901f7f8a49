import { listen, follow } from '#support/listeners'
import { every } from '#support/schedule'
import { reading } from '#support/transaction'
import { whenPurged } from '#tickets/purging'
import { listsBeside, MOST_COUNTED } from '#tickets/views'
import { reconcile } from './coverage/reconcile.js'
import { settleTickets } from './coverage/settling.js'
import { World } from './coverage/world.js'
import './absence/listeners.js'
import { giveAllWaiting, lookAgain, MAKES_ROOM } from './distribution/waiting.js'
import { forwardMentionOfAbsent } from './coverage/mentions.js'
import { moveQuestions } from './handover/merged.js'
import { ACTS, noticeActs } from './handover/acting_on_it.js'
import { passQuestionsOn } from './handover/give.js'
import './offboarding/reassignment.js'
import { beginDue } from './offboarding/offboarding.js'
import { handovers } from './handover/handover_list.js'
import { forgetCovers, handedOver } from './purging.js'

// Absences begin and end to the half minute; a run without anybody away costs a few reads.
every('routing:coverage', 0.5, reconcile)

whenPurged('routing', { keeps: handedOver, forget: forgetCovers })

/** Whatever may change who covers a ticket; the gateway and assignments settle it in their own transaction besides. */
follow(
  'routing:coverage',
  ['ticket:reopened', 'ticket:opened_again', 'ticket:resolved', 'ticket:closed', 'ticket:marked_spam', 'ticket:unmarked_spam', 'ticket:tagged', 'ticket:categorised', 'ticket:moved', 'ticket:woken', 'ticket:customer_changed', 'ticket:merged', 'ticket:unmerged', 'ticket:undone'],
  async (events) => {
    const world = await World.read()
    const ids = [...new Set(events.flatMap(({ ticketId }) => ticketId ?? []))]
    const touched = await reading()
      .from('tickets')
      .whereIn('id', ids)
      .where((query) => query.whereNotNull('coverage_id').orWhereIn('owner_id', world.missing))
      .select('id')
    await settleTickets(touched.map(({ id }) => id), { afresh: true })
  }
)

/** People, teams and inboxes change seldom: everything is looked at again. */
listen('routing:reconcile', ['agent:deactivated', 'agent:reactivated', 'agent:changed', 'team:changed', 'inbox:changed', 'inbox:deleted', 'tag:deleted'], async ({ name, payload }) => {
  if (name === 'agent:changed' && !(payload as { fields: string[] }).fields.some((field) => ['role', 'restricted'].includes(field))) return
  await reconcile()
})

listen('routing:mentions', ['note:mentioned'], forwardMentionOfAbsent)
follow('routing:merged', ['ticket:merged'], (events) => moveQuestions(events.map(({ payload }) => payload)))
follow('routing:handovers', ACTS, noticeActs)
listen('routing:questions', ['absence:started'], ({ payload }) => passQuestionsOn(payload.agentId, payload.absenceId))

// The last hour of somebody's work, to a few seconds; a desk that was off then does it when it starts.
every('routing:offboarding', 1 / 12, beginDue)

/** Somebody may be able to take what waits for its turn; hours of work begin without an event. */
follow('routing:turns', MAKES_ROOM, (events) => lookAgain(events.at(-1)!.id))
every('routing:turns', 1, giveAllWaiting)

listsBeside.set('asked', {
  href: '/handovers',
  count: ({ id }, access) => reading().query().from(handovers({ waitsFor: id }, access).select('handovers.id').limit(MOST_COUNTED).as('asked')).count('* as count'),
})
