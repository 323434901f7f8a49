import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { pluginRegistry } from '#plugins/registry'
import Inbox from '#channels/inbox'
import { DomainError } from '#support/domain_error'
import type { ImportOptions } from './import.js'
import { importables, importPath } from './import_folder.js'

const importValidator = vine.create({
  inbox_id: vine.number().positive(),
  source: vine.string().maxLength(20),
  path: vine.string().maxLength(1000).optional(),
  folders: vine.string().maxLength(5000).optional(),
  since: vine.string().maxLength(10).optional(),
  until: vine.string().maxLength(10).optional(),
})

/** What a form asks for; a path is a name in the folder for imports. */
export async function importRequest({ request }: HttpContext): Promise<{ inbox: Inbox; source: string; options: ImportOptions }> {
  const sent = await request.validateUsing(importValidator)
  const inbox = await Inbox.query().where('id', sent.inbox_id).whereNull('deleted_at').firstOrFail()
  const options = readOptions({ ...sent, folders: sent.folders?.split('\n'), path: sent.path ? importPath(sent.path) : undefined })
  return { inbox, source: sent.source, options }
}

/**
 * @throws DomainError when a day is none
 */
export function readOptions({ path, folders, since, until }: { path?: string; folders?: readonly string[]; since?: string; until?: string }): ImportOptions {
  const named = folders?.map((folder) => folder.trim()).filter(Boolean)
  return { ...(path ? { path } : {}), ...(named?.length ? { folders: named } : {}), ...(since ? { since: day(since) } : {}), ...(until ? { until: day(until) } : {}) }
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) throw new DomainError('imports.errors.bad_day', 422)
  return text
}

/** The inboxes whose channel has old messages to take over, with the names of the sources. */
export async function inboxesToImport() {
  const inboxes = await Inbox.query().whereNull('deleted_at').orderBy('name').limit(500)
  return inboxes
    .map(({ id, name, channel }) => {
      const sources = pluginRegistry.channel(channel)?.imports ?? {}
      return { id, name, channel, sources: Object.keys(sources), kinds: Object.fromEntries(Object.entries(sources).map(([key, { from }]) => [key, from])) }
    })
    .filter(({ sources }) => sources.length > 0)
}

/** What of the folder for imports this source can read. */
export async function importablesFor(channel: string, source: string) {
  const kind = pluginRegistry.channel(channel)?.imports?.[source]
  const endings = kind?.endings ?? []
  const ends = (name: string) => endings.some((ending) => (ending === '' ? !name.includes('.') : name.toLowerCase().endsWith(ending)))
  return (await importables()).filter(({ name, folder }) => (kind?.from === 'folder' ? folder : !folder && ends(name)))
}
