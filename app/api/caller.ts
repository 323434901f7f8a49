import type Agent from '#people/agent'

export type Ability = 'read' | 'write' | 'admin'

/** Who calls the API: a token, and the agent whose rights it carries. */
export interface Caller {
  readonly agent: Agent
  readonly tokenId: number
  readonly abilities: readonly string[]
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** Set by the API's door, under /api/v1 only. */
    caller?: Caller
  }
}
