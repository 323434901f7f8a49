import type Agent from '#people/agent'
import { accessibleInboxIds } from '#people/access'
import { listsBeside, MOST_COUNTED, viewCounts, type CountedView } from '#tickets/views'

export interface NavigationLink {
  /** The view's key in its address. */
  readonly key: string
  readonly href: string
  /** The digit that opens it (screens.md §3). */
  readonly digit?: number
  readonly icon: string
  /** Of an inbox: its channel's own icon stands in the place of `icon`. */
  readonly channel: string | null
  /** The name that people gave it; the built-in ones are named by key. */
  readonly name: string | null
  /** `covering`: the name is of the colleague whom the reader stands in for. */
  readonly kind: CountedView['kind']
  /** Bounded (`99+`), or null where a number would only add noise. */
  readonly count: string | null
}

export interface Navigation {
  /** `main` is what somebody has to act on; `done` is folded. */
  readonly groups: readonly { readonly key: 'main' | 'saved' | 'teams' | 'inboxes' | 'done'; readonly links: readonly NavigationLink[] }[]
}

const ICONS: Record<string, string> = {
  waiting: 'inbox',
  mine: 'customer',
  asked: 'question',
  unassigned: 'assign',
  pending: 'clock',
  snoozed: 'snooze',
  aside: 'filter',
  mentions: 'at',
  tasks: 'check-circle',
  resolved: 'check',
  closed: 'check-circle',
  spam: 'spam',
  all: 'book',
}
const FINISHED = ['resolved', 'closed', 'spam', 'all']

/** The views an agent has, with how much waits in each. Two queries. */
export async function navigationOf(agent: Agent): Promise<Navigation> {
  const views = await viewCounts(agent, await accessibleInboxIds(agent))
  const builtIn = views.filter(({ kind }) => kind === 'built-in')
  // What waits for somebody comes before what is theirs alone.
  const waiting = builtIn.filter(({ key }) => !FINISHED.includes(key)).sort((a, b) => Number(b.key === 'waiting') - Number(a.key === 'waiting'))
  // What was asked of me follows what is mine.
  const main = waiting.flatMap((view) => (view.key === 'mine' ? [view, ...views.filter(({ kind }) => kind === 'covering'), ...views.filter(({ kind }) => kind === 'beside')] : [view]))
  const groups = [
    { key: 'main' as const, links: main.map(link) },
    { key: 'saved' as const, links: views.filter(({ kind }) => kind === 'saved').map((view, at) => ({ ...link(view), ...(at < 9 && { digit: at + 1 }) })) },
    { key: 'teams' as const, links: views.filter(({ kind }) => kind === 'team').map(link) },
    { key: 'inboxes' as const, links: views.filter(({ kind }) => kind === 'inbox').map(link) },
    { key: 'done' as const, links: builtIn.filter(({ key }) => FINISHED.includes(key)).map(link) },
  ]
  return { groups: groups.filter(({ key, links }) => links.length > 0 && (key !== 'inboxes' || links.length > 1)) }
}

function link({ key, kind, name, count, channel = null }: CountedView): NavigationLink {
  const icon = kind === 'team' ? 'team' : kind === 'inbox' ? 'mail' : kind === 'saved' ? 'star' : kind === 'covering' ? 'handover' : (ICONS[key] ?? 'inbox')
  return { key, href: listsBeside.get(key)?.href ?? `/views/${key}`, icon, channel, name, kind, count: count === null ? null : count >= MOST_COUNTED ? '99+' : String(count) }
}
