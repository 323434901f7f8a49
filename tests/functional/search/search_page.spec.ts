import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import { dispatchEvents } from '#support/dispatcher'
import { as } from '#tests/signed_in'
import { givenAgent, givenInbox, givenTicket } from '#tests/given'

test.group('Search | page', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('shows where it was found, marks the words and trusts nothing that a customer wrote', async ({ client, assert }) => {
    const agent = await givenAgent({ language: 'cs' })
    const ticket = await givenTicket({ subject: '<b>Hrnek</b>', text: '<script>alert(1)</script> hrnek' })
    await ticket.note({ text: 'hrnek je podezřelý' }, { by: { kind: 'agent', id: agent.id } })
    await indexed()

    const response = await as(agent, client.get('/search').qs({ q: 'hrnek' }))
    response.assertStatus(200)
    const page = response.text()
    assert.include(page, `<a href="/tickets/${ticket.id}">&lt;b&gt;<mark>Hrnek</mark>&lt;/b&gt;</a>`)
    assert.include(page, '&lt;script&gt;alert(1)&lt;/script&gt; <mark>hrnek</mark>')
    assert.notInclude(page, '<script>alert')
    assert.include(page, 'Interní poznámka')
  })

  test('says what to do when nothing is found, and how to ask', async ({ client }) => {
    const agent = await givenAgent()
    for (const q of ['', 'nothinglikethis', '"', '(((', '<script>', "';--"]) {
      const response = await as(agent, client.get('/search').qs({ q }))
      response.assertStatus(200)
      response.assertTextIncludes('has:attachment')
    }
    const response = await as(agent, client.get('/search').qs({ q: '<i>none</i>' }))
    response.assertTextIncludes('Nothing found for “&lt;i&gt;none&lt;/i&gt;”')
  })

  test('a number goes to its ticket, unless it is not for these eyes', async ({ client }) => {
    const agent = await givenAgent()
    const limited = await givenAgent({ restricted: 1 })
    const ticket = await givenTicket({ inbox: await givenInbox() })

    const jump = await as(agent, client.get('/search').qs({ q: `#${ticket.id}` }).redirects(0))
    jump.assertHeader('location', `/tickets/${ticket.id}`)
    const bare = await as(agent, client.get('/search').qs({ q: `${ticket.id}` }))
    bare.assertTextIncludes(`href="/tickets/${ticket.id}"`)
    const hidden = await as(limited, client.get('/search').qs({ q: `#${ticket.id}` }).redirects(0))
    hidden.assertStatus(200)
  })

  test('is for agents only', async ({ client }) => {
    await givenAgent()
    const response = await client.get('/search').qs({ q: 'hrnek' }).redirects(0)
    response.assertHeader('location', '/sign-in')
  })
})

async function indexed() {
  while (await dispatchEvents()) {
    // Until all that happened has been told.
  }
}
