import { readFileSync } from 'node:fs'
import app from '@adonisjs/core/services/app'

/** Where the asset build (bin/assets.mjs) left its files. */
export const assetsFolder = () => app.publicPath('assets')

let manifest: Record<string, string> | null = null

/**
 * The address of an asset by its plain name (`app.js`, `styles.css`, `icons.svg`). Before the first
 * build the plain name is returned: pages answer without looks instead of not at all.
 */
export function asset(name: string) {
  manifest ??= readManifest()
  return `/assets/${manifest[name] ?? name}`
}

function readManifest(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(`${assetsFolder()}/manifest.json`, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
