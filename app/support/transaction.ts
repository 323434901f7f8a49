import { AsyncLocalStorage } from 'node:async_hooks'
import db from '@adonisjs/lucid/services/db'
import type { QueryClientContract, TransactionClientContract } from '@adonisjs/lucid/types/database'
import { wakeUp, type Work } from './wake_up.js'

class UnitOfWork {
  readonly rows = new Set<Work>()
  readonly after: (() => void)[] = []

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
    return current.run(unit, () => work(trx))
  })

  for (const kind of unit.rows) wakeUp.wake(kind)
  for (const call of unit.after) call()
  return result
}

/** Says that the open transaction leaves a row of this kind to be taken after commit. */
export function leaves(work: Work) {
  openUnit().rows.add(work)
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
 * Where to read: the open transaction, or the pool when none is open. For what is asked both ways;
 * a query past an open transaction waits for ever on SQLite, whose pool is one.
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
