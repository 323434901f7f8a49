import edge from 'edge.js'
import { sayHours } from '#people/hours'
import type { I18n } from '@adonisjs/i18n'
import type { Directory } from '#tickets/pages/directory'
import type { HandoverRow } from '#routing/handover/handover_list'

/* Words that the pages of routing share. */

/** The name of an agent or team. */
export function partyName({ agents, teams }: Directory, kind: string, id: number | null): string {
  return (kind === 'agent' ? agents : teams).get(id ?? 0)?.name ?? '?'
}

/** What this is to its reader: `Petr asks you`, `You handed it to Jana`. */
export function handoverLine(i18n: I18n, people: Directory, row: HandoverRow, reader: { id: number }): string {
  const from = row.createdById === reader.id ? 'you' : 'other'
  const to = row.toKind === 'agent' && row.toId === reader.id ? 'you' : 'other'
  return i18n.t(`routing.line.${row.kind}`, { from, to, who: row.createdById ? partyName(people, 'agent', row.createdById) : 'Opora', whom: partyName(people, row.toKind, row.toId) })
}

edge.global('sayHours', sayHours)
edge.global('partyName', partyName)
edge.global('handoverLine', handoverLine)
