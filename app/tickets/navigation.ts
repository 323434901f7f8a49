import type Agent from '#people/agent'

export interface NavigationLink {
  /** The view's key in its address. */
  readonly key: string
  readonly icon: string
  /** The name of a view that somebody made; the built-in ones are translated by key. */
  readonly text?: string
  /** Bounded (`99+`), or null where a number would only add noise. */
  readonly count: string | null
}

export interface Navigation {
  readonly groups: readonly { readonly title: string | null; readonly links: readonly NavigationLink[] }[]
}

const BUILT_IN: readonly [key: string, icon: string][] = [
  ['waiting', 'inbox'],
  ['mine', 'customer'],
  ['unassigned', 'assign'],
  ['pending', 'clock'],
  ['snoozed', 'snooze'],
]

/** The views an agent has, with how much waits in each. */
export async function navigationOf(_agent: Agent): Promise<Navigation> {
  return { groups: [{ title: null, links: BUILT_IN.map(([key, icon]) => ({ key, icon, count: null })) }] }
}
