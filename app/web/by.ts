import { HttpContext } from '@adonisjs/core/http'
import type { Actor } from '#support/actor'

type AgentActor = Extract<Actor, { kind: 'agent' }>

/*
 * Who acts in this request, for `{ by }` of every verb. The only place that turns a session into an actor.
 */
HttpContext.getter(
  'by',
  function (this: HttpContext): AgentActor {
    const agent = this.auth.getUserOrFail()
    return { kind: 'agent', id: agent.id, via: this.via ?? 'page', ip: this.request.ip() }
  },
  false
)

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** The signed-in agent as an actor; throws 401 when there is none. */
    readonly by: AgentActor
    /** How the agent acts, if not by a page: the API sets `api:<token id>`. */
    via?: string
  }
}
