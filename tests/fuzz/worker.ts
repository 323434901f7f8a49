import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { parentPort, workerData } from 'node:worker_threads'
import { DateTime } from 'luxon'
import { sanitiseMail } from '#tickets/mail_html'
import { foldQuote } from '#tickets/mail_quote'
import { readMail } from '../../plugins/email/reading/read.js'
import { mutated, seeds } from './mutate.js'

/* Reads damaged mails one after the other and tells what became of them. `at` is where it stands, for whoever watches. */

export interface Share {
  readonly seed: number
  readonly from: number
  readonly to: number
  readonly at: Int32Array
}

export interface Result {
  readonly read: number
  readonly bounces: number
  /** There is no mail in them: said in words. */
  readonly refused: number
  readonly failures: readonly string[]
  /** The most processor time that one mail took, in ms. */
  readonly slowest: number
}

const inbox = { id: 1, key: 'info', name: 'Obchod', config: { address: 'info@obchod.test' } } as unknown as Parameters<typeof readMail>[1]
const { seed, from, to, at } = workerData as Share
const originals = seeds()
const failures: string[] = []
let [read, bounces, refused, slowest] = [0, 0, 0, 0]

for (let n = from; n < to; n++) {
  Atomics.store(at, 0, n)
  const bytes = mutated(originals, seed, n)
  const before = process.threadCpuUsage()
  try {
    const things = await readMail(
      {
        externalId: createHash('sha256').update(bytes).digest('hex'),
        type: 'message/rfc822',
        at: DateTime.fromMillis(1_793_000_000_000, { zone: 'utc' }),
        bytes: bytes.length,
        open: async () => Readable.from([bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]),
        text: async () => bytes.toString(),
      },
      inbox
    )
    for (const thing of things) {
      if (thing.type === 'message') {
        read++
        if (!thing.externalId || !thing.from.value.includes('@')) failures.push(`${n}: nobody wrote it`)
        const { html } = thing.html ? sanitiseMail(thing.html) : { html: null }
        if (html) foldQuote(html)
        for (const file of thing.files ?? []) {
          let size = 0
          for await (const chunk of await file.open()) size += chunk.length
          if (file.bytes !== undefined && size !== file.bytes) failures.push(`${n}: "${file.name}" has ${size} bytes instead of ${file.bytes}`)
        }
      } else bounces++
    }
    if (things.length === 0) failures.push(`${n}: nothing came of it`)
  } catch (error) {
    if (/not an e-mail/.test((error as Error).message)) refused++
    else failures.push(`${n}: ${(error as Error).stack}`)
  }
  const used = process.threadCpuUsage(before)
  slowest = Math.max(slowest, (used.user + used.system) / 1000)
}
parentPort!.postMessage({ read, bounces, refused, failures, slowest } satisfies Result)
