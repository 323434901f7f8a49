import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import env from '#start/env'
import { DomainError } from '#support/domain_error'

/** Where files lie that the pages may import from: `<DATA_DIR>/imports`. The command line reads from anywhere. */
export const importFolder = () => join(env.get('DATA_DIR'), 'imports')

/** What lies there, by name; files and folders, no links that lead elsewhere. */
export async function importables(): Promise<readonly { name: string; folder: boolean }[]> {
  await mkdir(importFolder(), { recursive: true, mode: 0o700 })
  const entries = await readdir(importFolder(), { withFileTypes: true })
  return entries
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, 500)
}

/**
 * The whole path of a name in that folder.
 *
 * @throws DomainError when it leads out of it
 */
export function importPath(name: string): string {
  const path = resolve(importFolder(), name)
  if (!path.startsWith(resolve(importFolder()) + sep) || name.includes('\0')) throw new DomainError('imports.errors.bad_path', 422)
  return path
}
