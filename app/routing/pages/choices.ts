import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import type { I18n } from '@adonisjs/i18n'
import type { RuleRow } from './absence_form.js'
import { UNFINISHED } from '#routing/coverage/coverable'
import { setting } from '#support/settings'
import { directory } from '#tickets/pages/directory'

export interface Choice {
  readonly value: string
  readonly text: string
}

/** What a rule can be about, and who can stand in: for the selects of a form about one agent. */
export async function ruleChoices({ i18n }: HttpContext, agentId: number, rows: readonly RuleRow[]) {
  const people = await directory()
  const inboxes = await db.from('inboxes').whereNull('deleted_at').orderBy('name').limit(200).select('id', 'name', 'channel')
  const tags = await db.from('tags').orderBy('folded').limit(200).select('id', 'name', 'confidential')
  const customers = await customersOf(agentId, rows)
  const channels = [...new Set(inboxes.map(({ channel }) => channel as string))]
  const say = (kind: string, name: string) => i18n.t(`absences.scope.${kind}`, { name })
  const scopes: Choice[] = [
    { value: 'all', text: i18n.t('absences.scope.all') },
    ...(channels.length > 1 ? channels : []).map((channel) => ({ value: `channel:${channel}`, text: say('channel', i18n.t(`desk.channel.${channel}`, undefined, channel)) })),
    ...inboxes.map(({ id, name }) => ({ value: `inbox:${id}`, text: say('inbox', name) })),
    ...(await setting('categories')).map((category) => ({ value: `category:${category}`, text: say('category', i18n.t(`desk.category.${category}`, undefined, category)) })),
    ...tags.map(({ id, name }) => ({ value: `tag:${id}`, text: say('tag', name) })),
    ...customers.map(({ id, name }) => ({ value: `customer:${id}`, text: say('customer', name || `#${id}`) })),
  ]
  const known = new Set(scopes.map(({ value }) => value))
  // What is not among the choices (several things at once, a channel without an inbox) is kept as it is.
  for (const { scope } of rows) if (!known.has(scope)) scopes.push({ value: scope, text: unusual(scope, say, i18n) })
  return {
    scopes,
    covers: [
      ...[...people.agents.values()].filter(({ id, mayOwn }) => mayOwn && id !== agentId).map(({ id, name }) => ({ value: `agent:${id}`, text: name })),
      ...[...people.teams.values()].map(({ id, name }) => ({ value: `team:${id}`, text: i18n.t('absences.cover.team', { name }) })),
      { value: 'none', text: i18n.t('absences.cover.none') },
    ] as Choice[],
    people,
  }
}

function unusual(scope: string, say: (kind: string, name: string) => string, i18n: I18n): string {
  const [kind, ...name] = scope.split(':')
  return ['channel', 'category', 'inbox', 'tag'].includes(kind) ? say(kind, name.join(':')) : i18n.t('absences.scope.several')
}

/** Customers whom the agent deals with now, and those that rules name already. */
async function customersOf(agentId: number, rows: readonly RuleRow[]) {
  const named = rows.flatMap(({ scope }) => (/^customer:\d+$/.test(scope) ? [Number(scope.slice(9))] : []))
  return db
    .from('customers')
    .where((some) => some.whereIn('id', named).orWhereIn('id', db.from('tickets').where('owner_id', agentId).whereIn('status', [...UNFINISHED]).select('customer_id')))
    .orderBy('name')
    .limit(100)
    .select('id', 'name')
}
