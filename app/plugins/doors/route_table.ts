import type { Fields, Guard, Plugin, PublicRoutes, Routes, Stream } from '#plugin'

/* The addresses of a plugin: what it declares is collected once, on first use, and matched here. */

type Handle = Parameters<Routes<Fields>['get']>[1]

export interface DoorRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly handle?: Handle
  readonly stream?: Stream<Fields>
  readonly guard: Guard
}

export type Door = 'agents' | 'hooks' | 'public'

interface Entry extends DoorRoute {
  readonly pattern: RegExp
}

const tables = new WeakMap<Plugin<any>, Map<Door, readonly Entry[]>>()

/**
 * The route of a plugin's door for this method and path, with the values of its `:names`; null when there is none.
 *
 * @param path - behind `/plugins/<id>`, `/hooks/<id>` or `/public/<id>`, without the slash in front
 */
export function findRoute(plugin: Plugin<any>, door: Door, method: string, path: string): { route: DoorRoute; params: Record<string, string> } | null {
  const asked = method === 'HEAD' ? 'GET' : method
  for (const route of tableOf(plugin, door)) {
    const match = (route.method === asked || asked === 'OPTIONS') && route.pattern.exec(path)
    if (match) return { route, params: { ...match.groups } }
  }
  return null
}

function tableOf(plugin: Plugin<any>, door: Door): readonly Entry[] {
  const known = tables.get(plugin) ?? new Map<Door, readonly Entry[]>()
  tables.set(plugin, known)
  if (!known.has(door)) known.set(door, collect(plugin, door))
  return known.get(door)!
}

function collect(plugin: Plugin<any>, door: Door): readonly Entry[] {
  const entries: Entry[] = []
  const add = (method: 'GET' | 'POST', path: string, what: { handle?: Handle; stream?: Stream<Fields> }, guard: Guard = {}) => {
    entries.push({ method, path, ...what, guard, pattern: patternOf(path) })
  }
  const routes: PublicRoutes<any> = {
    get: (path, handle, guard) => add('GET', path, { handle }, guard),
    post: (path, handle, guard) => add('POST', path, { handle }, guard),
    stream: (path, stream, guard) => add('GET', path, { stream }, guard),
  }
  plugin.routes?.[door]?.(routes)
  return entries
}

/** `/rooms/:room/messages` as an expression; a value never holds a slash. */
function patternOf(path: string) {
  const parts = path.split('/').filter(Boolean)
  const expression = parts.map((part) => (/^:\w+$/.test(part) ? `(?<${part.slice(1)}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${expression.join('/')}$`)
}
