import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { AUDIT_KINDS, auditPage } from '#people/audit'
import AuditPolicy from '#people/audit_policy'

const filterValidator = vine.create({
  kind: vine.enum(Object.keys(AUDIT_KINDS) as (keyof typeof AUDIT_KINDS)[]).optional().nullable(),
  agent: vine.number().optional().nullable(),
  before: vine.number().optional().nullable(),
})

export default class AuditsController {
  /** Who did what that matters, newest first. */
  async index({ view, bouncer, request }: HttpContext) {
    await bouncer.with(AuditPolicy).authorize('view')
    const filter = await filterValidator.validate(request.qs())
    const { entries, older } = await auditPage(filter)
    return view.render('people/audits/index', {
      entries,
      older,
      filter,
      kinds: Object.keys(AUDIT_KINDS),
      agents: await db.from('agents').select('id', 'name').orderBy('name').limit(1000),
    })
  }
}
