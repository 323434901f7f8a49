import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { endAbsence } from '#routing/absence/planning'
import { nowMs } from '#support/clock'
import { givenAgent, givenCustomer, givenInbox } from '#tests/given'
import { by, events, givenAbsence, onMonday, to, whatIsStoredIsResolved } from './given_absence.js'

const TICKETS = 500

test.group('Substitution, case 36', (group) => {
  onMonday(group)

  test('500 tickets change hands within five seconds, and the substitute is told once', async ({ assert }) => {
    const [a, b] = [await givenAgent({ name: 'Petr' }), await givenAgent({ name: 'Jana' })]
    const [inbox, customerId] = [await givenInbox(), await givenCustomer()]
    const at = nowMs()
    const row = { status: 'open', inbox_id: inbox.id, channel: 'email', customer_id: customerId, owner_id: a.id, waiting_since_at: at, created_at: at, updated_at: at }
    for (let made = 0; made < TICKETS; made += 50) await db.table('tickets').multiInsert(Array.from({ length: 50 }, (_, n) => ({ ...row, subject: `Dotaz ${made + n}` })))

    const from = performance.now()
    const absence = await givenAbsence(a, [to(b)])
    assert.isBelow(performance.now() - from, 5000)

    assert.lengthOf(await db.from('tickets').where({ owner_id: a.id, acting_id: b.id }).select('id'), TICKETS)
    assert.deepEqual((await events('coverage:switched')).map(({ payload }) => [payload.actingId, payload.engaged]), [[b.id, TICKETS]])
    assert.lengthOf(await events('coverage:engaged'), TICKETS)

    const back = performance.now()
    await endAbsence(absence, by)
    assert.isBelow(performance.now() - back, 5000)
    assert.lengthOf(await db.from('tickets').where('owner_id', a.id).whereNull('acting_id').whereNull('coverage_id').select('id'), TICKETS)
    assert.lengthOf(await whatIsStoredIsResolved(), 0)
  }).timeout(60_000)
})
