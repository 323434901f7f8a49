import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { randomUUID } from 'node:crypto'
import type { HttpContext } from '@adonisjs/core/http'
import { importFolder, importPath } from '#channels/importing/import_folder'
import InboxPolicy from '#channels/inbox_policy'
import { DomainError } from '#support/domain_error'

export const MAX_IMPORT_MB = 500

/** Takes a file to import from while it streams in. */
export default class ImportFilesController {
  async store(ctx: HttpContext) {
    await ctx.bouncer.with(InboxPolicy).authorize('manage')
    await mkdir(importFolder(), { recursive: true, mode: 0o700 })
    let name: string | null = null
    let refused: unknown = null
    ctx.request.multipart.onFile('*', {}, async (part) => {
      const temporary = join(importFolder(), `.${randomUUID()}`)
      try {
        const wanted = String(part.filename ?? '')
        if (!/^[\p{L}\p{N}_][\p{L}\p{N}._ -]{0,150}$/u.test(wanted)) throw new DomainError('imports.errors.bad_name', 422)
        await pipeline(part, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }))
        await rename(temporary, importPath(wanted))
        name = wanted
      } catch (error) {
        refused ??= error
        part.resume()
        await rm(temporary, { force: true })
      }
      return {}
    })
    await ctx.request.multipart.process({ limit: MAX_IMPORT_MB * 1_000_000 })
    if (refused) throw refused
    if (name) ctx.session.flash('done', ctx.i18n.t('imports.sent_up', { name }))
    return ctx.response.redirect().status(303).back('/admin/imports/create')
  }
}
