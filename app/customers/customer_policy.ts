import { BasePolicy } from '@adonisjs/bouncer'
import db from '@adonisjs/lucid/services/db'
import { accessibleInboxIds } from '#people/access'
import type Agent from '#people/agent'

type Known = { readonly id: number }

/** Who may see a customer: everybody; an agent who is limited to some inboxes, only who wrote to those. */
export default class CustomerPolicy extends BasePolicy {
  async view(agent: Agent, customer: Known) {
    const ids = await accessibleInboxIds(agent)
    if (ids === 'all') return true
    const ticket = await db.from('tickets').where('customer_id', customer.id).whereIn('inbox_id', [...ids]).select('id').first()
    return ticket !== null
  }

  async change(agent: Agent, customer: Known) {
    return agent.isWorker && (await this.view(agent, customer))
  }
}
