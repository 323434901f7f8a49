import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { KEY_ACTS, keyOf, keymapOf, leaderOf, readKeymap, shownKey, type KeyAct } from '#people/keymap'

const keymapValidator = vine.create({ key: vine.record(vine.string().maxLength(20).nullable()).optional() })

/** Everybody's own keys. */
export default class KeymapsController {
  show(ctx: HttpContext) {
    const keymap = keymapOf(ctx.auth.getUserOrFail())
    const typed = (ctx.session.flashMessages.get('typedKeys') ?? {}) as Partial<Record<KeyAct, string | null>>
    const said = (act: KeyAct) => (act in typed ? (typed[act] ?? '') : keyOf(act, keymap))
    return ctx.view.render('people/keymaps/show', {
      keys: KEY_ACTS.map((act) => {
        const leader = leaderOf(act)
        return { act, leader, value: leader ? said(act).replace(`${leader} `, '') : said(act), changed: act in keymap }
      }),
      changed: Object.keys(keymap).length > 0,
    })
  }

  async update(ctx: HttpContext) {
    const { key: asked = {} } = await ctx.request.validateUsing(keymapValidator)
    const read = readKeymap(asked)
    if ('faults' in read) {
      const { session, i18n } = ctx
      session.flash('typedKeys', asked)
      session.flash('alert', i18n.t('people.keymap.refused'))
      session.flash('inputErrorsBag', Object.fromEntries(read.faults.map(({ act, why, key, other }) => [`key[${act}]`, [i18n.t(`people.keymap.why.${why}`, { key: shownKey(key), other: other ? i18n.t(`web.key.${other}`) : '' })]])))
      return ctx.response.redirect().status(303).toPath('/profile/keys')
    }
    return keep(ctx, Object.keys(read.keymap).length > 0 ? JSON.stringify(read.keymap) : null, 'saved')
  }

  /** All as they come. */
  async destroy(ctx: HttpContext) {
    return keep(ctx, null, 'reset_done')
  }
}

async function keep({ auth, by, session, i18n, response }: HttpContext, keymap: string | null, done: string) {
  await auth.getUserOrFail().change({ keymap }, { by })
  session.flash('done', i18n.t(`people.keymap.${done}`))
  return response.redirect().status(303).toPath('/profile/keys')
}
