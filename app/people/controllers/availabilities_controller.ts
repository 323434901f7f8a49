import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'

const availabilityValidator = vine.create({ availability: vine.enum(['available', 'away']) })

export default class AvailabilitiesController {
  /** Says whether an agent is there: oneself, or somebody of the team. */
  async update({ params, bouncer, by, request, response }: HttpContext) {
    const agent = await Agent.findOrFail(params.id)
    await bouncer.with(AgentPolicy).authorize('setAvailability', agent)
    const { availability } = await request.validateUsing(availabilityValidator)
    await agent.becomes(availability, { by })
    return response.redirect().status(303).back('/profile')
  }
}
