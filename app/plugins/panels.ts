import type { Panel, Plugin } from '#plugin'
import { connectionsOf, type Connection } from '#plugins/connections'
import { customerSeenBy, deskOf } from '#plugins/desk'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { within } from '#support/patience'

/* Cards that plugins show beside a customer. Each is asked for by the page in a request of its own. */

const LOAD_SECONDS = 3
const KEPT = 500

/** Where a panel stands: asked for lazily, in this order. */
export interface PanelPlace {
  readonly plugin: string
  readonly panel: string
  readonly connection: number
  /** The connection's own name, where there are several. */
  readonly of: string | null
  readonly href: string
}

/** Every panel that plugins have for a customer. */
export async function panelsFor(customerId: number): Promise<readonly PanelPlace[]> {
  await installed.refresh()
  const places: PanelPlace[] = []
  for (const { id, plugin } of installed.working()) {
    const names = Object.keys(plugin.panels ?? {})
    if (names.length === 0) continue
    for (const { id: connection, name } of await connectionsOf(plugin)) {
      for (const panel of names) places.push({ plugin: id, panel, connection, of: name, href: `/customers/${customerId}/panels/${id}/${panel}/${connection}` })
    }
  }
  return places
}

export type LoadedPanel = { readonly state: 'shown'; readonly view: string; readonly data: object } | { readonly state: 'empty' } | { readonly state: 'broken'; readonly reason: string }

const kept = new Map<string, { until: number; loaded: LoadedPanel }>()

/** What a panel shows of a customer: at most three seconds' wait, kept for as long as the plugin says. One that fails says so and disturbs nothing. */
export async function loadPanel(plugin: Plugin<any>, name: string, connection: Connection, customerId: number): Promise<LoadedPanel> {
  const panel: Panel<any> = plugin.panels![name]
  const key = [plugin.id, connection.id, connection.changedAt, name, customerId].join(':')
  const known = kept.get(key)
  if (known && known.until > Date.now()) return known.loaded
  try {
    const customer = await customerSeenBy(customerId)
    const data = await within(LOAD_SECONDS, Promise.resolve(panel.load(customer, deskOf(plugin, connection))))
    const loaded: LoadedPanel = data === null ? { state: 'empty' } : { state: 'shown', view: panel.view, data }
    if (panel.cacheSeconds) keep(key, loaded, panel.cacheSeconds)
    return loaded
  } catch (error) {
    await noteFault(plugin.id, `panel:${name}`, error)
    return { state: 'broken', reason: (error as Error).message }
  }
}

function keep(key: string, loaded: LoadedPanel, seconds: number) {
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value!)
  kept.set(key, { until: Date.now() + seconds * 1000, loaded })
}
