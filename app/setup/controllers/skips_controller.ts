import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import SettingsPolicy from '#setup/settings_policy'
import { STEPS, type Step } from '#setup/steps'
import { record } from '#support/events'
import { changeSettings, setting } from '#support/settings'
import { transaction } from '#support/transaction'

const stepValidator = vine.create({ step: vine.enum(STEPS) })

/** A step that this team does not need, for now. */
export default class SkipsController {
  async store(ctx: HttpContext) {
    await ctx.bouncer.with(SettingsPolicy).authorize('manage')
    const { step } = await ctx.request.validateUsing(stepValidator)
    await keep(ctx, (skipped) => [...new Set([...skipped, step])])
    return ctx.response.redirect().status(303).toPath('/admin')
  }

  async destroy(ctx: HttpContext) {
    await ctx.bouncer.with(SettingsPolicy).authorize('manage')
    const { step } = await ctx.request.validateUsing(stepValidator)
    await keep(ctx, (skipped) => skipped.filter((other) => other !== step))
    return ctx.response.redirect().status(303).toPath('/admin')
  }
}

async function keep({ by }: HttpContext, change: (skipped: string[]) => (string | Step)[]) {
  const skipped = change(await setting('setup.skipped'))
  await transaction(async () => {
    await changeSettings({ 'setup.skipped': skipped })
    await record('settings:changed', { keys: ['setup.skipped'] }, { by })
  })
}
