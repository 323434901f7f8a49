import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { password } from '#people/rules'
import { signIn } from '#people/sign_in'
import { countWrong, forgetWrong, triesOf } from '#people/sign_in_limits'

const passwordValidator = vine.create({
  current_password: vine.string().maxLength(500),
  password: password().confirmed({ confirmationField: 'password_confirmation' }),
})

export default class PasswordsController {
  /** A new password; every other computer is signed out, this one stays. */
  async update(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const values = await ctx.request.validateUsing(passwordValidator)

    const ip = ctx.request.ip()
    const knows = (await triesOf(agent.email, ip)).wait === 0 && (await agent.knows(values.current_password))
    if (!knows) {
      await countWrong(agent.email, ip)
      ctx.session.flash('inputErrorsBag', { current_password: [ctx.i18n.t('people.profile.wrong_password')] })
      return ctx.response.redirect().status(303).toPath('/profile')
    }

    await forgetWrong(agent.email, ip)
    await agent.changePassword(values.password, { by: ctx.by })
    await signIn(ctx, agent)
    ctx.session.flash('done', ctx.i18n.t('people.profile.password_changed'))
    return ctx.response.redirect().status(303).toPath('/profile')
  }
}
