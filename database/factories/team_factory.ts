import { randomUUID } from 'node:crypto'
import Factory from '@adonisjs/lucid/factories'
import Team from '#people/team'
import { now } from '#support/clock'

/** A set of agents, empty; fill it by `team.change({ memberIds, inboxIds }, cause)`. */
export const TeamFactory = Factory.define(Team, () => ({
  name: `Reklamace ${randomUUID().slice(0, 8)}`,
  supervisorId: null,
  createdAt: now(),
  updatedAt: now(),
})).build()
