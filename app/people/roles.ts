/**
 * What somebody inside may do, least first. A viewer reads; an agent works on tickets; a supervisor
 * also steers the team; an admin also runs the desk. Each may all that the ones before it may.
 */
export const ROLES = ['viewer', 'agent', 'supervisor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether `role` stands at least as high as `lowest`. */
export function atLeast(role: string, lowest: Role) {
  return ROLES.indexOf(role as Role) >= ROLES.indexOf(lowest)
}
