import db from '@adonisjs/lucid/services/db'
import testUtils from '@adonisjs/core/services/test_utils'
import { test } from '@japa/runner'
import { furnish } from '#app/demo/desk'
import { playHistory } from '#app/demo/history'
import { now, nowMs } from '#support/clock'

const DAY = 86_400_000

test.group('The demo | its history', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a shop with people, teams, inboxes and tickets at every stage', async ({ assert }) => {
    const desk = await furnish()
    const made = await playHistory(desk, { tickets: 70, days: 60 })

    assert.isAtLeast(made, 70)
    assert.lengthOf(await db.from('agents'), 6)
    assert.sameMembers((await db.from('teams').select('name')).map(({ name }) => name), ['Reklamace', 'Velkoobchod', 'Zahraničí'])
    assert.isAtLeast((await db.from('inboxes')).length, 3)
    const statuses = (await db.from('tickets').distinct('status')).map(({ status }) => status)
    assert.includeMembers(statuses, ['new', 'open', 'pending', 'resolved', 'closed', 'spam'])
    const languages = (await db.from('tickets').distinct('language')).map(({ language }) => language)
    assert.includeMembers(languages, ['cs', 'sk', 'pl', 'el', 'en'])
    assert.isAbove((await db.from('notes')).length, 5)
    assert.isAbove((await db.from('attachments')).length, 5)
    assert.isAbove((await db.from('messages').where('remote_images', '>', 0)).length, 1)
    assert.lengthOf(await db.from('messages').where('kind', 'bounce'), 1)
    assert.isAbove(Math.max(...(await db.from('tickets').select('message_count')).map((row) => row.message_count)), 20)
  }).timeout(60_000)

  test('everything happened in the past, in its order, and the clock is back', async ({ assert }) => {
    await playHistory(await furnish(), { tickets: 40, days: 60 })

    assert.closeTo(nowMs(), Date.now(), 1000)
    const messages = await db.from('messages').orderBy('id').select('created_at')
    const times = messages.map((row) => Number(row.created_at))
    assert.deepEqual(times, times.toSorted((one, other) => one - other))
    assert.isAtMost(times.at(-1)!, now().toMillis())
    assert.isAbove(now().toMillis() - times[0], 20 * DAY)
  }).timeout(60_000)

  test('nothing of it waits to be sent, and no placeholder is left in a text', async ({ assert }) => {
    await playHistory(await furnish(), { tickets: 60, days: 60 })

    assert.isEmpty(await db.from('deliveries').whereIn('state', ['pending', 'held', 'sending', 'unknown']))
    assert.isEmpty(await db.from('messages').where('text', 'like', '%{%').select('text'))
    assert.isEmpty(await db.from('tickets').where('subject', 'like', '%{%').select('subject'))
    assert.isEmpty(await db.from('messages').whereNotNull('from_address').whereNot('from_address', 'like', '%.example').select('from_address'))
  }).timeout(60_000)
})
