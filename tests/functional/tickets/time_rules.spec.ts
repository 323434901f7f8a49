import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { moveClock, now } from '#support/clock'
import { contentPath, keptBytes } from '#support/files'
import { every, never, outsideSettled, runDueEntries } from '#support/schedule'
import { closeResolved, sweepUploads, wakeSnoozed } from '#tickets/time_rules'
import Upload from '#tickets/upload'
import { fresh, givenAgent, givenTicket } from '#tests/given'
import { eventCount } from '#tests/events'

const inDays = (days: number) => moveClock(DateTime.utc().plus({ days }))

test.group('Time rules', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('a snoozed ticket is back when its time has come (M013)', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.snooze(now().plus({ days: 2 }), { by: null })
    await wakeSnoozed()
    assert.equal((await fresh(ticket)).status, 'snoozed')
    inDays(2.1)
    await wakeSnoozed()
    await wakeSnoozed()
    assert.equal((await fresh(ticket)).status, 'open')
    assert.equal(await eventCount('ticket:woken', ticket.id), 1)
  })

  test('a resolved ticket closes after the days its inbox says', async ({ assert }) => {
    const ticket = await givenTicket()
    await ticket.resolve({ by: null })
    inDays(13)
    await closeResolved()
    assert.equal((await fresh(ticket)).status, 'resolved')
    inDays(15)
    await closeResolved()
    assert.equal((await fresh(ticket)).status, 'closed')
  })

  test('a forgotten upload goes after a day, but never bytes that a message still has', async ({ assert }) => {
    const agent = await givenAgent()
    const body = Buffer.from(`forgotten ${Math.random()}`)
    const lost = await Upload.keep({ name: 'a.txt', body }, agent.id)
    const used = await Upload.keep({ name: 'b.txt', body: Buffer.from(`used ${Math.random()}`) }, agent.id)
    const twin = await Upload.keep({ name: 'c.txt', body: Buffer.from('x'.repeat(9)) }, agent.id)
    const ticket = await givenTicket()
    await ticket.note({ text: 'Viz soubor', uploadIds: [used.id] }, { by: { kind: 'agent', id: agent.id } })
    inDays(1.5)
    await sweepUploads()
    assert.isNull(await keptBytes(contentPath(lost.sha256)))
    assert.isNotNull(await keptBytes(contentPath(used.sha256)))
    assert.isNull(await db.from('uploads').where('id', twin.id).first())
  })

  test('what is scheduled runs once a turn, and again when its time has come', async ({ assert }) => {
    let runs = 0
    every('test:turn', 10, async () => {
      runs++
    })
    await runDueEntries()
    await runDueEntries()
    assert.equal(runs, 1)
    moveClock(DateTime.utc().plus({ minutes: 11 }))
    await runDueEntries()
    assert.equal(runs, 2)
    never('test:turn')
  })

  test('what waits for the outside holds up nothing else, and does not begin a second time meanwhile', async ({ assert, cleanup }) => {
    let answer = () => {}
    let [asked, woken] = [0, 0]
    const silence = new Promise<void>((done) => (answer = done))
    every('test:outside', 1, () => (asked++, silence), { outside: true })
    every('test:inside', 1, async () => void woken++)
    cleanup(() => ['test:outside', 'test:inside'].forEach(never))
    for (const minutes of [0, 2, 4]) {
      moveClock(DateTime.utc().plus({ minutes }))
      await runDueEntries({ waitForOutside: false })
    }
    assert.deepEqual([asked, woken], [1, 3])
    answer()
    await outsideSettled()
    moveClock(DateTime.utc().plus({ minutes: 6 }))
    await runDueEntries()
    assert.deepEqual([asked, woken], [2, 4])
  })
})
