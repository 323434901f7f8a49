import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { onceInTransaction, openTransaction, sharingCommits, transaction } from '#support/transaction'

const keys = async () => (await db.from('settings').whereLike('key', 'shared.%').orderBy('key').select('key')).map(({ key }) => key)

test.group('Support | transactions that are shared', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  const write = sharingCommits(async (names: readonly string[]) => {
    for (const name of names) await openTransaction().table('settings').insert({ key: `shared.${name}`, value: '1', updated_at: nowMs() })
    if (names.includes('bad')) throw new Error('no')
    return names.map((name) => name.toUpperCase())
  })

  test('one that fails takes nothing from those that came with it', async ({ assert }) => {
    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map(write))
    assert.deepEqual(ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason.message)), ['A', 'B', 'no', 'C'])
    assert.deepEqual(await keys(), ['shared.a', 'shared.b', 'shared.c'])
  })

  test('inside a transaction it belongs to that one', async ({ assert }) => {
    await assert.rejects(() =>
      transaction(async () => {
        await write('inner')
        throw new Error('all of it')
      })
    )
    assert.deepEqual(await keys(), [])
  })

  test('what is asked once in a transaction is asked again in the next', async ({ assert }) => {
    let asked = 0
    const ask = () => onceInTransaction('asked', async () => ++asked)
    assert.deepEqual(await transaction(async () => [await ask(), await ask()]), [1, 1])
    assert.equal(await transaction(ask), 2)
  })

  test('events of one transaction are written in their order, and not at all when it fails', async ({ assert }) => {
    const told = (serial: number) => record('settings:changed', { keys: [String(serial)] }, { by: null })
    await transaction(async () => {
      for (let serial = 0; serial < 90; serial++) await told(serial)
    })
    await transaction(async () => {
      await told(1000)
      throw new Error('no')
    }).catch(() => {})
    const rows = await db.from('events').where('name', 'settings:changed').orderBy('id').select('payload')
    assert.deepEqual(rows.map(({ payload }) => JSON.parse(payload).keys[0]), Array.from({ length: 90 }, (_, serial) => String(serial)))
  })
})
