import type { DateTime } from 'luxon'
import type { Plugin } from '#plugin'
import { connectionOf, connectionsOf, type Connection } from '#plugins/connections'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { defineJob, enqueue, type JobData } from '#support/jobs'
import { every } from '#support/schedule'

/* Plugins' jobs: rows as all others, run by their plugin while it is switched on. */

/** Writes a job of a plugin, for one of its connections. `once` is the plugin's own: two plugins may use the same. */
export async function enqueuePluginJob(plugin: Plugin<any>, connection: Connection, job: string, data: JobData, options: { at?: DateTime; once?: string } = {}) {
  if (!plugin.jobs?.[job]) throw new Error(`"${plugin.id}" has no job named "${job}"`)
  const once = options.once ? `plugin:${plugin.id}:${connection.id}:${job}:${options.once}` : undefined
  await enqueue('plugin', { plugin: plugin.id, connection: connection.id, job, data: JSON.stringify(data) }, { once, at: options.at?.toMillis() })
}

/** A job of a plugin that was switched off, or of a connection that is gone, is passed over. */
defineJob('plugin', async ({ plugin: id, connection: connectionId, job, data }) => {
  await installed.refresh()
  const plugin = installed.working(String(id))?.plugin
  const run = plugin?.jobs?.[String(job)]
  const connection = plugin && (await connectionOf(plugin, Number(connectionId)))
  if (!plugin || !run || !connection) return
  try {
    const { deskOf } = await import('#plugins/desk')
    await run(JSON.parse(String(data)), deskOf(plugin, connection))
  } catch (error) {
    await noteFault(plugin.id, `job:${job}`, error)
    throw error
  }
})

/** Puts the plugins' schedules on the clock: each turn writes a job for every connection, unless the last still waits. */
export function scheduleJobs() {
  for (const { id, plugin } of installed.all()) {
    for (const [job, { everyMinutes }] of Object.entries(plugin?.schedule ?? {})) {
      every(`plugin:${id}:${job}`, everyMinutes, async () => {
        await installed.refresh()
        const working = installed.working(id)?.plugin
        if (!working) return
        for (const connection of await connectionsOf(working)) await enqueuePluginJob(working, connection, job, {}, { once: 'schedule' })
      })
    }
  }
}
