import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import { as } from '#tests/signed_in'
import { drain } from '#tests/drain'
import { givenAgent, givenInbox, givenTeam, givenTicket } from '#tests/given'

test.group('Search | the palette', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('offers places, tickets and customers by their beginnings, without accents; a part for htmx, a page without', async ({ client, assert }) => {
    const agent = await givenAgent({ role: 'admin' })
    const ticket = await givenTicket({ subject: 'Příliš hlasitý mlýnek' })
    await drain()
    const page = await as(agent, client.get('/palette?q=prilis'))
    page.assertTextIncludes(`href="/tickets/${ticket.id}"`)
    page.assertTextIncludes('<html')
    const part = await as(agent, client.get('/palette?q=inb').header('hx-request', 'true'))
    part.assertTextIncludes('href="/admin/inboxes"')
    assert.notInclude(part.text(), '<html')
    ;(await as(agent, client.get(`/palette?q=${encodeURIComponent(`#${ticket.id}`)}`))).assertTextIncludes(`href="/tickets/${ticket.id}"`)
    ;(await as(agent, client.get('/palette?q=qqqqzz'))).assertTextIncludes('Nothing is called so')
  })

  test('each place leads to where it leads from the side bar; chats have their own sign', async ({ client, assert }) => {
    const agent = await givenAgent({ role: 'admin' })
    const inbox = await givenInbox({ channel: 'messenger', name: 'Stránka obchodu' })
    await givenInbox({ channel: 'email', name: 'Info' })
    const own = await givenTicket({ inbox, subject: 'Kávovar bez hadičky' })
    await drain()
    const places = await as(agent, client.get('/palette?q='))
    places.assertTextIncludes('href="/tasks"')
    assert.notInclude(places.text(), 'href="/views/tasks"')
    for (const part of [(await as(agent, client.get('/palette?q=stranka'))).text(), (await as(agent, client.get('/palette?q=hadicky'))).text()]) {
      assert.match(part.slice(part.indexOf('palette-results')), /#messenger"/)
    }
    assert.match((await as(agent, client.get(`/tickets/${own.id}`))).text(), new RegExp(`href="/views/inbox-${inbox.id}"[^>]*>\\s*<svg[^>]*><use href="[^"]*#messenger"`))
  })

  test('shows nothing that its reader may not open', async ({ client, assert }) => {
    const inbox = await givenInbox()
    await givenTeam()
    await givenTicket({ inbox, subject: 'Tajná záležitost' })
    await drain()
    const outsider = await givenAgent({ restricted: 1 })
    assert.notInclude((await as(outsider, client.get('/palette?q=tajna'))).text(), 'Tajná')
    assert.notInclude((await as(outsider, client.get('/palette?q=settings'))).text(), 'href="/admin/agents"')
  })
})
