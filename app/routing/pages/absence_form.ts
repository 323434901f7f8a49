import type { HttpContext } from '@adonisjs/core/http'
import { DateTime } from 'luxon'
import type Agent from '#people/agent'
import type Absence from '#routing/absence/absence'
import { KINDS, type Kind } from '#routing/absence/absence'
import type { AbsenceValues } from '#routing/absence/planning'
import { lean, MOST_RULES, type PlannedRule } from '#routing/absence/plan_rules'
import { cleanScope } from '#routing/absence/scopes'
import type { Scope } from '#routing/coverage/resolver'
import { now } from '#support/clock'
import { setting } from '#support/settings'

/** A row of the form: what, by whom. */
export interface RuleRow {
  readonly id: number | null
  /** `all`, `inbox:3`, `channel:chat`, `tag:5`, `category:complaint`, `customer:77`; several at once as `json:…`. */
  readonly scope: string
  /** `agent:4`, `team:1`, `none`; empty: nobody chosen yet. */
  readonly cover: string
  readonly access: boolean
  readonly stays: boolean
}

/** The form as it was filled in; nothing in it is believed yet. */
export interface AbsenceForm {
  readonly agentId: number
  readonly kind: Kind
  readonly from: string
  readonly fromTime: string
  readonly to: string
  readonly toTime: string
  readonly publicNote: string
  readonly reasonPrivate: string
  readonly autoReply: string
  readonly handoverNote: string
  readonly needsAcceptance: boolean
  readonly rules: readonly RuleRow[]
  readonly version: number | null
}

export type FormErrors = Partial<Record<'from' | 'to' | 'rules', string>>

/** In which zone somebody's days begin. */
export async function zoneOf(agent: { timeZone: string | null }): Promise<string> {
  return agent.timeZone ?? (await setting('company.time_zone'))
}

/** An empty form: from tomorrow, by the plan that stands ready. */
export function emptyForm(agent: Agent, zone: string, plan: readonly PlannedRule[], kind: Kind = 'vacation'): AbsenceForm {
  const tomorrow = now().setZone(zone).plus({ days: 1 }).toISODate()!
  return {
    ...{ agentId: agent.id, kind, from: tomorrow, fromTime: '', to: tomorrow, toTime: '' },
    ...{ publicNote: '', reasonPrivate: '', autoReply: '', handoverNote: '', needsAcceptance: false, version: null },
    rules: plan.length > 0 ? plan.map(rowOf) : [{ id: null, scope: 'all', cover: '', access: false, stays: false }],
  }
}

/** The form of an absence as it stands. */
export function formOf(absence: Absence, rules: readonly PlannedRule[]): AbsenceForm {
  const start = absence.startsAt.setZone(absence.timeZone)
  const end = absence.endsAt?.setZone(absence.timeZone) ?? null
  const midnight = (moment: DateTime) => moment.toMillis() === moment.startOf('day').toMillis()
  const wholeDay = end !== null && midnight(end)
  return {
    agentId: absence.agentId,
    kind: (KINDS as readonly string[]).includes(absence.kind) ? (absence.kind as Kind) : 'other',
    from: start.toISODate()!,
    fromTime: midnight(start) ? '' : start.toFormat('HH:mm'),
    to: end === null ? '' : (wholeDay ? end.minus({ days: 1 }) : end).toISODate()!,
    toTime: end === null || wholeDay ? '' : end.toFormat('HH:mm'),
    publicNote: absence.publicNote ?? '',
    reasonPrivate: absence.reasonPrivate ?? '',
    autoReply: absence.autoReply ?? '',
    handoverNote: absence.handoverNote ?? '',
    needsAcceptance: absence.needsAcceptance === 1,
    rules: rules.map(rowOf),
    version: absence.version,
  }
}

/** What was sent, whatever it was. */
export function sentForm({ request }: HttpContext, agentId: number): AbsenceForm {
  const text = (name: string, most = 5000) => String(request.input(name) ?? '').slice(0, most)
  const kind = text('kind') as Kind
  return {
    agentId,
    kind: KINDS.includes(kind) ? kind : 'vacation',
    from: text('from', 10),
    fromTime: text('from_time', 5),
    to: text('to', 10),
    toTime: text('to_time', 5),
    publicNote: text('public_note', 300),
    reasonPrivate: text('reason_private', 1000),
    autoReply: request.input('auto_replies') ? text('auto_reply') : '',
    handoverNote: text('handover_note'),
    needsAcceptance: Boolean(request.input('needs_acceptance')),
    rules: sentRules(request.input('rules')),
    version: Number(request.input('version')) || null,
  }
}

/** Rows of rules as a form sends them: a list, or an object by index. */
export function sentRules(sent: unknown): RuleRow[] {
  const rows: any[] = Array.isArray(sent) ? sent : sent && typeof sent === 'object' ? Object.values(sent) : []
  return rows.slice(0, MOST_RULES).map((row) => ({
    id: Number(row?.id) || null,
    scope: String(row?.scope ?? 'all').slice(0, 2000),
    cover: String(row?.cover ?? '').slice(0, 40),
    access: Boolean(row?.access),
    stays: Boolean(row?.stays),
  }))
}

/** The rules that the rows mean; a row without anybody means nothing. */
export function rulesOf(rows: readonly RuleRow[]): PlannedRule[] {
  return rows.flatMap(({ id, scope, cover, access, stays }) => {
    const [kind, coverId] = cover.split(':')
    if (!['agent', 'team', 'none'].includes(kind) || (kind !== 'none' && !/^\d{1,9}$/.test(coverId ?? ''))) return []
    return [
      {
        id,
        scope: scopeOf(scope),
        cover: kind === 'none' ? { kind } : { kind: kind as 'agent' | 'team', id: Number(coverId) },
        access: access && kind === 'agent' ? ('inbox' as const) : ('none' as const),
        newTickets: stays ? ('return_to_absent' as const) : ('cover_owns' as const),
      },
    ]
  })
}

/**
 * What is to be written, or what is wrong with the form.
 *
 * @param zone - of the person who is away
 */
export function valuesOf(form: AbsenceForm, zone: string): { values: AbsenceValues; errors: FormErrors } {
  const errors: Record<string, string> = {}
  const from = DateTime.fromISO(`${form.from}T${form.fromTime || '00:00'}`, { zone })
  const day = form.to === '' ? null : DateTime.fromISO(`${form.to}T${form.toTime || '00:00'}`, { zone })
  const to = day === null ? null : form.toTime === '' ? day.plus({ days: 1 }) : day
  if (!from.isValid) errors.from = 'absences.errors.bad_day'
  if (to !== null && !to.isValid) errors.to = 'absences.errors.bad_day'
  else if (to !== null && from.isValid && to <= from) errors.to = 'absences.errors.ends_before'
  const safeFrom = from.isValid ? from : now().setZone(zone).startOf('day')
  return {
    values: {
      kind: form.kind,
      startsAt: safeFrom,
      endsAt: to?.isValid && to > safeFrom ? to : to === null ? null : safeFrom.plus({ days: 1 }),
      timeZone: zone,
      allDay: form.fromTime === '' && form.toTime === '',
      publicNote: form.publicNote,
      reasonPrivate: form.reasonPrivate,
      autoReply: form.autoReply,
      handoverNote: form.handoverNote,
      needsAcceptance: form.needsAcceptance,
      rules: rulesOf(form.rules),
    },
    errors,
  }
}

export function rowOf(rule: PlannedRule): RuleRow {
  const { cover } = rule
  return {
    id: rule.id ?? null,
    scope: scopeText(rule.scope),
    cover: cover.kind === 'none' ? 'none' : `${cover.kind}:${cover.id}`,
    access: rule.access === 'inbox',
    stays: rule.newTickets === 'return_to_absent',
  }
}

function scopeText(scope: Scope): string {
  const parts = Object.entries(lean(scope)) as [string, readonly (string | number)[]][]
  if (parts.length === 0) return 'all'
  const [[kind, values]] = parts
  return parts.length === 1 && values.length === 1 ? `${kind}:${values[0]}` : `json:${JSON.stringify(lean(scope))}`
}

function scopeOf(text: string): Scope {
  if (text.startsWith('json:')) return parsedScope(text.slice(5))
  const [kind, ...rest] = text.split(':')
  const value = rest.join(':')
  if (['inbox', 'tag', 'customer'].includes(kind)) return /^\d{1,9}$/.test(value) ? { [kind]: [Number(value)] } : {}
  return ['channel', 'category'].includes(kind) && value !== '' ? { [kind]: [value.slice(0, 60)] } : {}
}

function parsedScope(json: string): Scope {
  try {
    const read: unknown = JSON.parse(json)
    return cleanScope(read)
  } catch {
    return {}
  }
}
