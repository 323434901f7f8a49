import db from '@adonisjs/lucid/services/db'
import type { ApiRequest, ApiResponse } from '@japa/api-client'
import { nowMs } from '#support/clock'
import { digest } from '#people/secrets'

/** Sends a request as from a browser in which this agent has signed in. */
export async function as(agent: { id: number; sessionEpoch: number }, request: ApiRequest): Promise<ApiResponse> {
  const at = nowMs()
  const data = { auth_web: `${agent.id}.${agent.sessionEpoch}` }
  await db.table('sessions').insert({ id: digest(request.sessionClient.sessionId), data: JSON.stringify(data), agent_id: agent.id, created_at: at, seen_at: at, expires_at: at + 60_000 })
  return request
}
