import db from '@adonisjs/lucid/services/db'
import { pluginRegistry } from '#plugins/registry'
import { setting } from '#support/settings'

/** The seven steps from a loose pile of mail to a desk (R143), in their order. */
export const STEPS = ['unify', 'tidy', 'automate', 'integrate', 'phone', 'chat', 'care'] as const
export type Step = (typeof STEPS)[number]

/** `none`: nothing that is installed offers it. */
export type StepState = 'done' | 'open' | 'skipped' | 'none'

/** How far the desk has come, for the page an admin begins on. Looks at what is there, so it is never out of date. */
export async function stepStates(): Promise<{ step: Step; state: StepState }[]> {
  const skipped = await setting('setup.skipped')
  const done = await whatIsDone()
  return STEPS.map((step) => {
    const state = done[step]
    return { step, state: state === 'open' && skipped.includes(step) ? 'skipped' : state }
  })
}

async function whatIsDone(): Promise<Record<Step, StepState>> {
  const some = async (query: Promise<unknown>): Promise<StepState> => ((await query) ? 'done' : 'open')
  const plugins = pluginRegistry.all()
  const offered = (is: (plugin: (typeof plugins)[number]) => boolean): StepState => (plugins.some(is) ? 'open' : 'none')

  return {
    unify: await some(db.from('inboxes').whereNull('deleted_at').select('id').first()),
    tidy: await some(db.from('team_members').select('team_id').first()),
    automate: 'none',
    integrate: offered((plugin) => Boolean(plugin.shop || plugin.crm || plugin.accounting || plugin.shipments)),
    phone: offered((plugin) => Boolean(plugin.telephony)),
    chat: offered((plugin) => Boolean(plugin.channel && plugin.routes?.public)),
    care: await some(db.from('messages').where('kind', 'reply').select('id').first()),
  }
}
