import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { configure, connectionOf } from '#plugins/connections'
import { installed } from '#plugins/installed'
import { panelsFor } from '#plugins/panels'
import { givenAgent, givenCustomer } from '#tests/given'
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
})
