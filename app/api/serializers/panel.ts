import { connectionsOf } from '#plugins/connections'
import { installed } from '#plugins/installed'
import { loadPanel, panelsFor, type PanelPlace } from '#plugins/panels'
import { anything, name, nullable, object, text } from '../schema.js'

export const panelSchema = name(
  'Panel',
  object({
    plugin: text(),
    panel: text(),
    connection: nullable(text("the connection's name, where there are several")),
    data: nullable({ ...anything, description: 'what the plugin shows; null: nothing, or it failed' }),
    error: nullable(text()),
  })
)

/** What the plugins' panels show of a customer, asked all at once; each has three seconds. */
export async function panelsJson(customerId: number) {
  const places = await panelsFor(customerId)
  return Promise.all(places.map((place) => panelJson(place, customerId)))
}

async function panelJson(place: PanelPlace, customerId: number) {
  const plugin = installed.working(place.plugin)?.plugin
  const connection = plugin && (await connectionsOf(plugin)).find(({ id }) => id === place.connection)
  const loaded = plugin && connection ? await loadPanel(plugin, place.panel, connection, customerId) : null
  return {
    plugin: place.plugin,
    panel: place.panel,
    connection: place.of,
    data: loaded?.state === 'shown' ? loaded.data : null,
    error: loaded?.state === 'broken' ? loaded.reason : null,
  }
}
