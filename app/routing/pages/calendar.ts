import type { HttpContext } from '@adonisjs/core/http'
import { DateTime } from 'luxon'
import { previewAbsence, type Preview } from '#routing/absence/preview'
import { workingWeeks, worksOn } from '#people/working_week'
import { days, type Day } from '#routing/absence/days'
import Absence from '#routing/absence/absence'
import { openCatchUps } from '#routing/absence/catch_up'
import { now } from '#support/clock'
import { directory } from '#tickets/pages/directory'
import { plannedRules } from './absence_sheet.js'

/** A day of one person: here, away, in another's place, or away with nobody in theirs. */
export interface Cell extends Day {
  readonly state: 'free' | 'here' | 'away' | 'gap' | 'covers'
  /** Whose place. */
  readonly covers: readonly number[]
  readonly today: boolean
}

const MOST_ABSENCES = 200

/** A month of the whole team, in the reader's zone. */
export async function readCalendar(ctx: HttpContext) {
  const { zone } = ctx.format
  const asked = DateTime.fromFormat(String(ctx.request.input('month') ?? ''), 'yyyy-MM', { zone })
  const month = (asked.isValid ? asked : now().setZone(zone)).startOf('month')
  const end = month.plus({ months: 1 })
  const people = await directory()
  const agent = ctx.auth.getUserOrFail()

  const absences = await Absence.query()
    .whereIn('state', ['planned', 'active', 'ended'])
    .where('starts_at', '<', end.toMillis())
    .where((open) => void open.whereNull('ends_at').orWhere('ends_at', '>', month.toMillis()))
    .orderBy('starts_at')
    .orderBy('id')
    .limit(MOST_ABSENCES)
  const seen = await Promise.all(absences.map((absence) => inMonth(absence, month, end)))
  const today = now().setZone(zone).toISODate()
  const shown = days(month, end, zone)
  const workers = [...people.agents.values()].filter(({ id, mayOwn }) => mayOwn || absences.some(({ agentId }) => agentId === id))

  const weeks = await workingWeeks(workers.map(({ id }) => id))

  return {
    month,
    earlier: month.minus({ months: 1 }).toFormat('yyyy-MM'),
    later: end.toFormat('yyyy-MM'),
    people,
    shown: shown.map((day) => ({ ...day, today: day.date === today })),
    rows: workers.map((person) => ({
      person,
      cells: shown.map((day): Cell => {
        const own = seen.filter(({ absence, away }) => absence.agentId === person.id && away.has(day.date))
        const covers = [...new Set(seen.filter(({ coversOn }) => coversOn.get(day.date)?.includes(person.id)).map(({ absence }) => absence.agentId))]
        const state = own.some(({ gaps }) => gaps.has(day.date)) ? 'gap' : own.length > 0 ? 'away' : covers.length > 0 ? 'covers' : worksOn(weeks.get(person.id)!, day.date) ? 'here' : 'free'
        return { ...day, state, covers, today: day.date === today }
      }),
    })),
    list: seen.map(({ absence, preview }) => ({ absence, gaps: preview?.gaps ?? [], covers: namesOf(preview, people), mayRead: absence.agentId === agent.id || agent.isSupervisor })),
    maySteer: agent.isSupervisor,
    sickable: workers.filter(({ id, mayOwn }) => mayOwn && !absences.some((absence) => absence.agentId === id && absence.isRunning)),
    catchUps: await openCatchUps(agent.id),
  }
}

/** Who stands in on any of its days; who has the most comes first. */
function namesOf(preview: Preview | null, people: Awaited<ReturnType<typeof directory>>): string[] {
  const covers = preview?.days.flatMap((day) => day.covers) ?? []
  return [...new Set(covers.map(({ agentId, teamId }) => (agentId === null ? people.teams.get(teamId!)?.name : people.agents.get(agentId)?.name) ?? '?'))]
}

/** Which days of the month an absence takes, who stands in on each, and on which nobody does. */
async function inMonth(absence: Absence, month: DateTime, end: DateTime) {
  const from = DateTime.max(absence.startsAt, month)
  const to = DateTime.min(absence.endsAt ?? end, end)
  const away = new Set(days(from, to, absence.timeZone).map(({ date }) => date))
  const preview = absence.isOpen
    ? await previewAbsence({ agentId: absence.agentId, startsAt: from, endsAt: to, timeZone: absence.timeZone, rules: await plannedRules(absence), absenceId: absence.id })
    : null
  return {
    absence,
    preview,
    away,
    coversOn: new Map(preview?.days.map(({ date, covers }) => [date, covers.map(({ agentId }) => agentId)]) ?? []),
    gaps: new Set(preview?.days.filter(({ gap }) => gap).map(({ date }) => date) ?? []),
  }
}
