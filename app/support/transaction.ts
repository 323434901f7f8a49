import { AsyncLocalStorage } from 'node:async_hooks'
import db from '@adonisjs/lucid/services/db'
import type { QueryClientContract, TransactionClientContract } from '@adonisjs/lucid/types/database'
import { wakeUp, type Work } from './wake_up.js'

class UnitOfWork {
  readonly rows = new Set<Work>()
  readonly last: (() => Promise<void>)[] = []
  readonly after: (() => void)[] = []
  readonly once = new Map<string, Promise<unknown>>()

  constructor(readonly trx: TransactionClientContract) {}
}

const current = new AsyncLocalStorage<UnitOfWork>()

/**
 * Runs the work in one database transaction and, once it has committed, wakes whoever
 * takes the rows it left. A nested call joins the outer transaction, so a verb may call
 * another verb and still be one unit.
 */
export async function transaction<T>(work: (trx: TransactionClientContract) => Promise<T>): Promise<T> {
  const outer = current.getStore()
  if (outer) return work(outer.trx)

  let unit!: UnitOfWork
  const result = await db.transaction((trx) => {
    unit = new UnitOfWork(trx)
    return current.run(unit, async () => {
      const done = await work(trx)
      for (const write of unit.last) await write()
      return done
    })
  })

  for (const kind of unit.rows) wakeUp.wake(kind)
  for (const call of unit.after) call()
  return result
}

/** Says that the open transaction leaves a row of this kind to be taken after commit. */
export function leaves(work: Work) {
  openUnit().rows.add(work)
}

/** Calls `write` in the open transaction when all its work is done: for rows that are written together, once. */
export function beforeCommit(write: () => Promise<void>) {
  openUnit().last.push(write)
}

/** Does or reads something once in the open transaction, however often it is asked: for what nothing in it changes. */
export function onceInTransaction<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { once } = openUnit()
  if (!once.has(name)) once.set(name, work())
  return once.get(name) as Promise<T>
}

/** What `onceInTransaction` was asked for under this name in the open transaction; undefined: nothing yet. */
export function askedInTransaction<T>(name: string): Promise<T> | undefined {
  return openUnit().once.get(name) as Promise<T> | undefined
}

/**
 * A piece of work of which many callers want one each: those that come while one is being committed share the next
 * transaction, in their order, and so one durable commit. Should it fail, each has one of its own, so that none
 * suffers from another. Called in an open transaction, it joins that one.
 *
 * @param work - does those of one transaction, and gives an answer for each in their order
 */
export function sharingCommits<I, O>(work: (inputs: readonly I[]) => Promise<readonly O[]>, atOnce = 25): (input: I) => Promise<O> {
  interface Caller {
    readonly input: I
    readonly done: (output: O) => void
    readonly failed: (error: unknown) => void
  }
  const waiting: Caller[] = []
  let busy = false

  const together = async (callers: readonly Caller[]) => {
    try {
      const outputs = await transaction(() => work(callers.map(({ input }) => input)))
      for (const [at, { done }] of callers.entries()) done(outputs[at])
    } catch (error) {
      if (callers.length === 1) return callers[0].failed(error)
      for (const caller of callers) await together([caller])
    }
  }
  const goOn = async () => {
    busy = true
    while (waiting.length > 0) await together(waiting.splice(0, atOnce))
    busy = false
  }

  return async (input) => {
    if (joinedTransaction()) return (await work([input]))[0]
    return new Promise((done, failed) => {
      waiting.push({ input, done, failed })
      if (!busy) void outsideTransaction(goOn)
    })
  }
}

/** The open transaction, for `record`, `enqueue` and their like, which only make sense inside one. */
export function openTransaction(): TransactionClientContract {
  return openUnit().trx
}

/** The open transaction, or null: for reads that happen both inside one and outside. */
export function joinedTransaction(): TransactionClientContract | null {
  return current.getStore()?.trx ?? null
}

/**
 * Where to read: the open transaction, or the pool when none is open. For what is asked both ways; a query past an
 * open transaction does not see what that has written, and a write past it waits for ever on SQLite, which has one writer.
 */
export function reading(): QueryClientContract {
  return joinedTransaction() ?? db.connection()
}

/**
 * Calls `hint` once the open transaction has committed, or at once when none is open. For hints
 * only (a poke to a page): it must not throw, and losing it must cost nothing but a moment.
 */
export function afterCommit(hint: () => void) {
  const unit = current.getStore()
  if (unit) unit.after.push(hint)
  else hint()
}

/** Runs something outside whatever transaction is open, e.g. a background task started from within one. */
export function outsideTransaction<T>(work: () => T): T {
  return current.exit(work)
}

function openUnit() {
  const unit = current.getStore()
  if (!unit) throw new Error('This belongs inside a transaction, and none is open')
  return unit
}
