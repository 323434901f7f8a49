import { randomUUID } from 'node:crypto'
import Inbox from '#channels/inbox'
import type Agent from '#people/agent'
import { addAgent } from '#people/agents'
import { makeTeam } from '#people/team'
import type { Actor } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { record } from '#support/events'
import { changeSettings } from '#support/settings'
import { transaction } from '#support/transaction'
import type { Gender } from './people.js'

/** Of all accounts of the demo; the sign-in page shows it. */
export const DEMO_PASSWORD = 'opora-demo'

export const SHOP = { name: 'Zrno & Mlýn', host: 'zrno-mlyn.example' }

type InboxKey = 'info' | 'claims' | 'wholesale' | 'abroad'
type TeamKey = Exclude<InboxKey, 'info'>

/** Who works at the shop. The order is that of the sign-in page. */
export const STAFF = [
  { name: 'Jana Malá', local: 'jana', role: 'admin', gender: 'woman', teams: ['claims', 'wholesale'], duty: 'Vedoucí zákaznické podpory' },
  { name: 'Petr Horák', local: 'petr', role: 'supervisor', gender: 'man', teams: ['claims'], duty: 'Vedoucí reklamací' },
  { name: 'Lucie Benešová', local: 'lucie', role: 'agent', gender: 'woman', teams: ['claims', 'abroad'], duty: 'Zákaznická podpora' },
  { name: 'Tomáš Kučera', local: 'tomas', role: 'agent', gender: 'man', teams: ['abroad'], duty: 'Zákaznická podpora' },
  { name: 'Katarína Hudáková', local: 'katarina', role: 'agent', gender: 'woman', teams: ['abroad'], duty: 'Zákaznícka podpora' },
  { name: 'Martin Veselý', local: 'martin', role: 'agent', gender: 'man', teams: ['wholesale'], duty: 'Velkoobchod' },
] as const satisfies readonly { name: string; local: string; role: string; gender: Gender; teams: readonly TeamKey[]; duty: string }[]

const TEAMS: Record<TeamKey, string> = { claims: 'Reklamace', wholesale: 'Velkoobchod', abroad: 'Zahraničí' }

const INBOXES: Record<InboxKey, { readonly name: string; readonly local: string }> = {
  info: { name: 'info@', local: 'info' },
  claims: { name: 'reklamace@', local: 'reklamace' },
  wholesale: { name: 'velkoobchod@', local: 'velkoobchod' },
  abroad: { name: 'export@', local: 'export' },
}

export interface Desk {
  readonly agents: readonly { readonly agent: Agent; readonly gender: Gender; readonly teams: readonly TeamKey[] }[]
  readonly teams: Record<TeamKey, number>
  readonly inboxes: Record<InboxKey, Inbox>
}

export const demoAddress = (local: string) => `${local}@${SHOP.host}`

/** Settings, people, teams and inboxes of the demo's shop, on an empty desk. */
export async function furnish(): Promise<Desk> {
  await transaction(() =>
    changeSettings({ 'company.name': SHOP.name, 'company.language': 'cs', 'company.time_zone': 'Europe/Prague', 'setup.finished_at': nowMs() })
  )
  const agents: { agent: Agent; gender: Gender; teams: readonly TeamKey[] }[] = []
  for (const { name, local, role, gender, teams, duty } of STAFF) {
    const agent = await addAgent({ name, email: demoAddress(local), role, password: DEMO_PASSWORD, language: 'cs', timeZone: 'Europe/Prague' }, demo(null))
    agent.signature = `${name}\n${duty}`
    await agent.save()
    agents.push({ agent, gender, teams })
  }

  const inboxes = {} as Record<InboxKey, Inbox>
  for (const [key, { name, local }] of Object.entries(INBOXES)) inboxes[key as InboxKey] = await connect(name, demoAddress(local))

  const teams = {} as Record<TeamKey, number>
  for (const [key, name] of Object.entries(TEAMS) as [TeamKey, string][]) {
    const members = agents.filter((one) => one.teams.includes(key)).map(({ agent }) => agent.id)
    const team = await makeTeam({ name, supervisorId: agents[key === 'claims' ? 1 : 0].agent.id, memberIds: members, inboxIds: [inboxes[key].id] }, demo(null))
    teams[key] = team.id
    inboxes[key].teamId = team.id
    await inboxes[key].save()
  }
  return { agents, teams, inboxes }
}

/** An inbox that nothing outside reaches: the outside world points its sending at the local sink. */
async function connect(name: string, address: string): Promise<Inbox> {
  return transaction(async (trx) => {
    const inbox = await Inbox.create(
      {
        key: randomUUID(),
        channel: 'email',
        name,
        address,
        config: JSON.stringify({ address }),
        teamId: null,
        signature: `${SHOP.name} · pražírna a vše pro kávu\nLipová 12, Olomouc`,
        undoSeconds: 10,
        closeAfterDays: 14,
        reopenWithinDays: 30,
        createdAt: now(),
        updatedAt: now(),
      },
      { client: trx }
    )
    await record('inbox:created', { inboxId: inbox.id }, demo(null))
    return inbox
  })
}

/** Cause of whatever the demo's history does. */
export const demo = (by: Actor) => ({ by, via: 'demo' })
