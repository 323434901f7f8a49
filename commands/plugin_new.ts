import { mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { args, BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Makes a plugin that works: found at the next start, with settings, a card, words and a passing test. */
export default class PluginNew extends BaseCommand {
  static commandName = 'plugin:new'
  static description = 'Make a new plugin in plugins/<id>'
  static options: CommandOptions = { startApp: true }

  @args.string({ description: 'Its id: small letters, digits and underscores, for example my_shop' })
  declare id: string

  @flags.string({ description: 'Its name, as people read it' })
  declare name: string | undefined

  @flags.boolean({ description: 'Print the result as JSON' })
  declare json: boolean

  async run() {
    const { manifestFault } = await import('#plugins/manifest_faults')
    const { scaffold } = await import('#plugins/scaffold')
    const folder = this.app.makePath('plugins', this.id)
    const wrong = manifestFault({ id: this.id, needs: { helpdesk: '*' } }, this.id) !== null
    if (wrong || existsSync(folder)) {
      this.logger.error(wrong ? `"${this.id}" cannot be an id: use small letters, digits and underscores, and no word that the desk uses itself` : `${folder} is there already`)
      this.exitCode = 1
      return
    }

    const files = scaffold(this.id, this.name ?? readable(this.id))
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text, { flag: 'wx' })
    }
    if (this.json) return this.logger.log(JSON.stringify({ id: this.id, folder, files: Object.keys(files) }))
    for (const name of Object.keys(files)) this.logger.log(`plugins/${this.id}/${name}`)
    this.logger.log(`Start Opora again and switch it on at /admin/plugins/${this.id}. The guide: docs/plugins.md`)
  }
}

/** `my_shop` → `My shop`. */
function readable(id: string) {
  const words = id.replaceAll('_', ' ')
  return words[0].toUpperCase() + words.slice(1)
}
