import edge from 'edge.js'
import type Agent from '#people/agent'
import type { Role } from '#people/roles'
import { atLeast } from '#people/roles'

interface Part {
  readonly key: string
  readonly icon: string
  readonly lowest: Role
  readonly href?: string
}

/** The pages of the settings, in the order of their navigation; each shown from this role up. */
const PARTS: readonly Part[] = [
  { key: 'home', icon: 'home', lowest: 'supervisor', href: '/admin' },
  { key: 'inboxes', icon: 'mail', lowest: 'supervisor' },
  { key: 'senders', icon: 'spam', lowest: 'supervisor' },
  { key: 'agents', icon: 'customer', lowest: 'admin' },
  { key: 'teams', icon: 'team', lowest: 'supervisor' },
  { key: 'tags', icon: 'tag', lowest: 'supervisor' },
  { key: 'plugins', icon: 'plug', lowest: 'admin' },
  { key: 'company', icon: 'settings', lowest: 'admin' },
  { key: 'incoming', icon: 'warning', lowest: 'supervisor' },
  { key: 'imports', icon: 'inbox', lowest: 'admin' },
  { key: 'jobs', icon: 'refresh', lowest: 'admin' },
  { key: 'check', icon: 'shield', lowest: 'supervisor' },
  { key: 'audit', icon: 'history', lowest: 'admin' },
]

/** What an agent may open, for the navigation beside each page of the settings (views/settings/layout.edge). */
export function settingsParts(agent: Agent, current: string) {
  return PARTS.filter((part) => atLeast(agent.role, part.lowest)).map((part) => ({ ...part, href: part.href ?? `/admin/${part.key}`, current: part.key === current }))
}

edge.global('settingsParts', settingsParts)
