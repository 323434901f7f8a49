/** Which of these agents are absent now: they get nothing by turn, and their turn is not saved up. */
export async function absentAgentIds(_ids: readonly number[]): Promise<ReadonlySet<number>> {
  return new Set()
}
