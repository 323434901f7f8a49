import { test } from '@japa/runner'
import goodShop from '#tests/fixtures/plugins/good_shop/plugin'
import { givenFixturePlugins } from '#tests/installed_plugins'
import { pluginContract } from './plugin_contract.js'

test.group('Before the contract', () => {
  test('the fixture is installed', async ({ assert }) => {
    await givenFixturePlugins()
    assert.equal(goodShop.id, 'good_shop')
  })
})

pluginContract(goodShop)
