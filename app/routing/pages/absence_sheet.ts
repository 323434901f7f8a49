import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import type Absence from '#routing/absence/absence'
import AbsencePolicy from '#routing/absence/absence_policy'
import type { PlannedRule } from '#routing/absence/plan_rules'
import { previewAbsence } from '#routing/absence/preview'
import { uncoveredByAbsence } from '#routing/coverage/gaps'
import { directory } from '#tickets/pages/directory'
import { ruleChoices } from './choices.js'
import { rowOf } from './absence_form.js'

/** The rules of an absence as they were planned. */
export async function plannedRules(absence: Absence): Promise<PlannedRule[]> {
  const rules = await absence.related('rules').query()
  return rules.map((rule) => ({ id: rule.id, scope: rule.rule.scope, cover: rule.rule.cover, newTickets: rule.rule.newTickets, access: rule.access as 'none' | 'inbox' }))
}

/** What the page of one absence shows, by the eyes of its reader. */
export async function sheetOf(ctx: HttpContext, absence: Absence) {
  const people = await directory()
  const mayRead = await ctx.bouncer.with(AbsencePolicy).allows('read', absence)
  const mayChange = await ctx.bouncer.with(AbsencePolicy).allows('change', absence)
  const rules = await absence.related('rules').query()
  const planned = await plannedRules(absence)
  const rows = planned.map(rowOf)
  const { scopes } = await ruleChoices(ctx, absence.agentId, rows)
  const covered = await db.from('coverages').where('absence_id', absence.id).whereNull('released_at').groupBy('acting_id', 'acting_team_id').select('acting_id', 'acting_team_id').count('* as total')
  const by = (agentId: number | null, teamId: number | null) => (agentId ? people.agents.get(agentId)?.name : teamId ? people.teams.get(teamId)?.name : null) ?? null

  return {
    absence,
    person: people.agents.get(absence.agentId)!,
    people,
    mayRead,
    mayChange,
    asked: rules.some((rule) => rule.coverAgentId === ctx.by.id),
    answered: rules.find((rule) => rule.coverAgentId === ctx.by.id && (rule.acceptedAt || rule.declinedAt)) ?? null,
    rules: rules.map((rule, index) => ({
      what: scopes.find(({ value }) => value === rows[index].scope)?.text ?? '',
      who: rule.coverKind === 'none' ? null : by(rule.coverAgentId, rule.coverTeamId),
      declined: rule.declinedAt !== null,
      waits: absence.needsAcceptance === 1 && rule.coverKind === 'agent' && rule.acceptedAt === null && rule.declinedAt === null,
      stays: rule.newTickets === 'return_to_absent',
    })),
    covered: covered.map((row) => ({ name: by(row.acting_id, row.acting_team_id) ?? '?', total: Number(row.total) })),
    uncovered: (await uncoveredByAbsence()).get(absence.id) ?? 0,
    preview: absence.isOpen && mayRead ? await previewAbsence({ agentId: absence.agentId, startsAt: absence.startsAt, endsAt: absence.endsAt, timeZone: absence.timeZone, rules: planned, absenceId: absence.id }) : null,
  }
}
