import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { agentEmail, findByEmail } from '#people/agents'
import { nobodysPassword } from '#people/agent/signing_in'
import { signIn } from '#people/sign_in'
import { countWrong, forgetWrong, triesOf } from '#people/sign_in_limits'
import hash from '@adonisjs/core/services/hash'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import type Agent from '#people/agent'

const signInValidator = vine.create({
  email: vine.string().trim().maxLength(254),
  password: vine.string().maxLength(500),
})

export default class SessionsController {
  create({ view, request }: HttpContext) {
    return view.render('people/sessions/create', { out: request.input('out') === '1' })
  }

  async store(ctx: HttpContext) {
    const { email, password } = await ctx.request.validateUsing(signInValidator)
    const address = agentEmail(email)
    const ip = ctx.request.ip()

    const tries = await triesOf(address, ip)
    if (tries.wait > 0) return refuse(ctx, ctx.i18n.t('people.sign_in.wait', { minutes: tries.wait }))

    const agent = await whoIs(address, password)
    if (!agent) {
      const left = await countWrong(address, ip)
      return refuse(ctx, left.wait > 0 ? ctx.i18n.t('people.sign_in.wait', { minutes: left.wait }) : ctx.i18n.t('people.sign_in.wrong', { left: left.left }))
    }

    await forgetWrong(address, ip)
    const intended = ctx.session.pullIntendedUrl()
    await signIn(ctx, agent)
    return ctx.response.redirect().status(303).toPath(intended ?? '/')
  }

  /** Whether the page's session is still in force; who is signed out is sent to the sign-in page instead. */
  show({ response }: HttpContext) {
    return response.noContent()
  }

  async destroy(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    await transaction(() => record('agent:signed_out', { agentId: agent.id, everywhere: false }, { by: ctx.by }))
    await ctx.auth.use('web').logout()
    ctx.session.clear()
    ctx.session.regenerate()
    return ctx.response.redirect().status(303).toPath('/sign-in')
  }
}

/** The agent with this address and password. An unknown address, a wrong password and somebody who left cost the same time and get the same answer. */
async function whoIs(email: string, password: string): Promise<Agent | null> {
  const agent = await findByEmail(email)
  if (!agent) {
    await hash.verify(await nobodysPassword(), password)
    return null
  }
  if ((await agent.knows(password)) && agent.isActive) return agent
  await transaction(() => record('agent:sign_in_failed', { agentId: agent.id }, { by: null, via: 'page' }))
  return null
}

function refuse({ session, request, response }: HttpContext, words: string) {
  session.flash('inputErrorsBag', { password: [words] })
  session.flash('email', request.input('email', ''))
  return response.redirect().status(303).toPath('/sign-in')
}
