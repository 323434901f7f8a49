import { TagSchema } from '#database/schema'
import { fold } from '#search/folding'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'

export default class Tag extends TagSchema {}

/**
 * The ids of tags by name; `Vratka` and `vratka` are one. Unknown names are made, or left out.
 */
export async function tagIds(names: readonly string[], { make }: { make: boolean }): Promise<number[]> {
  const byFolded = new Map(names.map((name) => [fold(name.trim()).slice(0, 60), name.trim().slice(0, 60)]))
  byFolded.delete('')
  if (byFolded.size === 0) return []

  return transaction(async (trx) => {
    if (make) {
      const rows = [...byFolded].map(([folded, name]) => ({ name, folded, created_at: nowMs() }))
      await trx.knexQuery().table('tags').insert(rows).onConflict('folded').ignore()
    }
    const found = await trx.from('tags').whereIn('folded', [...byFolded.keys()]).select('id')
    return found.map((row) => row.id as number)
  })
}
