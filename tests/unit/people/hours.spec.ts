import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { isWithin, readSpans, readWeek, sayHours, type WeekHours } from '#people/hours'

const week: WeekHours = { mon: [['08:00', '12:00'], ['13:00', '16:30']], sat: [['20:00', '24:00']], sun: [['01:00', '04:00']] }
const at = (iso: string, zone = 'Europe/Prague') => isWithin(week, zone, DateTime.fromISO(iso, { zone: 'utc' }))

test.group('Hours of work', () => {
  test('are read on the wall clock of their zone, half open', ({ assert }) => {
    // 23 November 2026 is a Monday; Prague is an hour ahead of UTC in winter, Athens two.
    assert.isTrue(at('2026-11-23T07:00:00Z'))
    assert.isFalse(at('2026-11-23T06:59:59Z'))
    assert.isFalse(at('2026-11-23T11:00:00Z'), 'noon belongs to the break')
    assert.isTrue(at('2026-11-23T15:29:59Z'))
    assert.isFalse(at('2026-11-23T15:30:00Z'))
    assert.isTrue(at('2026-11-23T06:00:00Z', 'Europe/Athens'))
    assert.isFalse(at('2026-11-24T09:00:00Z'), 'a day that is not named is a day off')
  })

  test('24:00 is the end of the day, and belongs to the next', ({ assert }) => {
    assert.isTrue(at('2026-11-28T22:59:59Z'))
    assert.isFalse(at('2026-11-28T23:00:00Z'))
  })

  test('a change of summer time moves the moment, not the hours', ({ assert }) => {
    // 29 March 2026: at 2:00 the clock jumps to 3:00, so 1:00–4:00 lasts two hours.
    assert.isTrue(at('2026-03-29T00:30:00Z'))
    assert.isTrue(at('2026-03-29T01:30:00Z'), '3:30 on the wall')
    assert.isFalse(at('2026-03-29T02:00:00Z'), '4:00 on the wall')
  })

  test('are read as people write them, and said back', ({ assert }) => {
    assert.deepEqual(readSpans('8-12, 13:00 – 16:30'), [['08:00', '12:00'], ['13:00', '16:30']])
    assert.deepEqual(readSpans(' '), [])
    for (const wrong of ['8', '12-8', '8-12, 11-13', '25-26', 'mornings', '8:0-9', '8-12-13']) assert.isNull(readSpans(wrong), wrong)
    assert.equal(sayHours(week.mon), '08:00–12:00, 13:00–16:30')
  })

  test('a week without any hours means always; a wrong day is named', ({ assert }) => {
    assert.deepEqual(readWeek({ mon: '', tue: null }), { hours: null })
    assert.deepEqual(readWeek({ mon: '8-16' }), { hours: { mon: [['08:00', '16:00']] } })
    assert.deepEqual(readWeek({ mon: '8-16', fri: 'x' }), { wrong: 'fri' })
  })
})
