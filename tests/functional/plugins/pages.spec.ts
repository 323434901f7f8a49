import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { configure, connectionOf } from '#plugins/connections'
import { installed } from '#plugins/installed'
import { panelsFor } from '#plugins/panels'
import { givenAgent, givenCustomer, givenTicket } from '#tests/given'
import { givenEnabled, givenFixturePlugins } from '#tests/installed_plugins'
import { as } from '#tests/signed_in'
import { signedIn } from '#tests/visitor'
import { AgentFactory, PASSWORD } from '#database/factories/index'

const good = () => installed.get('good_shop')!.plugin!

test.group('The pages of plugins', (group) => {
  group.setup(givenFixturePlugins)
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => installed.refresh({ force: true }))

  test('the catalogue shows every plugin, how it is and what it uses; only an admin sees it (R139)', async ({ client, assert }) => {
    const page = await as(await givenAgent({ role: 'admin', language: 'cs' }), client.get('/admin/plugins'))
    page.assertStatus(200)
    assert.include(page.text(), 'Dobrý obchod')
    assert.include(page.text(), 'throws_at_import')
    assert.include(page.text(), 'poškozený')
    assert.include(page.text(), 'hýbat penězi')
    ;(await as(await givenAgent(), client.get('/admin/plugins'))).assertStatus(403)
  })

  test('a broken plugin says why on its page', async ({ client, assert }) => {
    const page = await as(await givenAgent({ role: 'admin' }), client.get('/admin/plugins/throws_at_import'))
    assert.include(page.text(), 'the moon is wrong')
  })

  test('an admin switches it on, fills it in, and reads whether it works', async ({ assert }) => {
    const admin = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    await admin.open('/admin/plugins/good_shop')
    assert.equal((await admin.send('/admin/plugins/good_shop/enablement')).location, '/admin/plugins/good_shop')
    assert.isNotNull(installed.working('good_shop'))

    await admin.send('/admin/plugins/good_shop', { 'config[url]': 'https://shop.test', 'config[apiKey]': 'wrong', 'config[orders]': '9', 'config[invoices]': '1', 'config[state]': 'shipped' }, 'PUT')
    assert.deepEqual((await connectionOf(good(), 0))!.settings, { url: 'https://shop.test', apiKey: 'wrong', orders: 9, invoices: true, state: 'shipped' })

    const { text } = await admin.open('/admin/plugins/good_shop')
    assert.include(text, 'The shop refused the key. (401)')
    assert.include(text, 'How many orders')
    assert.notInclude(text, 'value="wrong"')

    await admin.send('/admin/plugins/good_shop', { 'config[url]': 'https://shop.test', 'config[apiKey]': '', 'config[orders]': '' }, 'PUT')
    assert.include((await connectionOf(good(), 0))!.settings, { apiKey: 'wrong', orders: 5, invoices: false })
  })

  test('what is wrong is said at its field', async ({ assert }) => {
    const admin = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    await admin.open('/admin/plugins/good_shop')
    await admin.send('/admin/plugins/good_shop', { 'config[url]': 'shop', 'config[apiKey]': 'secret-typed', 'config[orders]': 'x' }, 'PUT')
    const { text } = await admin.open('/admin/plugins/good_shop')
    assert.include(text, 'This is not a number.')
    assert.include(text, 'value="shop"')
    assert.notInclude(text, 'secret-typed')
    assert.isNull((await connectionOf(good(), 0))!.settings.url)
  })

  test('panels come each by itself: shown, empty, or broken without disturbing', async ({ client, assert }) => {
    await givenEnabled('good_shop', 'throws_later')
    await configure(good(), { url: 'https://shop.test', apiKey: 'k-12345' }, { by: null })
    const customerId = await givenCustomer('anna@posta.test', 'Anna')
    const places = (await panelsFor(customerId)).filter(({ plugin }) => plugin !== 'email')
    assert.deepEqual(places.map(({ plugin, panel }) => `${plugin}.${panel}`), ['good_shop.orders', 'good_shop.none', 'throws_later.orders'])
    const agent = await givenAgent()
    const page = await as(agent, client.get(`/customers/${customerId}`))
    assert.include(page.text(), `hx-get="${places[0].href}"`)
    const [orders, none, broken] = await Promise.all(places.map(({ href }) => as(agent, client.get(href).header('HX-Request', 'true').header('HX-Request-Type', 'partial'))))

    assert.include(orders.text(), 'Anna has 5 &lt;orders&gt;')
    assert.notInclude(orders.text(), '<html')
    assert.include(none.text(), 'nothing about this customer')
    broken.assertStatus(200)
    assert.include(broken.text(), 'did not answer')
  })

  test('an action shows what will happen, and a person says yes', async ({ client, assert }) => {
    await givenEnabled('good_shop')
    const agent = await signedIn(await AgentFactory.create(), PASSWORD)
    const { text } = await agent.open('/actions/good_shop/refund/0?about=o-1')
    assert.include(text, 'Moves money or goods in Good shop.')
    const key = text.match(/name="key" value="([^"]+)"/)![1]
    await agent.send('/actions/good_shop/refund/0', { about: 'o-1', key, 'config[amount]': '100' })
    assert.lengthOf(await db.from('events').where('name', 'action:run'), 1)
    ;(await as(await givenAgent({ role: 'viewer' }), client.get('/actions/good_shop/refund/0?about=o-1'))).assertStatus(403)
  })

  test('whoever could not be verified gets no order data and no refund without a person who has made sure', async ({ client, assert }) => {
    await givenEnabled('good_shop')
    await configure(good(), { url: 'https://shop.test', apiKey: 'k-12345' }, { by: null })
    const ticket = await givenTicket({ customerId: await givenCustomer('anna@posta.test', 'Anna') })
    const say = (verdict: string) => db.from('messages').where('ticket_id', ticket.id).update({ authentication: JSON.stringify({ verdict, checks: {} }) })
    const agent = await signedIn(await AgentFactory.create(), PASSWORD)
    const customer = `/customers/${ticket.customerId}`
    const refund = (values: Record<string, string>, text: string) => agent.send('/actions/good_shop/refund/0', { about: 'o-1', key: text.match(/name="key" value="([^"]+)"/)![1], customer: String(ticket.customerId), 'config[amount]': '100', ...values })
    const asked = () => agent.open(`/actions/good_shop/refund/0?about=o-1&customer=${ticket.customerId}`)
    const runs = async () => (await db.from('events').where('name', 'action:run')).length

    await say('suspect')
    const page = (await agent.open(customer)).text
    assert.include(page, `href="/tickets/${ticket.id}"`)
    assert.notInclude(page, 'hx-trigger="load" hx-swap="outerHTML"')
    const card = async () => (await as(await givenAgent(), client.get(`/tickets/${ticket.id}/card`))).text()
    const beside = await card()
    assert.notInclude(beside, 'hx-trigger="load" hx-swap="innerHTML"')
    assert.match(beside, /href="\/[^"]*good_shop[^"]*"/)
    const { text } = await asked()
    assert.include(text, 'name="sender_checked"')
    await refund({}, text)
    assert.equal(await runs(), 0)
    await refund({ sender_checked: '1' }, (await asked()).text)
    assert.equal(await runs(), 1)
    // From the customer's page or the ticket, whatever the plugin's own link says.
    for (const page of [customer, `/tickets/${ticket.id}`]) {
      assert.include((await as(await givenAgent(), client.get('/actions/good_shop/refund/0?about=o-1').header('Referer', `http://127.0.0.1${page}`))).text(), 'name="sender_checked"')
    }

    await say('verified')
    assert.include((await agent.open(customer)).text, 'hx-trigger="load" hx-swap="outerHTML"')
    assert.include(await card(), 'hx-trigger="load" hx-swap="innerHTML"')
    const trusted = (await asked()).text
    assert.notInclude(trusted, 'name="sender_checked"')
    await refund({}, trusted)
    assert.equal(await runs(), 2)

    await say('suspect')
    await ticket.resolve({ by: null })
    assert.notInclude((await asked()).text, 'name="sender_checked"')
  })
})
