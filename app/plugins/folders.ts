import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/*
 * Where plugins lie. Found by name: a folder with a plugin.ts (plugin.js once compiled) is a plugin, and what
 * stands beside that file (views, lang, migrations, public) belongs to it. Reads names only, loads nothing.
 */

export interface PluginFolder {
  readonly id: string
  readonly path: string
  readonly file: string
}

const roots = new Set<string>()

/** Adds a folder of plugins; the house's own is added at start, tests add theirs. */
export function addPluginRoot(path: string) {
  roots.add(path)
}

/** Every plugin's folder, by id. */
export function pluginFolders(): PluginFolder[] {
  return [...roots].flatMap(foldersIn).sort((a, b) => a.id.localeCompare(b.id))
}

/** The plugins' migration folders, relative to `root`, as Lucid wants them; they run whether a plugin is switched on or not. */
export function migrationFolders(root: string): string[] {
  return foldersIn(join(root, 'plugins'))
    .map(({ path }) => join(path, 'migrations'))
    .filter((path) => existsSync(path))
    .map((path) => relative(root, path))
}

function foldersIn(root: string): PluginFolder[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const file = ['plugin.ts', 'plugin.js'].map((file) => join(root, name, file)).find((path) => existsSync(path))
      return file ? [{ id: name, path: join(root, name), file }] : []
    })
}
