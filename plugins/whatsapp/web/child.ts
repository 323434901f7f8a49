import { makeRealClient } from './make_client.js'
import type { Order, Reply } from './connection.js'
import { Session, wordsOf, type SessionEvent } from './session.js'

/*
 * The process of one session. It lives as long as the desk that started it, and takes its browser along when it ends.
 */

let session: Session | null = null

const say = (reply: Reply) => process.connected && process.send?.(reply)
const hear = (event: SessionEvent) => say({ event })

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'start':
      session = new Session(await makeRealClient(order.place), order.place, order.since, hear)
      return session.start()
    case 'send':
      return session?.send(order.message)
    case 'state':
      return session?.state()
    case 'missed':
      return session?.missed()
    case 'pair':
      return session?.pair(order.digits)
    case 'unpair':
      return session?.unpair()
    case 'logout':
      return session?.logout()
    case 'end':
      return session?.end()
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (value) => say({ id: order.id, value }),
    (error) => {
      if (order.do === 'start') hear({ type: 'state', state: { name: 'failed', detail: wordsOf(error) } })
      say({ id: order.id, error: wordsOf(error) })
    }
  )
})

// What the library leaves unhandled: it is told in words, and a new session begins from the start.
for (const fault of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(fault, (error) => {
    hear({ type: 'state', state: { name: 'failed', detail: wordsOf(error) } })
    setTimeout(() => process.exit(1), 200)
  })
}

process.on('disconnect', () => process.exit(0))
