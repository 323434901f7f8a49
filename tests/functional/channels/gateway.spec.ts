import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { accept, acceptUncut, ingest, replay } from '#channels/inbound/gateway'
import { takeNextIncoming } from '#channels/inbound/processing'
import { checkNothingLost } from '#channels/nothing_lost'
import { moveClock, now, nowMs } from '#support/clock'
import { keptBytes } from '#support/files'
import { takeLease } from '#support/leases'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { givenInbox, givenTeam } from '#tests/given'

const via = { via: 'poll' }
const items = () => db.from('incoming_items').orderBy('id')
const messages = () => db.from('messages').where('kind', 'inbound').orderBy('id')

test.group('Gateway | taking in', (group) => {
  let fake: FakeChannel
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => {
    fake = new FakeChannel('fake')
    return fake.install()
  })
  group.each.teardown(() => moveClock(null))

  test('what was accepted is on the disk and in a row, and nothing else has happened yet', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const [{ id, duplicate }] = await accept(inbox, [fake.raw()], { ...via, cursor: '1' })

    const item = await db.from('incoming_items').where('id', id).first()
    assert.isFalse(duplicate)
    assert.equal(item.state, 'stored')
    assert.equal(await keptBytes(item.raw_path), item.bytes)
    assert.lengthOf(await messages(), 0)
    assert.equal((await db.from('inbox_cursors').where('inbox_id', inbox.id).first()).cursor, '1')
  })

  test('a crash between accepting and reading loses nothing: the next worker takes it', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    await accept(inbox, [fake.raw(), fake.raw()], via)
    // A worker claimed both and died.
    await db.from('incoming_items').where('inbox_id', inbox.id).update({ state: 'processing', lease_until: nowMs() + 60_000 })
    await drain()
    assert.deepEqual((await items()).map(({ state }) => state), ['done', 'done'])
    assert.lengthOf(await messages(), 2)
  })

  test('while another worker holds the inbox nobody else touches its items', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    await accept(inbox, [fake.raw()], via)
    await takeLease(`incoming:${inbox.id}`, 60_000, 'another process')
    assert.isFalse(await takeNextIncoming())
    moveClock(now().plus({ minutes: 2 }))
    assert.isTrue(await takeNextIncoming())
    assert.lengthOf(await messages(), 1)
  })

  test('the same thing twice is one item, one message, one file', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const [first] = await accept(inbox, [fake.raw({}, 'same')], via)
    const again = await accept(inbox, [fake.raw({}, 'same'), fake.raw({}, 'same')], via)
    await drain()

    assert.deepEqual(again, [{ id: first.id, duplicate: true }, { id: first.id, duplicate: true }])
    assert.lengthOf(await items(), 1)
    assert.lengthOf(await messages(), 1)
  })

  test('one mail by two ways is one message; two different mails with one Message-ID are two', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const same = { externalId: '<form@shop.test>', at: now(), text: 'Poptávka 1' }
    await accept(inbox, [fake.raw(same, 'by-imap'), fake.raw(same, 'by-pipe'), fake.raw({ ...same, text: 'Poptávka 2' }, 'other')], via)
    await drain()

    assert.deepEqual((await items()).map(({ outcome }) => outcome), ['created', 'duplicate', 'created'])
    assert.deepEqual((await messages()).map(({ text }) => text), ['Poptávka 1', 'Poptávka 2'])
  })

  test('items of an inbox become messages in the order in which they came, however long each is read', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    fake.readFaults.push(() => new Promise((done) => setTimeout(done, 60)))
    await accept(inbox, Array.from({ length: 30 }, (_, at) => fake.raw({ text: `Zpráva ${at}` })), via)
    await drain()
    assert.deepEqual((await messages()).map(({ text }) => text), Array.from({ length: 30 }, (_, at) => `Zpráva ${at}`))
  })

  test('one that cannot be read is tried five times, does not block the next, and can be processed again', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    for (let tries = 0; tries < 5; tries++) {
      fake.readFaults.push(() => {
        throw new Error('Broken MIME')
      })
    }
    const [bad] = await accept(inbox, [fake.raw({ text: 'Rozbitá' })], via)
    await drain()
    assert.include(await items().where('id', bad.id).first(), { state: 'stored', attempts: 1 })

    for (let tries = 0; tries < 4; tries++) {
      moveClock(now().plus({ minutes: 10 }))
      await takeNextIncoming()
    }
    const failed = await items().where('id', bad.id).first()
    assert.include(failed, { state: 'failed', outcome: 'failed', attempts: 5 })
    assert.include(failed.reason, 'Broken MIME')

    await accept(inbox, [fake.raw({ text: 'Zdravá' })], via)
    await drain()
    await replay(bad.id, { by: null })
    await drain()
    assert.deepEqual((await messages()).map(({ text }) => text), ['Zdravá', 'Rozbitá'])
    assert.equal((await items().where('id', bad.id).first()).state, 'done')
    await assert.rejects(() => replay(bad.id, { by: null }))
  })

  test('an item that kills its worker again and again ends as failed', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const [bad] = await accept(inbox, [fake.raw()], via)
    await db.from('incoming_items').where('id', bad.id).update({ state: 'processing', attempts: 7, lease_until: nowMs() - 1 })
    await takeNextIncoming()
    assert.include(await items().where('id', bad.id).first(), { state: 'failed', outcome: 'failed' })
  })

  test('an empty body, an unknown kind and a call that cannot be cut each end with a reason', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const nothing = { externalId: 'nothing', type: 'application/json', at: now(), body: Buffer.from('[]') }
    await accept(inbox, [nothing, fake.thing({ type: 'call', externalId: 'c1' })], via)
    await acceptUncut(inbox, { externalId: 'uncut', type: 'text/plain', at: now(), body: Buffer.from('?') }, new Error('Not JSON'), { via: 'hook' })
    await drain()
    assert.deepEqual((await items()).map(({ state, reason }) => [state, JSON.parse(reason).key]), [
      ['ignored', 'nothing_in_it'],
      ['ignored', 'unsupported'],
      ['failed', 'not_cut'],
    ])
  })

  test('one thing with two messages in it makes both, or neither', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const two = JSON.stringify([1, 2].map((at) => ({ type: 'message', externalId: `m${at}`, from: { kind: 'email', value: 'a@b.test' }, at: now().toISO(), text: `${at}` })))
    await accept(inbox, [{ externalId: 'two', type: 'application/json', at: now(), body: Buffer.from(two) }], via)
    await drain()
    assert.lengthOf(await messages(), 2)
  })

  test('ingest answers with what became of it', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const raw = fake.raw()
    const first = await ingest(inbox, raw, { via: 'api' })
    assert.equal(first.outcome, 'created')
    assert.isNumber(first.ticketId)
    assert.equal((await ingest(inbox, raw, { via: 'api' })).outcome, 'duplicate')

    fake.readFaults.push(() => {
      throw new Error('No')
    })
    const broken = await ingest(inbox, fake.raw(), { via: 'api' })
    assert.equal(broken.outcome, 'failed')
    assert.include(broken.reason!, 'No')
  })

  test("a new ticket goes to the inbox's team, with its files kept and its HTML cleaned", async ({ assert }) => {
    const teamId = await givenTeam()
    const inbox = await givenInbox({ channel: 'fake', teamId })
    const html = '<p onclick="x()">Ahoj <img src="cid:logo"></p><script>x()</script>'
    const files = [{ name: '../foto.png', type: 'image/png', contentId: 'logo', content: '\u0089PNG' }] as never
    await accept(inbox, [fake.raw({ html, files })], via)
    await drain()

    const [message] = await messages()
    const ticket = await db.from('tickets').where('id', message.ticket_id).first()
    assert.equal(ticket.team_id, teamId)
    assert.notInclude(message.html, 'script')
    assert.notInclude(message.html, 'onclick')
    const file = await db.from('attachments').where('message_id', message.id).first()
    assert.include(file, { name: '.._foto.png', inline: 1 })
  })

  test('a file that cannot be had does not hold back its message', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const read = fake.driver.read
    Object.assign(fake.driver, {
      read: async (item: never, seen: never) => {
        const [message] = await read(item, seen)
        return [{ ...message, files: [{ name: 'a.pdf', type: 'application/pdf', open: () => Promise.reject(new Error('404')) }] }]
      },
    })
    await accept(inbox, [fake.raw()], via)
    await drain()
    const file = await db.from('attachments').first()
    assert.isNull(file.sha256)
    assert.include(file.error, 'file_not_had')
  })

  test('after all that, the check says that nothing is lost; and it sees what is', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    await accept(inbox, [fake.raw(), fake.raw()], via)
    await drain()
    const well = await checkNothingLost({ files: 'all' })
    assert.isTrue(well.ok, JSON.stringify(well.checks.filter(({ broken }) => broken)))

    await db.from('incoming_items').where('inbox_id', inbox.id).update({ outcome: null, raw_path: 'raw/gone' })
    const ill = await checkNothingLost()
    assert.isFalse(ill.ok)
    assert.deepEqual(ill.checks.filter(({ broken }) => broken).map(({ name, broken }) => [name, broken]), [
      ['item_without_fate', 2],
      ['item_without_file', 2],
    ])
  })
})
