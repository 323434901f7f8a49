import limiter from '@adonisjs/limiter/services/main'
import type { ApiClient } from '@japa/api-client'
import type Agent from '#people/agent'
import { createToken, type Ability } from '#people/api_token'
import { givenAgent } from '#tests/given'

/*
 * Calls of the API in tests: who calls, and short words for the calls.
 */

export interface Token {
  readonly agent: Agent
  readonly plain: string
}

/** A token with these abilities, of this agent or of a new one. */
export async function givenToken({ agent, role = 'admin', abilities = ['read', 'write', 'admin'] }: { agent?: Agent; role?: string; abilities?: readonly Ability[] } = {}): Promise<Token> {
  const owner = agent ?? (await givenAgent({ role, name: `Caller (${role})` }))
  const { plain, token } = await createToken(owner, { name: 'test', abilities }, { by: null })
  // A rolled back test gives its ids to the next one, and the counter lives on in memory.
  await limiter.use({ requests: 600, duration: '1 minute' }).delete(`api:${token.id}`)
  return { agent: owner, plain }
}

/** The API as this token sees it; paths begin after /api/v1. */
export function api(client: ApiClient, { plain }: Token) {
  const url = (path: string) => `/api/v1${path}`
  return {
    get: (path: string) => client.get(url(path)).bearerToken(plain),
    post: (path: string, body?: object) => (body ? client.post(url(path)).bearerToken(plain).json(body) : client.post(url(path)).bearerToken(plain)),
    patch: (path: string, body: object) => client.patch(url(path)).bearerToken(plain).json(body),
    delete: (path: string) => client.delete(url(path)).bearerToken(plain),
  }
}
