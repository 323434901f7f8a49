import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import { DateTime } from 'luxon'
import { moveClock } from '#support/clock'
import { usePokeSink } from '#support/pokes'
import Draft from '#tickets/draft'
import { beat, leave, presentAt } from '#tickets/presence'
import { markRead, readersOf } from '#tickets/reading'
import { givenAgent, givenTicket } from '#tests/given'

test.group('Presence (M012)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => {
    moveClock(null)
    usePokeSink(null)
  })

  test('Jana sees that Petr writes, and no longer half a minute after his last sign', async ({ assert }) => {
    const [petr, jana] = [await givenAgent({ name: 'Petr' }), await givenAgent({ name: 'Jana' })]
    const ticket = await givenTicket()
    await beat(ticket.id, petr.id, 'typing')
    await beat(ticket.id, jana.id, 'viewing')

    assert.deepEqual(await presentAt([ticket.id], jana.id), [{ ticketId: ticket.id, agentId: petr.id, name: 'Petr', activity: 'typing' }])
    moveClock(DateTime.utc().plus({ seconds: 31 }))
    assert.isEmpty(await presentAt([ticket.id], jana.id))
  })

  test('pages are poked when somebody comes, turns to writing or leaves, not at each beat', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const pokes: string[] = []
    usePokeSink((names) => pokes.push(...names.filter((name) => name.startsWith('presence'))))

    await beat(ticket.id, agent.id, 'viewing')
    await beat(ticket.id, agent.id, 'viewing')
    await beat(ticket.id, agent.id, 'typing')
    await leave(ticket.id, agent.id)
    assert.lengthOf(pokes, 3)
  })
})

test.group('Drafts (M005, M010)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a reply and a note are drafts of their own; a note keeps no recipient', async ({ assert }) => {
    const agent = await givenAgent()
    const ticket = await givenTicket()
    const key = { ticketId: ticket.id, agentId: agent.id }
    await Draft.keep({ ...key, kind: 'reply' }, { text: 'Dobrý den', envelope: { cc: ['x@y.test'] } })
    await Draft.keep({ ...key, kind: 'note' }, { text: 'Interní', envelope: { to: ['anna@posta.test'] } })
    await Draft.keep({ ...key, kind: 'reply' }, { text: 'Dobrý den, paní', envelope: { cc: ['x@y.test'] } })

    const { reply, note } = await Draft.of(ticket.id, agent.id)
    assert.equal(reply!.text, 'Dobrý den, paní')
    assert.deepEqual(reply!.envelope, { cc: ['x@y.test'] })
    assert.isNull(note!.envelope)

    await Draft.keep({ ...key, kind: 'note' }, { text: '  ' })
    assert.isNull((await Draft.of(ticket.id, agent.id)).note)
  })
})

test.group('Reading (R228)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('moves forward only', async ({ assert }) => {
    const agent = await givenAgent({ name: 'Lucie' })
    const ticket = await givenTicket()
    await markRead(agent.id, ticket.id, { messageId: 5, noteId: 2 })
    await markRead(agent.id, ticket.id, { messageId: 3, noteId: 0 })
    const [reader] = await readersOf(ticket.id)
    assert.include(reader, { name: 'Lucie', lastMessageId: 5, lastNoteId: 2 })
  })
})
