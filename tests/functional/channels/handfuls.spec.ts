import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { accept } from '#channels/inbound/gateway'
import { takeNextIncoming } from '#channels/inbound/processing'
import { findCustomer } from '#customers/identity'
import { moveClock, now, nowMs } from '#support/clock'
import { drain } from '#tests/drain'
import type { FakeChannel } from '#tests/fakes/fake_channel'
import { givenFakeChannel, givenInbox, givenTeam } from '#tests/given'

const via = { via: 'poll' }
const items = () => db.from('incoming_items').orderBy('id')
const messages = () => db.from('messages').where('kind', 'inbound').orderBy('id')
const named = (value: string, name?: string) => ({ kind: 'email' as const, value, name })

/** What is taken in together shares a transaction and its questions; each is as if it had come alone. */
test.group('Gateway | mails that are taken in together', (group) => {
  let fake: FakeChannel
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const given = await givenFakeChannel()
    fake = given.fake
    return given.restore
  })
  group.each.teardown(() => moveClock(null))

  /** The first is read last, so that the others wait for it and are written with it. */
  const readTogether = (count: number) => {
    let go = () => {}
    const others = new Promise<void>((done) => (go = () => setTimeout(done, 50)))
    let begun = 1
    fake.readFaults.push(() => others, ...Array.from({ length: count - 1 }, () => () => void (++begun === count && go())))
  }

  const together = async (came: Parameters<FakeChannel['raw']>[0][], teamId?: number) => {
    const inbox = await givenInbox({ channel: 'fake', teamId })
    readTogether(came.length)
    await accept(inbox, came.map((one) => fake.raw(one)), via)
    await drain()
    return inbox
  }

  test('an answer joins the ticket that was opened a moment before it, and the ticket shows the newer one', async ({ assert }) => {
    const teamId = await givenTeam()
    await together(
      [
        { externalId: '<prvni@posta.test>', text: 'Kde je kávovar?' },
        { externalId: '<druhy@posta.test>', text: 'Už je tady.', thread: { answers: ['<prvni@posta.test>'], inReplyTo: '<prvni@posta.test>' } },
        { externalId: '<treti@posta.test>', text: 'Jiná věc', from: named('petr@posta.test') },
      ],
      teamId
    )
    const [first, second, third] = await messages()
    assert.equal(second.ticket_id, first.ticket_id)
    assert.notEqual(third.ticket_id, first.ticket_id)
    assert.deepInclude(await db.from('tickets').where('id', first.ticket_id).first(), { message_count: 2, last_inbound_id: second.id, preview: 'Už je tady.', team_id: teamId, status: 'new', waits_turn: 1 })
    assert.deepInclude(await db.from('tickets').where('id', third.ticket_id).first(), { message_count: 1, last_inbound_id: third.id, preview: 'Jiná věc', team_id: teamId })
    const told = await db.from('events').where('ticket_id', third.ticket_id).orderBy('id').select('name')
    assert.deepEqual(told.map(({ name }) => name), ['ticket:opened', 'message:received', 'ticket:assigned'])
  })

  test('two mails of somebody new make one customer, who is called as the later one says', async ({ assert }) => {
    await together([{ from: named('nova@posta.test') }, { from: named('Nova@POSTA.test', 'Nová Zákaznice') }, { from: named('jina@posta.test', 'Jiná') }])
    const id = await findCustomer('email', 'nova@posta.test')
    const authors = (await messages()).map(({ author_id: author }) => Number(author))
    assert.deepEqual(authors.slice(0, 2), [id, id])
    assert.equal((await db.from('customers').where('id', id!).first()).name, 'Nová Zákaznice')
    assert.notEqual(authors[2], id)
    assert.lengthOf(await db.from('customers').whereIn('id', authors), 2)
  })

  test('the same mail twice among them is one message; other words under its id are another', async ({ assert }) => {
    const same = { externalId: '<form@shop.test>', identity: 'jedna', text: 'Poptávka' }
    await together([same, { externalId: '<jiny@shop.test>' }, same, { ...same, identity: 'dva', text: 'Jiná poptávka' }])
    assert.deepEqual((await items()).map(({ outcome }) => outcome), ['created', 'created', 'duplicate', 'created'])
    assert.lengthOf(await messages(), 3)
  })

  test('one that another hand has taken meanwhile stays with that hand; the others are done, and nothing is there twice', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const [, stolen] = await accept(inbox, ['jedna', 'dva', 'tři'].map((text) => fake.raw({ text, from: named(`${text}@posta.test`) })), via)
    const theirs = nowMs() + 90_000
    readTogether(3)
    const last = fake.readFaults.pop()!
    fake.readFaults.push(async () => {
      await db.from('incoming_items').where('id', stolen.id).update({ lease_until: theirs })
      await last()
    })
    await takeNextIncoming()
    assert.deepEqual((await items()).map(({ state, lease_until: until }) => [state, until]), [['done', null], ['processing', theirs], ['done', null]])
    assert.deepEqual((await messages()).map(({ text }) => text), ['jedna', 'tři'])
  })

  test('one that cannot be read stands back, and those around it come in their order', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    fake.readFaults.push(
      () => {},
      () => {
        throw new Error('Broken MIME')
      }
    )
    await accept(inbox, Array.from({ length: 60 }, (_, at) => fake.raw({ text: `Zpráva ${at}` })), via)
    await drain()
    moveClock(now().plus({ minutes: 1 }))
    await drain()
    const texts = (await messages()).map(({ text }) => text)
    assert.lengthOf(texts, 60)
    assert.deepEqual(texts.slice(0, 59), Array.from({ length: 60 }, (_, at) => `Zpráva ${at}`).filter((text) => text !== texts[59]))
  })

  test('two who bring the same in one moment are told of one item, and one of them that it was the first', async ({ assert }) => {
    const inbox = await givenInbox({ channel: 'fake' })
    const answers = await Promise.all([accept(inbox, [fake.raw({}, 'same')], via), accept(inbox, [fake.raw({}, 'same')], via), accept(inbox, [fake.raw({}, 'other')], via)])
    assert.lengthOf(await items(), 2)
    assert.equal(answers[0][0].id, answers[1][0].id)
    assert.deepEqual([answers[0][0].duplicate, answers[1][0].duplicate].sort(), [false, true])
    assert.isFalse(answers[2][0].duplicate)
  })

  test('while nobody is away no job is made of a mail', async ({ assert }) => {
    await together([{}, {}, {}])
    assert.lengthOf(await db.from('jobs').whereIn('name', ['tell', 'routing:tell_away']), 0)
  })
})
