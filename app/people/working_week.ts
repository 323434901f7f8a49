import { DateTime } from 'luxon'
import { WEEKDAYS, type Span, type WeekHours } from '#people/hours'
import { setting } from '#support/settings'
import { reading } from '#support/transaction'

/** When somebody works: `hours` null means Monday to Friday, nobody has said from when until when. */
export interface WorkingWeek {
  readonly hours: WeekHours | null
  /** Whose clock the hours are read on. */
  readonly zone: string
}

/** Half-open, in milliseconds since 1970 UTC. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

/**
 * The weeks of these agents: their own hours; without any, those of their teams together; without those, Monday to Friday.
 * Three queries for any number.
 */
export async function workingWeeks(agentIds: readonly number[]): Promise<ReadonlyMap<number, WorkingWeek>> {
  if (agentIds.length === 0) return new Map()
  const db = reading()
  const company = await setting('company.time_zone')
  const agents = await db.from('agents').whereIn('id', [...agentIds]).select('id', 'hours', 'time_zone')
  const teams = await db.from('team_members').join('teams', 'teams.id', 'team_members.team_id').whereIn('agent_id', [...agentIds]).whereNotNull('teams.hours').orderBy('teams.id').select('agent_id', 'teams.hours', 'teams.time_zone')
  return new Map(
    agents.map(({ id, hours, time_zone: own }): [number, WorkingWeek] => {
      if (hours) return [id, { hours: JSON.parse(hours), zone: own ?? company }]
      const theirs = teams.filter((team) => team.agent_id === id)
      const zone = theirs[0]?.time_zone ?? company
      // Hours of teams in another zone cannot be laid over these; the first team's clock counts.
      const together = theirs.filter((team) => (team.time_zone ?? company) === zone).map((team) => JSON.parse(team.hours) as WeekHours)
      return [id, theirs.length > 0 ? { hours: laidTogether(together), zone } : { hours: null, zone: own ?? company }]
    })
  )
}

/** The stretches of work on a day (ISO date); null where no hours are given and the day is a working one. */
export function workOn({ hours, zone }: WorkingWeek, date: string): readonly Stretch[] | null {
  const day = DateTime.fromISO(date, { zone })
  if (hours === null) return day.weekday <= 5 ? null : []
  return (hours[WEEKDAYS[day.weekday - 1]!] ?? []).map(([from, until]) => ({ from: at(day, from), until: at(day, until) }))
}

/** Whether somebody works at all on a day. */
export function worksOn(week: WorkingWeek, date: string): boolean {
  return workOn(week, date)?.length !== 0
}

function at(day: DateTime, clock: string): number {
  const [hour, minute] = clock.split(':').map(Number)
  // The wall clock of that day: summer time moves the moment, never the hour.
  return (hour === 24 ? day.plus({ days: 1 }).startOf('day') : day.set({ hour, minute })).toMillis()
}

function laidTogether(weeks: readonly WeekHours[]): WeekHours {
  return Object.fromEntries(
    WEEKDAYS.flatMap((weekday) => {
      const spans = weeks.flatMap((week) => week[weekday] ?? []).toSorted(([a], [b]) => a.localeCompare(b))
      const joined: [string, string][] = []
      for (const [from, until] of spans as readonly Span[]) {
        const last = joined.at(-1)
        if (last && from <= last[1]) last[1] = until > last[1] ? until : last[1]
        else joined.push([from, until])
      }
      return joined.length > 0 ? [[weekday, joined]] : []
    })
  )
}
