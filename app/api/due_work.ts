import { takeNextIncoming } from '#channels/inbound/processing'
import { takeNextDelivery } from '#channels/outbound/deliver'
import { dispatchEvents } from '#support/dispatcher'
import { runNextJob } from '#support/jobs'
import { resetTurns, runDueEntries } from '#support/schedule'

/** So many rows are worked on before the answer; what is more is left to the worker. */
const MOST = 10_000

/** Does here and now what the clock says is due: scheduled entries, then all rows that wait. */
export async function runWhatIsDue() {
  await resetTurns()
  await runDueEntries()
  const takes = [dispatchEvents, takeNextIncoming, takeNextDelivery, runNextJob]
  for (let done = 0; done < MOST; done++) {
    let worked = false
    for (const take of takes) worked = (await take()) || worked
    if (!worked) return
  }
}
