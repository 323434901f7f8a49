/** What ends with an agent's access: each kind that another domain keeps registers how it is taken away. */
type Revocation = (agentId: number) => Promise<void>

const revocations = new Map<string, Revocation>()

/**
 * Registers what is taken away in the transaction in which an agent is deactivated: push subscriptions,
 * reply-by-mail addresses, a connection made with their login. It must write in the open transaction alone.
 */
export function whenLeaving(name: string, revoke: Revocation) {
  revocations.set(name, revoke)
}

/** Takes all of it away, in the open transaction. */
export async function revokeEverything(agentId: number) {
  for (const revoke of revocations.values()) await revoke(agentId)
}
