import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { findInvited } from '#people/agents'
import { password } from '#people/rules'
import { signIn } from '#people/sign_in'
import { DomainError } from '#support/domain_error'

const acceptanceValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  password: password().confirmed({ confirmationField: 'password_confirmation' }),
})

/** Where an invitation leads, and a link to set a forgotten password: the same act. */
export default class AcceptancesController {
  async show({ params, view, response }: HttpContext) {
    // The link is a secret: it must not leave with the next request's Referer.
    response.header('Referrer-Policy', 'no-referrer')
    const agent = await findInvited(params.secret)
    if (!agent) return response.status(410).send(await view.render('people/acceptances/gone'))
    return view.render('people/acceptances/show', { invited: agent, secret: params.secret })
  }

  async store(ctx: HttpContext) {
    const agent = await findInvited(ctx.params.secret)
    if (!agent) throw new DomainError('people.errors.invite_used', 410)
    const values = await ctx.request.validateUsing(acceptanceValidator)
    await agent.accept({ ...values, language: agent.password ? undefined : ctx.i18n.locale })
    await signIn(ctx, agent)
    return ctx.response.redirect().status(303).toPath('/')
  }
}
