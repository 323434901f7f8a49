import { randomUUID } from 'node:crypto'
import hash from '@adonisjs/core/services/hash'
import Factory from '@adonisjs/lucid/factories'
import Agent from '#people/agent'
import { now } from '#support/clock'

/** What every factory-made agent who can sign in has for a password. */
export const PASSWORD = 'correct horse battery'

let hashed: Promise<string> | null = null

/** A person inside: an agent who can sign in with PASSWORD. States: `admin`, `supervisor`, `viewer`, `restricted`, `away`, `deactivated`, `invited`. */
export const AgentFactory = Factory.define(Agent, async () => {
  hashed ??= hash.make(PASSWORD)
  return {
    name: 'Jana Malá',
    email: `jana-${randomUUID().slice(0, 8)}@desk.test`,
    password: await hashed,
    role: 'agent',
    language: 'en',
    timeZone: null,
    theme: 'system',
    keyboard: 1,
    restricted: 0,
    availability: 'available',
    sessionEpoch: 0,
    deactivatedAt: null,
    createdAt: now(),
    updatedAt: now(),
  }
})
  .state('admin', (agent) => (agent.role = 'admin'))
  .state('supervisor', (agent) => (agent.role = 'supervisor'))
  .state('viewer', (agent) => (agent.role = 'viewer'))
  .state('restricted', (agent) => (agent.restricted = 1))
  .state('away', (agent) => (agent.availability = 'away'))
  .state('deactivated', (agent) => (agent.deactivatedAt = now()))
  .state('invited', (agent) => (agent.password = null))
  .build()
