import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import Agent from '#people/agent'
import { accessibleInboxIds } from '#people/access'
import AttachmentPolicy from '#tickets/attachment_policy'
import CustomerPolicy from '#customers/customer_policy'
import TicketPolicy from '#tickets/ticket_policy'
import { AgentFactory, InboxFactory, TeamFactory, TicketFactory } from '#database/factories/index'
import { givenTicket } from '#tests/given'
import db from '@adonisjs/lucid/services/db'

const system = { by: null }

test.group('Access | inboxes (R138, R141)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('an agent sees all inboxes, until an admin limits them to those of their teams', async ({ assert }) => {
    const [mine, routed, foreign] = await InboxFactory.createMany(3)
    const agent = await AgentFactory.create()
    const team = await TeamFactory.create()
    await team.change({ memberIds: [agent.id], inboxIds: [mine.id] }, system)
    await routed.merge({ teamId: team.id }).save()

    assert.equal(await accessibleInboxIds(agent), 'all')

    await agent.change({ restricted: 1 }, system)
    const limited = await Agent.findOrFail(agent.id)
    assert.sameMembers([...(await accessibleInboxIds(limited))], [mine.id, routed.id])
    assert.isFalse(await new TicketPolicy().view(limited, { inboxId: foreign.id }))
    assert.isTrue(await new TicketPolicy().reply(limited, { inboxId: mine.id }))
  })

  test('an admin is never limited, and one who is in no team sees nothing', async ({ assert }) => {
    const admin = await AgentFactory.apply('admin').apply('restricted').create()
    const lost = await AgentFactory.apply('restricted').create()
    assert.equal(await accessibleInboxIds(admin), 'all')
    assert.deepEqual(await accessibleInboxIds(lost), [])
  })

  test('a viewer reads and does nothing else', async ({ assert }) => {
    const viewer = await AgentFactory.apply('viewer').create()
    const ticket = await TicketFactory.create()
    const policy = new TicketPolicy()
    assert.isTrue(await policy.view(viewer, ticket))
    for (const act of ['change', 'reply', 'note', 'assign', 'claim', 'close'] as const) {
      assert.isFalse(await policy[act](viewer, ticket), act)
    }
    assert.isFalse(await policy.create(viewer, ticket.inboxId))
  })

  test("a file, a customer of a foreign inbox are out of a limited agent's sight", async ({ assert }) => {
    const ticket = await givenTicket()
    const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
    const limited = await AgentFactory.apply('restricted').create()
    const open = await AgentFactory.create()
    const file = { messageId: message.id, noteId: null }

    assert.isTrue(await new AttachmentPolicy().view(open, file))
    assert.isFalse(await new AttachmentPolicy().view(limited, file))
    assert.isTrue(await new CustomerPolicy().view(open, { id: ticket.customerId }))
    assert.isFalse(await new CustomerPolicy().view(limited, { id: ticket.customerId }))
  })
})
