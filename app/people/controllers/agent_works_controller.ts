import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'
import { WEEKDAYS, weekOf } from '#people/hours'
import { changeWork, readWork } from '#people/work'
import { fold } from '#search/folding'

const workValidator = vine.create({
  languages: vine.string().trim().maxLength(200).nullable().optional(),
  topics: vine.string().trim().maxLength(2000).nullable().optional(),
  hours: vine.object(Object.fromEntries(WEEKDAYS.map((day) => [day, vine.string().maxLength(100).nullable().optional()]))),
  /** Keys carry a letter (`c_email`), so that none is read as a place of a list. */
  caps: vine.record(vine.string().regex(/^\d{0,4}$/).nullable()).optional(),
})

/** What an agent can do, when they work, and how much at once. */
export default class AgentWorksController {
  async show({ params, view, bouncer }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('schedule')
    const person = await Agent.findOrFail(params.id)
    return view.render('routing/work/agent', { person, work: (await readWork([person.id])).get(person.id), weekdays: WEEKDAYS, channels: await channels() })
  }

  async update({ params, bouncer, by, request, response, session, i18n }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('schedule')
    const person = await Agent.findOrFail(params.id)
    const { languages, topics, hours, caps = {} } = await request.validateUsing(workValidator)
    await changeWork(
      person,
      {
        languages: words(languages).map((language) => language.toLowerCase().slice(0, 5)),
        topics: words(topics).map(fold),
        hours: weekOf(hours),
        caps: Object.fromEntries(Object.entries(caps).filter((pair): pair is [string, string] => Boolean(pair[1])).map(([key, most]) => [key.slice(2), Number(most)])),
      },
      { by }
    )
    session.flash('done', i18n.t('people.agents.saved', { name: person.name }))
    return response.redirect().status(303).toPath(`/admin/agents/${person.id}/work`)
  }
}

function words(text: string | null | undefined) {
  return (text ?? '').split(/[,;\n]/).map((word) => word.trim()).filter(Boolean)
}

/** The channels by which anything comes at all. */
async function channels(): Promise<string[]> {
  return (await db.from('inboxes').whereNull('deleted_at').distinct('channel').orderBy('channel')).map((row) => row.channel)
}
