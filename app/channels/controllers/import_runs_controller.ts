import type { HttpContext } from '@adonisjs/core/http'
import Import from '#channels/importing/import'
import InboxPolicy from '#channels/inbox_policy'

/** Whether an import goes on. */
export default class ImportRunsController {
  async store({ params, bouncer, by, response }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    await (await Import.findOrFail(params.id)).resume({ by })
    return response.redirect().status(303).toPath(`/admin/imports/${params.id}`)
  }

  async destroy({ params, bouncer, by, response }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    await (await Import.findOrFail(params.id)).stop({ by })
    return response.redirect().status(303).toPath(`/admin/imports/${params.id}`)
  }
}
