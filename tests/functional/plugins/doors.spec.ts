import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import env from '#start/env'
import { test } from '@japa/runner'
import { configure, connectionOf } from '#plugins/connections'
import { latestFaults } from '#plugins/faults'
import { desksOf } from '#plugins/desk'
import { installed } from '#plugins/installed'
import { drain } from '#tests/drain'
import { lines } from '#tests/fixtures/plugins/good_shop/plugin'
import { givenAgent } from '#tests/given'
import { givenEnabled, givenFixturePlugins } from '#tests/installed_plugins'
import { as } from '#tests/signed_in'
import { signedIn } from '#tests/visitor'
import { AgentFactory, PASSWORD } from '#database/factories/index'

const good = () => installed.get('good_shop')!.plugin!
const base = () => `http://${env.get('HOST')}:${env.get('PORT')}`

test.group('The doors of plugins', (group) => {
  group.setup(givenFixturePlugins)
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    lines.length = 0
    await givenEnabled('good_shop', 'throws_later')
    await configure(good(), { url: 'https://shop.test', apiKey: 'k-12345' }, { by: null })
    await limiter.clear()
  })

  test('agents: behind the sign-in, with the plugin\'s own settings; a viewer changes nothing', async ({ client, assert }) => {
    const out = await client.get('/plugins/good_shop/orders/17').redirects(0)
    out.assertStatus(303)
    const response = await as(await givenAgent(), client.get('/plugins/good_shop/orders/17'))
    response.assertStatus(200)
    assert.equal(response.text(), 'order 17 of 5')
    const post = async (role: 'viewer' | 'agent') => {
      const visitor = await signedIn(await AgentFactory.merge({ role }).create(), PASSWORD)
      await visitor.open('/profile')
      return (await visitor.send('/plugins/good_shop/orders')).text
    }
    assert.notEqual(await post('viewer'), 'made')
    assert.equal(await post('agent'), 'made')
  })

  test('hooks: no session and no forgery token; what the plugin took is a job when it answers', async ({ client, assert }) => {
    const response = await client.post('/hooks/good_shop/changed').json({ page: 3 })
    response.assertStatus(200)
    response.assertBody({ bytes: 10 })
    assert.isUndefined(response.header('set-cookie'))
    await drain()
    const [{ desk }] = await desksOf(good())
    assert.equal(await desk.store.get('synced'), '3')
    ;(await client.post('/hooks/good_shop/other').json({})).assertStatus(404)
    const broken = await fetch(`${base()}/hooks/good_shop/changed`, { method: 'POST', body: '{"page":', headers: { 'content-type': 'application/json' } })
    assert.equal(broken.status, 400)
  })

  test('public: in the visitor\'s language, without a cookie; files of public/ too, and nothing outside it', async ({ client, assert }) => {
    const response = await client.get('/public/good_shop/hello/Anna').header('accept-language', 'cs')
    assert.equal(response.text(), 'Dobrý den, Anna')
    assert.isUndefined(response.header('set-cookie'))
    assert.include(response.header('content-security-policy'), `frame-ancestors 'self'`)
    const file = await client.get('/public/good_shop/widget.js')
    file.assertStatus(200)
    assert.include(file.header('content-type'), 'javascript')
    for (const path of ['plugin.ts', '%2e%2e%2fplugin.ts', '..%2f..%2fgood_shop%2fplugin.ts']) (await client.get(`/public/good_shop/${path}`)).assertStatus(404)
  })

  test('public: only named origins may call, so much and so often', async ({ client, assert }) => {
    const preflight = await client.options('/public/good_shop/lines').header('origin', 'https://shop.test')
    preflight.assertStatus(204)
    assert.equal(preflight.header('access-control-allow-origin'), 'https://shop.test')
    const stranger = await client.options('/public/good_shop/lines').header('origin', 'https://evil.test')
    assert.isUndefined(stranger.header('access-control-allow-origin'))

    ;(await client.post('/public/good_shop/lines').json({ text: 'x'.repeat(200) })).assertStatus(413)
    ;(await client.post('/public/good_shop/lines').json({ text: 'one' })).assertStatus(200)
    ;(await client.post('/public/good_shop/lines').json({ text: 'two' })).assertStatus(200)
    const tooMany = await client.post('/public/good_shop/lines').json({ text: 'three' })
    tooMany.assertStatus(429)
    assert.exists(tooMany.header('retry-after'))
  })

  test('a stream sends what came since the cursor, then what comes; a stranger gets none', async ({ assert }) => {
    lines.push({ id: '1', data: { text: 'seen' } }, { id: '2', data: { text: 'missed' } })
    assert.equal((await fetch(`${base()}/public/good_shop/lines/stream`)).status, 401)

    const stop = new AbortController()
    setTimeout(() => stop.abort(), 8000).unref()
    const response = await fetch(`${base()}/public/good_shop/lines/stream?token=open`, { headers: { 'last-event-id': '1' }, signal: stop.signal })
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const until = async (text: string) => {
      while (!heard.includes(text)) heard += (await reader.read()).value
    }
    await until('missed')
    assert.notInclude(heard, 'seen')
    await fetch(`${base()}/public/good_shop/lines`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"new"}' })
    await until('new')
    assert.include(heard, 'id: 3')

    const more = await Promise.all([1, 2, 3].map(() => fetch(`${base()}/public/good_shop/lines/stream?token=open`, { signal: stop.signal })))
    assert.deepEqual(more.map(({ status }) => status).sort(), [200, 200, 429])
    stop.abort()
  })

  test('a route that throws answers so, is shown as a fault, and the next one works', async ({ client, assert }) => {
    ;(await client.get('/public/throws_later/page')).assertStatus(500)
    ;(await as(await givenAgent(), client.get('/plugins/throws_later/page'))).assertStatus(500)
    assert.deepEqual((await latestFaults('throws_later')).map(({ place }) => place), ['route:GET /page', 'route:GET /page'])
    ;(await client.get('/public/good_shop/hello/you')).assertStatus(200)
  })

  test('switched off, every door answers 404', async ({ client }) => {
    const { disable } = await import('#plugins/switches')
    await disable('good_shop', { by: null })
    ;(await client.get('/public/good_shop/hello/Anna')).assertStatus(404)
    ;(await client.get('/public/good_shop/widget.js')).assertStatus(404)
    ;(await client.post('/hooks/good_shop/changed').json({})).assertStatus(404)
    ;(await as(await givenAgent(), client.get('/plugins/good_shop/orders/17'))).assertStatus(404)
  })

  test('the one connection has no key of its own', async ({ assert }) => {
    assert.isNull((await connectionOf(good(), 0))!.key)
  })
})
