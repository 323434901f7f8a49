import { pathToFileURL } from 'node:url'
import app from '@adonisjs/core/services/app'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { Plugin } from '#plugin'
import { manifestFault } from '#plugins/manifest_faults'
import { pluginFolders, type PluginFolder } from '#plugins/folders'
import { storeReason } from '#plugins/reasons'
import { textsOf } from '#plugins/texts'
import { nowMs } from '#support/clock'

/** A plugin that was found. `plugin` is null when it could not be loaded; `fault` then says why. */
export interface Installed {
  readonly id: string
  readonly path: string
  readonly plugin: Plugin<any> | null
  readonly fault: string | null
}

export type Working = Installed & { readonly plugin: Plugin<any> }

const FRESH_MS = 2000

/**
 * The plugins of this desk. Found once, at start; switched on and off by rows in `plugins`, which other processes
 * may change, so `refresh` looks again every two seconds at most.
 */
class InstalledPlugins {
  #found = new Map<string, Installed>()
  #switched = new Map<string, boolean>()
  #lookedAt = 0

  /** Loads every plugin there is. One that throws or whose manifest is wrong is kept with its fault and stops nothing. */
  async discover() {
    const found = await Promise.all(pluginFolders().map(load))
    this.#found = new Map(found.map((one) => [one.id, one]))
    // Plugins are found before the desk has its logger.
    await app.booted(() => {
      for (const { id, fault } of found) if (fault) logger.error({ plugin: id, fault }, 'A plugin could not be loaded')
    })
  }

  all(): readonly Installed[] {
    return [...this.#found.values()]
  }

  get(id: string): Installed | null {
    return this.#found.get(id) ?? null
  }

  /** The plugins that are switched on and could be loaded; with an id that one, or null. */
  working(): readonly Working[]
  working(id: string): Working | null
  working(id?: string): readonly Working[] | Working | null {
    if (id === undefined) return this.all().filter((one): one is Working => this.#works(one))
    const one = this.get(id)
    return one && this.#works(one) ? one : null
  }

  isEnabled(id: string): boolean {
    return this.#switched.get(id) ?? this.get(id)?.plugin?.channel !== undefined
  }

  /** Looks which are switched on, unless somebody looked just now. */
  async refresh({ force = false } = {}) {
    if (!force && Date.now() - this.#lookedAt < FRESH_MS) return
    const rows = await db.from('plugins').select('id', 'enabled_at')
    this.#switched = new Map(rows.map((row) => [row.id, row.enabled_at !== null]))
    this.#lookedAt = Date.now()
  }

  /** Writes a row for each plugin that has none yet: a channel is switched on at first, anything else waits for an admin. */
  async settle() {
    const at = nowMs()
    for (const { id, plugin } of this.all()) {
      if (!plugin) continue
      const row = { id, enabled_at: plugin.channel ? at : null, created_at: at, updated_at: at }
      await db.connection().knexQuery().table('plugins').insert(row).onConflict('id').ignore()
    }
    await this.refresh({ force: true })
  }

  #works(one: Installed): one is Working {
    return one.plugin !== null && this.isEnabled(one.id) && (one.plugin.needs.plugins ?? []).every((id) => this.isEnabled(id) && this.get(id)?.plugin)
  }
}

export const installed = new InstalledPlugins()

async function load({ id, path, file }: PluginFolder): Promise<Installed> {
  try {
    const { default: manifest } = await import(pathToFileURL(file).href)
    textsOf(path)
    const fault = manifestFault(manifest, id)
    return fault ? { id, path, plugin: null, fault: storeReason('plugins', fault) } : { id, path, plugin: manifest, fault: null }
  } catch (error) {
    return { id, path, plugin: null, fault: storeReason('plugins', { key: 'faults.threw', detail: (error as Error).message }) }
  }
}
