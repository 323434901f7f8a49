import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { ingest } from '#channels/inbound/gateway'
import type Inbox from '#channels/inbox'
import Ticket from '#tickets/ticket'
import type { Came, FakeChannel } from '#tests/fakes/fake_channel'
import { givenAgent, givenFakeChannel } from '#tests/given'
import { drain } from '#tests/drain'

const mail = (value: string, name?: string) => ({ kind: 'email', value, ...(name ? { name } : {}) }) as const
const anna = mail('anna@posta.test', 'Anna')
const petr = mail('petr@posta.test', 'Petr')

test.group('Tickets | whom an answer goes to', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    const given = await givenFakeChannel()
    ;({ fake, inbox } = given)
    return given.restore
  })

  const came = async (values: Came) => Ticket.findOrFail((await ingest(inbox, fake.raw(values), { via: 'api' })).ticketId!)
  /** As the page says it and as the verb does it: they must not differ. */
  async function answered(ticket: Ticket, client: any, agent: Awaited<ReturnType<typeof givenAgent>>) {
    const page = (await client.get(`/tickets/${ticket.id}`).loginAs(agent)).text()
    const shown = /<input id="reply-to" name="to" value="([^"]*)"/.exec(page)?.[1].replaceAll('&lt;', '<').replaceAll('&gt;', '>') ?? ''
    await (await Ticket.findOrFail(ticket.id)).reply({ text: 'Odpověď' }, { by: null })
    await drain()
    const { to, alsoTo = [] } = fake.outbox.at(-1)!
    return { shown: shown.match(/[\w.]+@[\w.]+/g) ?? [], sent: [to, ...alsoTo].map(({ value }) => value) }
  }

  test('everybody in Reply-To gets it, our own addresses and doubles left out', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await came({ from: anna, replyTo: petr, alsoReplyTo: [mail('info@shop.test'), mail('Ucetni@posta.test'), mail('PETR@posta.test')] })
    const { shown, sent } = await answered(ticket, client, agent)
    assert.deepEqual(sent, ['petr@posta.test', 'Ucetni@posta.test'])
    assert.deepEqual(shown, sent)
    const { reply_to: kept } = await db.from('messages').where({ ticket_id: ticket.id, kind: 'inbound' }).firstOrFail()
    assert.lengthOf(JSON.parse(kept), 4)
    const customer = await db.from('addresses').where('customer_id', ticket.customerId).firstOrFail()
    assert.equal(customer.value, 'anna@posta.test', 'who wrote is who wrote')
  })

  test('a Reply-To that names only ourselves changes nothing', async ({ client, assert }) => {
    const { shown, sent } = await answered(await came({ from: anna, replyTo: mail('info@shop.test') }), client, await givenAgent())
    assert.deepEqual([shown, sent], [['anna@posta.test'], ['anna@posta.test']])
  })

  test("a form's customer is the one in Reply-To, and the answer goes there", async ({ client, assert }) => {
    const ticket = await came({ from: mail('web@formular.test'), replyTo: anna, alsoReplyTo: [petr], byForm: true })
    const customer = await db.from('addresses').where('customer_id', ticket.customerId).firstOrFail()
    assert.equal(customer.value, 'anna@posta.test')
    const { shown, sent } = await answered(ticket, client, await givenAgent())
    assert.deepEqual([shown, sent], [['anna@posta.test', 'petr@posta.test'], ['anna@posta.test', 'petr@posta.test']])
  })

  test('what a colleague sent on is answered to its first sender, as the composer shows', async ({ client, assert }) => {
    const agent = await givenAgent()
    const { shown, sent } = await answered(await came({ from: mail(agent.email), forwardedFrom: anna }), client, agent)
    assert.deepEqual([shown, sent], [['anna@posta.test'], ['anna@posta.test']])
  })

  test('after our answer the next goes to whom we wrote', async ({ client, assert }) => {
    const agent = await givenAgent()
    const ticket = await came({ from: anna })
    await ticket.reply({ text: 'První', to: [{ address: 'petr@posta.test' }] }, { by: null })
    const { shown, sent } = await answered(ticket, client, agent)
    assert.deepEqual([shown, sent], [['petr@posta.test'], ['petr@posta.test']])
  })
})
