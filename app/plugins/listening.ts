import { DateTime } from 'luxon'
import type { DomainEvent, DomainEvents } from '#plugin'
import { desksOf } from '#plugins/desk'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { listen, type RecordedEvent } from '#support/listeners'

type Handler = (event: DomainEvent<keyof DomainEvents>, desk: object) => Promise<void>

/** Lets the plugins hear what they list in `on`: one job for each event and plugin, tried again until it works. */
export function hearForPlugins() {
  for (const { id, plugin } of installed.all()) {
    const names = Object.keys(plugin?.on ?? {}) as (keyof DomainEvents)[]
    if (names.length > 0) listen(`plugin:${id}`, names, (event) => tell(id, event))
  }
}

async function tell(id: string, event: RecordedEvent<keyof DomainEvents>) {
  await installed.refresh()
  const plugin = installed.working(id)?.plugin
  const handle = plugin?.on?.[event.name] as Handler | undefined
  if (!plugin || !handle) return
  try {
    for (const { desk } of await desksOf(plugin)) await handle(seen(event), desk)
  } catch (error) {
    await noteFault(id, `listener:${event.name}`, error)
    throw error
  }
}

/** What a plugin is told of an event; how and where from is the desk's own. */
function seen({ id, name, at, by, onBehalfOfId, payload }: RecordedEvent<keyof DomainEvents>): DomainEvent<keyof DomainEvents> {
  const actor = by ? { kind: by.kind, id: String(by.id) } : { kind: 'system' as const, id: null }
  return { id, name, at: DateTime.fromMillis(at, { zone: 'utc' }), by: actor, onBehalfOfId, payload }
}
