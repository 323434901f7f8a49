import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import logger from '@adonisjs/core/services/logger'
import { pluginFolders } from '#plugins/folders'

type Texts = { [key: string]: string | Texts }
type Translations = Record<string, Record<string, string>>

/** Loads the plugins' `lang/<language>.json` into the desk's translations, each under `<plugin>.`. */
export const pluginTexts = () => ({
  async load(): Promise<Translations> {
    const all: Translations = {}
    for (const { id, path } of pluginFolders()) {
      for (const [language, texts] of Object.entries(readable(id, path))) {
        const flat = (all[language] ??= {})
        for (const [key, text] of Object.entries(texts)) flat[`${id}.${key}`] = text
      }
    }
    return all
  },
})

/** A plugin whose texts cannot be read is shown as broken; the others keep theirs. */
function readable(id: string, path: string): Translations {
  try {
    return textsOf(path)
  } catch (error) {
    logger.error({ err: error, plugin: id }, 'The texts of a plugin cannot be read')
    return {}
  }
}

/** A plugin's texts by language and flat key, as its files have them. */
export function textsOf(path: string): Translations {
  const folder = join(path, 'lang')
  if (!existsSync(folder)) return {}
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return Object.fromEntries(files.map((name) => [basename(name, '.json'), flatten(JSON.parse(readFileSync(join(folder, name), 'utf8')))]))
}

function flatten(texts: Texts, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) => (typeof text === 'string' ? [[prefix + key, text]] : Object.entries(flatten(text, `${prefix}${key}.`))))
  )
}
