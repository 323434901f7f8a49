import { BaseCommand } from '@adonisjs/core/ace'
import type { Told } from './import_at_once.js'
import type { ImportOptions } from './import.js'

interface Asked {
  readonly inbox: number
  readonly path?: string
  readonly folders?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** What the four import commands share. Exit codes: 0 all was taken or known, 1 it could not be done or something could not be had. */
export abstract class ImportCommand extends BaseCommand {
  async import(source: string, asked: Asked) {
    this.exitCode = await this.#import(source, asked).catch((error: Error) => {
      this.logger.error(error.message)
      return 1
    })
  }

  async #import(source: string, { inbox: inboxId, path, dryRun, json, ...range }: Asked): Promise<number> {
    const { resolve } = await import('node:path')
    const { default: Inbox } = await import('#channels/inbox')
    const { importAtOnce, surveyAtOnce } = await import('#channels/importing/import_at_once')
    const { readOptions } = await import('#channels/importing/import_form')
    const { installed } = await import('#plugins/installed')
    await installed.refresh()
    const inbox = await Inbox.query().where('id', inboxId).whereNull('deleted_at').first()
    if (!inbox) throw new Error(`There is no inbox ${inboxId}`)
    const options: ImportOptions = readOptions({ ...range, ...(path ? { path: resolve(path) } : {}) })

    if (dryRun) {
      const places = await surveyAtOnce(inbox, source, options)
      if (json) console.log(JSON.stringify(places))
      else for (const { place, count } of places) this.logger.info(`${place}: ${count}`)
      return 0
    }
    const said = (told: Told) => `${told.taken} taken, ${told.known} known, ${told.faulty} could not be had, ${Object.entries(told.fates).map(([fate, count]) => `${fate}: ${count}`).join(', ')}`
    const told = await importAtOnce(inbox, source, options, (progress) => !json && this.logger.info(said(progress)))
    if (json) console.log(JSON.stringify(told))
    else this.logger.info(`${told.state}: ${said(told)}`)
    if (told.error && !json) this.logger.error(told.error)
    return told.state === 'done' && told.faulty === 0 && !told.fates.failed ? 0 : 1
  }
}
