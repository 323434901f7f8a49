import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from '@japa/runner'
import knex, { type Knex } from 'knex'
import sqlite3 from 'sqlite3'
import { READING } from '#config/database'
import { readBeside } from '#support/sqlite_readers'
import { beginAsWriter, keepStatements } from '#support/sqlite_statements'
import { WIDE } from '#support/sqlite_wide_rows'

/** A database as config/database.ts opens it, with one writing connection. */
async function givenDatabase(cleanup: (undo: () => Promise<void>) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'opora-sqlite-'))
  const config: Knex.Config = {
    client: 'sqlite3',
    connection: { filename: join(folder, 'one.sqlite') },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: any, done: (error: Error | null, connection: unknown) => void) {
        keepStatements(connection)
        beginAsWriter(connection)
        connection.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 100', (error: Error | null) => done(error, connection))
      },
    },
  }
  const db = knex(config)
  readBeside(db.client, config, READING)
  await db.schema.createTable('shelves', (table) => {
    table.increments('id')
    table.string('name').unique()
  })
  cleanup(async () => {
    await db.destroy()
    await rm(folder, { recursive: true })
  })
  return db
}

test.group('Support | SQLite under pages and mail at once', () => {
  test('a page is answered while a transaction is open, and sees what was committed', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    await db('shelves').insert({ name: 'káva' })
    const trx = await db.transaction()
    await trx('shelves').insert({ name: 'čaj' })

    assert.deepEqual((await db('shelves').orderBy('id').pluck('name')), ['káva'])
    assert.lengthOf(await db.raw('select * from shelves'), 1)
    assert.equal((await trx('shelves').count('* as n').first())!.n, 2)
    await trx.commit()
    assert.deepEqual(await db('shelves').orderBy('id').pluck('name'), ['káva', 'čaj'])
  })

  test('who has written reads it back at once', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    for (let n = 0; n < 50; n++) {
      const [row] = await db('shelves').insert({ name: `police ${n}` }).returning('id')
      assert.equal((await db('shelves').where('id', row.id).first()).name, `police ${n}`)
      assert.equal(await db('shelves').where('id', row.id).update({ name: `regál ${n}` }), 1)
    }
    assert.equal(await db('shelves').delete(), 50)
  })

  test('a statement that fails says so each time, and others go on', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    await db('shelves').insert({ name: 'káva' })
    for (let time = 0; time < 3; time++) {
      await assert.rejects(() => db('shelves').insert({ name: 'káva' }), /UNIQUE/)
      await assert.rejects(() => db('nothing').select('*'), /no such table/)
      await assert.rejects(() => db('shelves').where('colour', 1).update({ name: 'x' }), /no such column/)
    }
    assert.lengthOf(await db('shelves'), 1)
  })

  test('another program that writes is waited for, and one that is too slow is no lasting harm', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    const other = new sqlite3.Database(db.client.connectionSettings.filename)
    const say = promisify(other.exec.bind(other)) as (sql: string) => Promise<void>
    await say('PRAGMA busy_timeout = 100')
    cleanup(() => promisify(other.close.bind(other))())
    await db('shelves').insert({ name: 'káva' })
    for (const name of ['čaj', 'kakao', 'mléko']) {
      await say('BEGIN IMMEDIATE')
      await assert.rejects(() => db('shelves').insert({ name }), /locked/)
      await assert.rejects(() => db.transaction((trx) => trx('shelves').select('*')), /locked/)
      await say(`INSERT INTO shelves (name) VALUES ('cizí ${name}'); COMMIT`)
      await db('shelves').insert({ name })
    }
    assert.lengthOf(await db('shelves'), 7)

    // It has read before the other wants to write, and may write all the same: the other has to wait.
    await db.transaction(async (trx) => {
      await trx('shelves').select('*')
      await assert.rejects(() => say(`INSERT INTO shelves (name) VALUES ('mezitím')`), /locked/)
      await trx('shelves').insert({ name: 'rýže' })
    })
    await say(`INSERT INTO shelves (name) VALUES ('potom')`)
    assert.lengthOf(await db('shelves'), 9)
  })

  test('a changed table is read as it is now, by a statement that was kept from before', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    await db('shelves').insert({ name: 'káva' })
    assert.deepEqual(await db('shelves').select('*'), [{ id: 1, name: 'káva' }])
    await db.schema.alterTable('shelves', (table) => table.integer('height').defaultTo(7))
    assert.deepEqual(await db('shelves').select('*'), [{ id: 1, name: 'káva', height: 7 }])
    await db.schema.dropTable('shelves')
    await assert.rejects(() => db('shelves').select('*'), /no such table/)
  })

  test('wide answers are the same as narrow ones, whatever stands in them', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    const strange = ['', 'a"b\\c', "d'e", 'řádek\nnový\ttab', '\u2028\u0001', '🧾', '{"json":[1]}', '  ']
    const rows = strange.flatMap((name, n) => Array.from({ length: 20 }, (_, m) => ({ id: n * 20 + m + 1, name: `${m}${name}` })))
    await db('shelves').insert(rows)
    const wanted = rows.map(({ id, name }) => ({ id, name, size: id % 3 ? 9007199254740991 - id : null, less: -id }))
    const ask = (also = 'null') => db('shelves').comment(WIDE).orderBy('id').select('*', db.raw('case when id % 3 > 0 then 9007199254740991 - id end as size'), db.raw(`coalesce(${also}, -id) as less`))
    for (let time = 0; time < 3; time++) assert.deepEqual(await ask(), wanted)

    await db('shelves').delete()
    assert.deepEqual(await ask(), [])
    await db('shelves').insert({ id: 1, name: 'káva' })
    assert.deepEqual(await ask(), [{ id: 1, name: 'káva', size: 9007199254740990, less: -1 }])
    await db.schema.alterTable('shelves', (table) => table.integer('height').defaultTo(7))
    assert.deepEqual(await ask(), [{ id: 1, name: 'káva', height: 7, size: 9007199254740990, less: -1 }])
    await assert.rejects(() => ask('missing'), /no such column/)
    await db.schema.dropTable('shelves')
    await assert.rejects(() => ask(), /no such table/)
  })

  test('more statements than are kept, some at once: each gets its own answer', async ({ assert, cleanup }) => {
    const db = await givenDatabase(cleanup)
    const asked = Array.from({ length: 700 }, (_, n) => n)
    const answers = await Promise.all(asked.map((n) => db.raw(`select ${n} as n${n % 350}`)))
    assert.deepEqual(answers.map(([row]: any) => Object.values(row)[0]), asked)
  })
})
