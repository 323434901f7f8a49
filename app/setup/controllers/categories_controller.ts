import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { FIXED_CATEGORIES } from '#setup/categories'
import SettingsPolicy from '#setup/settings_policy'
import { fold } from '#search/folding'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { changeSettings, setting } from '#support/settings'
import { transaction } from '#support/transaction'

const categoryValidator = vine.create({ category: vine.string().trim().minLength(1).maxLength(40) })

export default class CategoriesController {
  async store(ctx: HttpContext) {
    await ctx.bouncer.with(SettingsPolicy).authorize('sort')
    const { category } = await ctx.request.validateUsing(categoryValidator)
    await keep(ctx, (categories) => {
      if (categories.some((other) => fold(other) === fold(category))) throw new DomainError('settings.errors.category_taken', 409)
      return [...categories, category]
    })
    return ctx.response.redirect().status(303).toPath('/admin/tags#categories')
  }

  /** One that tickets are sorted into stays: they would be in none. */
  async destroy(ctx: HttpContext) {
    await ctx.bouncer.with(SettingsPolicy).authorize('sort')
    const category = decodeURIComponent(ctx.params.category)
    if (FIXED_CATEGORIES.includes(category)) throw new DomainError('settings.errors.category_fixed', 409)
    if (await db.from('tickets').where('category', category).select('id').first()) throw new DomainError('settings.errors.category_used', 409)
    await keep(ctx, (categories) => categories.filter((other) => other !== category))
    return ctx.response.redirect().status(303).toPath('/admin/tags#categories')
  }
}

async function keep({ by, session, i18n }: HttpContext, change: (categories: string[]) => string[]) {
  const categories = change(await setting('categories'))
  await transaction(async () => {
    await changeSettings({ categories })
    await record('settings:changed', { keys: ['categories'] }, { by })
  })
  session.flash('done', i18n.t('settings.tags.saved'))
}
