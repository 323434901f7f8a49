import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { test } from '@japa/runner'
import { guardedFetch } from '#plugins/guarded_fetch'
import { allowedOutside, isPrivate } from '#plugins/outbound_addresses'
import { mask, secretsOf } from '#plugins/typed_values'
import { field } from '#plugin'

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void, work: (base: string) => Promise<void>) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const nobody = new Set<string>()
const typed = new Set(['127.0.0.1'])
const fetchOf = (values: Partial<Parameters<typeof guardedFetch>[0]> = {}) => guardedFetch({ plugin: 'test', typed, secrets: [], ...values })

test.group('The guarded client', () => {
  test('knows what is not the public internet')
    .with(['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.31.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '::ffff:7f00:1', '::7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', 'fec0::1'])
    .run(({ assert }, address) => assert.isTrue(isPrivate(address)))

  test('and what is', ({ assert }) => {
    for (const address of ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2a00:1450:4014::1', '::ffff:808:808']) assert.isFalse(isPrivate(address), address)
  })

  test('OUTBOUND_ALLOW names hosts, addresses and networks', ({ assert }) => {
    const allowed = allowedOutside('erp.local, 10.0.0.0/8, ::1')
    assert.isTrue(allowed.host('ERP.local'))
    assert.isTrue(allowed.address('10.9.9.9'))
    assert.isTrue(allowed.address('::1'))
    assert.isFalse(allowed.address('192.168.1.1'))
  })

  test('does not reach inside the network, and says that nothing left', async ({ assert }) => {
    for (const url of ['https://127.0.0.1:1/', 'https://localhost:1/', 'http://example.com/']) {
      const error = await fetchOf({ typed: nobody })(url).then(() => null, (error) => error)
      assert.isTrue(error?.nothingLeft, url)
    }
  })

  test('reaches a host that an admin typed; JSON and gzip come through', async ({ assert }) => {
    await serving(
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{"ok":true}')),
      async (base) => {
        const response = await fetchOf()(`${base}/orders`, { headers: { 'x-key': 'k' } })
        assert.deepEqual(await response.json(), { ok: true })
      }
    )
  })

  test('sends a body as it is', async ({ assert }) => {
    await serving(
      async (request, response) => {
        let body = ''
        for await (const chunk of request) body += chunk
        response.end(`${request.method} ${request.headers['content-type']} ${body}`)
      },
      async (base) => {
        const response = await fetchOf()(base, { method: 'POST', body: JSON.stringify({ a: 1 }), headers: { 'content-type': 'application/json' } })
        assert.equal(await response.text(), 'POST application/json {"a":1}')
      }
    )
  })

  test('does not take the proof of who we are to another host', async ({ assert }) => {
    await serving(
      (_request, response) => response.writeHead(302, { location: 'http://localhost:9/' }).end(),
      async (base) => {
        await assert.rejects(() => fetchOf()(base, { headers: { authorization: 'Bearer s' } }), /another host/)
        await assert.rejects(() => fetchOf()(base, { method: 'POST', body: 'x' }), /not sent twice/)
      }
    )
  })

  test('follows a way within the same host, but not for ever', async ({ assert }) => {
    await serving(
      (request, response) => (request.url === '/end' ? response.end('here') : response.writeHead(302, { location: request.url === '/loop' ? '/loop' : '/end' }).end()),
      async (base) => {
        assert.equal(await (await fetchOf()(`${base}/start`, { headers: { authorization: 'Bearer s' } })).text(), 'here')
        await assert.rejects(() => fetchOf()(`${base}/loop`), /leads elsewhere/)
      }
    )
  })

  test('gives up on silence and on an answer without end', async ({ assert }) => {
    await serving(
      (request, response) => {
        if (request.url === '/big') response.end('x'.repeat(5000))
      },
      async (base) => {
        await assert.rejects(() => fetchOf({ silence: 50 })(`${base}/silent`), /did not answer/)
        const response = await fetchOf({ maxBytes: 1000 })(`${base}/big`)
        await assert.rejects(() => response.text())
      }
    )
  })

  test('a refused connection says that nothing left', async ({ assert }) => {
    const error = await fetchOf()('http://127.0.0.1:1/').then(() => null, (error) => error)
    assert.isTrue(error?.nothingLeft)
  })

  test('secrets are blacked out wherever they stand', ({ assert }) => {
    const secrets = secretsOf({ key: field.secret(), name: field.text() }, { key: 's3cret!', name: 'public' })
    assert.deepEqual(mask({ url: '/?k=s3cret!&e=s3cret!', deep: [{ text: 'public s3cret!' }] }, secrets), { url: '/?k=••••••&e=••••••', deep: [{ text: 'public ••••••' }] })
  })
})
