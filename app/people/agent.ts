import { AgentSchema } from '#database/schema'
import { Employable } from './agent/employable.js'
import { Invitable } from './agent/invitable.js'
import { Reachable } from './agent/reachable.js'
import { SigningIn } from './agent/signing_in.js'
import { atLeast } from './roles.js'


/** A person inside. Usable as the actor of a verb: `{ by: agent }`. */
export default class Agent extends Employable(Invitable(Reachable(SigningIn(AgentSchema)))) {
  readonly kind = 'agent' as const

  get isAdmin() {
    return this.role === 'admin'
  }

  /** Steers the team: a supervisor or an admin. */
  get isSupervisor() {
    return atLeast(this.role, 'supervisor')
  }

  /** Works on tickets; a viewer only reads. */
  get isWorker() {
    return atLeast(this.role, 'agent')
  }

  get isActive() {
    return this.deactivatedAt === null || this.deactivatedAt === undefined
  }

  /** Invited, and has not come yet. */
  get isInvited() {
    return !this.password && this.isActive
  }

  get isRestricted() {
    return this.restricted === 1
  }
}
