import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { accept } from '#channels/inbound/gateway'
import { moveClock, now } from '#support/clock'
import { keptBytes } from '#support/files'
import { drain } from '#tests/drain'
import { givenInbox } from '#tests/given'
import { fuzz } from '../../fuzz/fuzz.js'
import { mutated, seeds } from '../../fuzz/mutate.js'

const SEED = 1
const MAILS = 20_000
const THROUGH_THE_GATEWAY = 200
/** What one mail may cost, by contracts/channels/07b; processor time, so that a busy machine changes nothing. */
const MOST_MS = 5000

test.group('Gateway | damaged mail', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('20,000 damaged mails: each is read or refused in words, none hangs and none takes the process with it', async ({ assert }) => {
    const { read, bounces, refused, failures, slowest } = await fuzz({ seed: SEED, count: MAILS })
    assert.deepEqual(failures, [])
    assert.equal(read + bounces + refused, MAILS)
    assert.isBelow(slowest, MOST_MS)
  }).timeout(600_000)

  test('through the whole gateway every one of them ends, and its bytes stay', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'email' })
    await db.from('inboxes').where('id', inbox.id).update({ config: JSON.stringify({ address: inbox.address }) })
    const originals = seeds()
    const raws = Array.from({ length: THROUGH_THE_GATEWAY }, (_, n) => ({ externalId: `fuzz-${n}`, type: 'message/rfc822', at: now(), body: mutated(originals, SEED, n) }))
    await accept(inbox, raws, { via: 'poll' })
    // What cannot be read is tried again for a while before it is set aside.
    for (let round = 0; round < 12; round++) {
      await drain()
      moveClock(now().plus({ hours: 3 }))
    }

    const items = await db.from('incoming_items').where('inbox_id', inbox.id)
    assert.lengthOf(items, THROUGH_THE_GATEWAY)
    for (const item of items) {
      assert.include(['done', 'ignored', 'failed'], item.state, `item ${item.external_id}: ${item.reason}`)
      if (item.state === 'failed') assert.match(item.reason, /not an e-mail/, item.external_id)
      assert.equal(await keptBytes(item.raw_path), item.bytes)
    }
  }).timeout(300_000)
})
