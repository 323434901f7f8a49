import edge from 'edge.js'
import type { HttpContext } from '@adonisjs/core/http'
import type { I18n } from '@adonisjs/i18n'
import { DateTime } from 'luxon'
import type Absence from '#routing/absence/absence'
import type { PlannedRule } from '#routing/absence/plan_rules'
import type { Preview } from '#routing/absence/preview'
import type { Away } from '#routing/absence/away_now'
import type { Directory } from '#tickets/pages/directory'
import { rowOf, rulesOf, type AbsenceForm } from './absence_form.js'
import type { Choice } from './choices.js'

/* Words that the pages of absences share. */

type Format = HttpContext['format']

/** What a rule says: `Chat → Tomáš Kříž`. */
export function ruleText(i18n: I18n, scopes: readonly Choice[], people: Directory, rule: PlannedRule): string {
  const what = scopes.find(({ value }) => value === rowOf(rule).scope)?.text ?? i18n.t('absences.scope.several')
  return `${what} → ${coverText(i18n, people, rule)}`
}

function coverText(i18n: I18n, { agents, teams }: Directory, { cover }: PlannedRule): string {
  if (cover.kind === 'none') return i18n.t('absences.cover.none')
  return (cover.kind === 'agent' ? agents : teams).get(cover.id)?.name ?? '?'
}

const atNoon = (iso: string, zone: string) => DateTime.fromISO(`${iso}T12:00`, { zone })

const words = {
  ruleText,

  firstName: (name: string) => name.split(' ')[0],

  /** `Mon 14. 12.` */
  dayText: (format: Format, iso: string, zone: string) => `${atNoon(iso, zone).setLocale(format.i18n.locale).toFormat('ccc')} ${format.day(atNoon(iso, zone).toMillis())}`,

  /** Two letters of the weekday. */
  weekdayText: (format: Format, iso: string) => atNoon(iso, 'utc').setLocale(format.i18n.locale).toFormat('ccc').slice(0, 2),

  monthText: (format: Format, month: DateTime) => {
    const text = month.setLocale(format.i18n.locale).toFormat('LLLL yyyy')
    return text[0].toLocaleUpperCase() + text.slice(1)
  },

  longDay: (format: Format, day: DateTime) => {
    const at = day.setLocale(format.i18n.locale === 'en' ? 'en-GB' : format.i18n.locale)
    const text = at.toLocaleString({ weekday: 'long', day: 'numeric', month: 'long' })
    return day.hour + day.minute === 0 ? text : `${text} ${day.toFormat('H:mm')}`
  },

  /** From when until when, as people say it: the last whole day, or the hour. */
  periodText: (i18n: I18n, format: Format, absence: Absence) => {
    const start = absence.startsAt.setZone(absence.timeZone)
    const end = absence.endsAt?.setZone(absence.timeZone) ?? null
    const whole = (moment: DateTime) => moment.hour + moment.minute === 0
    const say = (moment: DateTime, last = false) => {
      const day = format.day((last && whole(moment) ? moment.minus({ minutes: 1 }) : moment).toMillis())
      return whole(moment) ? day : `${day} ${moment.toFormat('H:mm')}`
    }
    return end === null ? i18n.t('absences.since', { from: say(start) }) : i18n.t('absences.period', { from: say(start), to: say(end, true) })
  },

  inboxText: (scopes: readonly Choice[], inboxId: number) => scopes.find(({ value }) => value === `inbox:${inboxId}`)?.text ?? `#${inboxId}`,

  /** `Cover 23 tickets by Jana from Mon 7. 12.` */
  saveText: (i18n: I18n, format: Format, { agents, teams }: Directory, preview: Preview, { startsAt, timeZone, rules }: { startsAt: DateTime; timeZone: string; rules: readonly PlannedRule[] }) => {
    const names = [...new Set(rules.flatMap(({ cover }) => (cover.kind === 'none' ? [] : [(cover.kind === 'agent' ? agents.get(cover.id)?.name.split(' ')[0] : teams.get(cover.id)?.name) ?? '?'])))]
    const start = startsAt.setZone(timeZone)
    const from = `${start.setLocale(i18n.locale).toFormat('ccc')} ${format.day(start.toMillis())}${start.hour + start.minute === 0 ? '' : ` ${start.toFormat('H:mm')}`}`
    return i18n.t(names.length === 0 ? 'absences.save_nobody' : 'absences.save', { tickets: preview.byRule.reduce((sum, count) => sum + count, 0), names: new Intl.ListFormat(i18n.locale).format(names), from })
  },

  /** What the other has written otherwise, line by line. */
  differences: (i18n: I18n, scopes: readonly Choice[], people: Directory, mine: AbsenceForm, theirs: AbsenceForm) => {
    const fields = { from: 'from', fromTime: 'from_time', to: 'to', toTime: 'to_time', publicNote: 'public_note', handoverNote: 'handover_note', autoReply: 'auto_reply_text' } as const
    const lines = Object.entries(fields).flatMap(([field, word]) => {
      const [a, b] = [mine[field as keyof typeof fields], theirs[field as keyof typeof fields]]
      return a === b ? [] : [`${i18n.t(`absences.${word}`)}: ${b || '–'}`]
    })
    const said = (form: AbsenceForm) => rulesOf(form.rules).map((rule) => ruleText(i18n, scopes, people, rule)).join('; ')
    return said(mine) === said(theirs) ? lines : [...lines, `${i18n.t('absences.who_covers')}: ${said(theirs) || '–'}`]
  },

  /** `Petr – away until 12. 12., Jana covers`: for a list of names. */
  awayText: (i18n: I18n, format: Format, { agents, teams }: Directory, away: Away | undefined, name: string) => {
    if (!away) return name
    const covers = [...away.coverAgentIds.map((id) => agents.get(id)?.name.split(' ')[0] ?? '?'), ...away.coverTeamIds.map((id) => teams.get(id)?.name ?? '?')]
    const until = away.until === null ? '' : format.day(DateTime.fromMillis(away.until).setZone(away.timeZone).minus({ minutes: 1 }).toMillis())
    return i18n.t('absences.picker', { name, until: until || 'open', known: until ? 'yes' : 'no', covers: covers.join(', '), covered: covers.length > 0 ? 'yes' : 'no' })
  },
}

for (const [name, word] of Object.entries(words)) edge.global(name, word)
