import edge from 'edge.js'
import env from '#start/env'
import type { ApplicationService } from '@adonisjs/core/types'
import type { OutsideWorld } from './outside_world.js'

/** Under DEMO=1: nothing leaves this machine, the accounts stand on the sign-in page, and customers keep writing. */
export default class DemoProvider {
  #world: OutsideWorld | null = null

  constructor(protected app: ApplicationService) {}

  async register() {
    edge.global('demoDesk', null)
    if (!isDemo()) return
    const { closeTheWayOut } = await import('./no_way_out.js')
    closeTheWayOut([env.get('DATABASE_URL'), env.get('REDIS_URL')])
    const { DEMO_PASSWORD, STAFF, demoAddress } = await import('./desk.js')
    edge.global('demoDesk', { password: DEMO_PASSWORD, accounts: STAFF.map(({ name, local, role }) => ({ name, email: demoAddress(local), role })) })
  }

  async ready() {
    if (!isDemo() || this.app.getEnvironment() !== 'web') return
    const { worksHere } = await import('#web/work')
    const { isSeeded } = await import('./seed.js')
    // A desk that was not furnished as a demo is somebody's own: its inboxes are left as they are.
    if (!worksHere() || !(await isSeeded())) return
    const { OutsideWorld } = await import('./outside_world.js')
    this.#world = new OutsideWorld()
    await this.#world.begin()
  }

  async shutdown() {
    await this.#world?.end()
  }
}

const isDemo = () => env.get('DEMO') === '1'
