import { takeNextIncoming } from '#channels/inbound/processing'
import { takeNextDelivery } from '#channels/outbound/deliver'
import { dispatchEvents } from '#support/dispatcher'
import { runNextJob } from '#support/jobs'

/** Does all that waits and is due now, until it is quiet: what the workers of a running desk would do. */
export async function drain() {
  for (let round = 0; round < 1000; round++) {
    const something = [await dispatchEvents(), await takeNextIncoming(), await takeNextDelivery(), await runNextJob()]
    if (!something.includes(true)) return
  }
  throw new Error('It never became quiet')
}
