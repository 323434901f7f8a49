import { enqueue, defineJob } from '#support/jobs'
import { reading } from '#support/transaction'
import { giveWaiting } from './turns.js'

/** Something by which somebody may be able to take a ticket that waits. */
export const MAKES_ROOM = [
  'agent:presence_changed',
  'agent:signed_in',
  'agent:joined',
  'agent:reactivated',
  'agent:changed',
  'team:changed',
  'ticket:resolved',
  'ticket:closed',
  'ticket:waited',
  'ticket:snoozed',
  'ticket:marked_spam',
  'ticket:unmarked_spam',
  'ticket:reopened',
  'ticket:opened_again',
  'ticket:woken',
  'absence:ended',
  'coverage:released',
] as const

/** Has the waiting tickets of each team looked at again; one short query when none waits. @param key - of the occasion */
export async function lookAgain(key: string | number) {
  for (const teamId of await teamsThatWait()) await enqueue('routing:turns', { teamId }, { once: `turns-${teamId}-${key}` })
}

/** The same at once, for the clock: hours of work begin without an event. */
export async function giveAllWaiting() {
  for (const teamId of await teamsThatWait()) await giveWaiting(teamId)
}

/** Teams that give out by themselves and have something to give: read from the small index of what waits. */
async function teamsThatWait(): Promise<number[]> {
  const rows = await reading()
    .from('tickets')
    .join('teams', 'teams.id', 'tickets.team_id')
    .where('tickets.waits_turn', 1)
    .whereNull('tickets.owner_id')
    .whereIn('tickets.stage', ['waiting', 'aside'])
    .where((team) => team.whereNot('teams.distribution', 'manual').orWhere('teams.sticky', 1))
    .distinct('tickets.team_id')
  return rows.map((row) => row.team_id)
}

defineJob('routing:turns', async ({ teamId }) => {
  await giveWaiting(Number(teamId))
})
