import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { fold } from '#search/folding'
import { FIXED_CATEGORIES } from '#setup/categories'
import { reconcile } from '#routing/coverage/reconcile'
import SettingsPolicy from '#setup/settings_policy'
import { record } from '#support/events'
import { DomainError } from '#support/domain_error'
import { setting } from '#support/settings'
import { transaction } from '#support/transaction'
import Tag, { tagIds } from '#tickets/tag'

const tagValidator = vine.create({ name: vine.string().trim().minLength(1).maxLength(60) })
const changedTagValidator = vine.create({ name: vine.string().trim().minLength(1).maxLength(60), confidential: vine.literal('1').optional() })
const PAGE = 100

/** The words tickets are marked with, and the categories they are sorted into: one page to tidy both. */
export default class TagsController {
  async index({ view, bouncer, request }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('sort')
    const after = String(request.qs().after ?? '')
    const rows = await db.from('tags').where('folded', '>', after).select('id', 'name', 'folded', 'confidential').orderBy('folded').limit(PAGE + 1)
    const tags = rows.slice(0, PAGE)
    const counts = await db.from('ticket_tags').whereIn('tag_id', tags.map((tag) => tag.id)).groupBy('tag_id').select('tag_id').count('* as total')
    const used = new Map(counts.map((row) => [row.tag_id, Number(row.total)]))
    return view.render('settings/tags', {
      tags: tags.map((tag) => ({ ...tag, used: used.get(tag.id) ?? 0 })),
      older: rows.length > PAGE ? `/admin/tags?after=${encodeURIComponent(tags[PAGE - 1].folded)}` : null,
      newer: after ? '/admin/tags' : null,
      categories: (await setting('categories')).map((name) => ({ name, fixed: FIXED_CATEGORIES.includes(name) })),
    })
  }

  async store({ bouncer, by, request, response, session, i18n }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('sort')
    const { name } = await request.validateUsing(tagValidator)
    await transaction(async (trx) => {
      const before = await trx.from('tags').where('folded', fold(name).slice(0, 60)).select('id').first()
      if (before) return
      const [tagId] = await tagIds([name], { make: true })
      await record('tag:created', { tagId }, { by })
    })
    session.flash('done', i18n.t('settings.tags.saved'))
    return response.redirect().status(303).toPath('/admin/tags')
  }

  async update({ params, bouncer, request, response, session, i18n }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('sort')
    const tag = await Tag.findOrFail(params.id)
    const { name, confidential } = await request.validateUsing(changedTagValidator)
    const secret = confidential ? 1 : 0
    const covers = secret !== tag.confidential
    await transaction(async (trx) => {
      const folded = fold(name).slice(0, 60)
      const other = await trx.from('tags').where('folded', folded).whereNot('id', tag.id).select('id').first()
      if (other) throw new DomainError('settings.errors.tag_taken', 409)
      await tag.merge({ name, folded, confidential: secret }).useTransaction(trx).save()
    })
    // Who may stand in on its tickets is another question now.
    if (covers) await reconcile({ afresh: true })
    session.flash('done', i18n.t('settings.tags.saved'))
    return response.redirect().status(303).toPath('/admin/tags')
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('sort')
    const tag = await Tag.findOrFail(params.id)
    await transaction(async (trx) => {
      await trx.from('ticket_tags').where('tag_id', tag.id).delete()
      await tag.useTransaction(trx).delete()
      await record('tag:deleted', { tagId: tag.id }, { by })
    })
    session.flash('done', i18n.t('settings.tags.deleted', { name: tag.name }))
    return response.redirect().status(303).toPath('/admin/tags')
  }
}
