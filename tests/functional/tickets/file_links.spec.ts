import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { refused } from '#plugin'
import env from '#start/env'
import { nowMs } from '#support/clock'
import { addressOf, linksOf } from '#tickets/file_link'
import Upload from '#tickets/upload'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenInbox, givenTicket } from '#tests/given'
import { Visitor } from '#tests/visitor'

test.group('Files by link | what a mail cannot carry', (group) => {
  group.setup(() => {
    const before = env.get('APP_URL')
    env.set('APP_URL', 'https://desk.test')
    return () => env.set('APP_URL', before ?? '')
  })
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  const MB = 1_000_000
  async function sent(sizes: readonly number[], fake: FakeChannel, above: number | null = 1) {
    const agent = await givenAgent()
    const by = { kind: 'agent', id: agent.id } as const
    const inbox = await givenInbox({ channel: 'fake' })
    await inbox.merge({ linkAboveMb: above, linkDays: 7 }).save()
    const ticket = await givenTicket({ inbox })
    const uploadIds = []
    for (const [n, size] of sizes.entries()) uploadIds.push((await Upload.keep({ name: `soubor ${n} „velký“.bin`, body: Buffer.alloc(size, n + 1) }, agent.id)).id)
    const message = await (await fresh(ticket)).reply({ text: 'V příloze', uploadIds }, { by })
    await drain()
    const links = [...(await linksOf([message.id])).values()]
    return { agent, by, ticket, message, links, mail: fake.outbox.at(-1)! }
  }
  const given = (cleanup: (call: () => void) => void) => {
    const fake = new FakeChannel('fake')
    cleanup(fake.install())
    return fake
  }
  const pathOf = (url: string) => url.replace('https://desk.test', '')

  test('the largest go as links until the rest fits, with words in both texts', async ({ assert, cleanup }) => {
    const { links, mail } = await sent([0.3 * MB, 1.2 * MB, 0.4 * MB], given(cleanup))
    assert.lengthOf(links, 1)
    assert.sameMembers(mail.files.map(({ bytes }) => bytes), [0.3 * MB, 0.4 * MB])
    const url = addressOf(links[0])
    assert.match(url, /^https:\/\/desk\.test\/files\/\d+\.[\w-]{24}\.[\w-]{27}$/)
    assert.include(mail.text, url)
    assert.include(mail.html!, `href="${url}"`)
    assert.include(mail.text, 'too large for an e-mail')
    assert.isAtMost(links[0].expires_at - nowMs(), 7 * 86_400_000)
  })

  test('what fits goes along, and without an address of the desk everything does', async ({ assert, cleanup }) => {
    const fake = given(cleanup)
    assert.lengthOf((await sent([0.5 * MB], fake)).links, 0)
    env.set('APP_URL', '')
    cleanup(() => env.set('APP_URL', 'https://desk.test'))
    assert.lengthOf((await sent([2 * MB], fake)).links, 0)
    assert.lengthOf(fake.outbox.at(-1)!.files, 1)
  })

  test('whoever has the address gets the bytes, as a download that can do no harm', async ({ assert, cleanup }) => {
    const { links } = await sent([1.5 * MB], given(cleanup))
    const { status, headers, text } = await new Visitor().open(pathOf(addressOf(links[0])))
    assert.equal(status, 200)
    assert.lengthOf(text, 1.5 * MB)
    assert.equal(headers.get('content-type'), 'application/octet-stream')
    assert.match(headers.get('content-disposition')!, /^attachment; filename=.*; filename\*=UTF-8''soubor%200/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('content-security-policy')!, /sandbox/)
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.match(headers.get('x-robots-tag')!, /noindex/)
    assert.match(headers.get('cache-control')!, /no-store/)
    assert.equal((await db.from('file_links').where('id', links[0].id).first()).fetched, 1)
  })

  test('a guessed, changed, expired or revoked address opens nothing', async ({ assert, cleanup }) => {
    const { links } = await sent([1.5 * MB], given(cleanup))
    const path = pathOf(addressOf(links[0]))
    const stranger = new Visitor()
    const other = path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const wrong of [other, path.replace(/\/\d+\./, '/999999.'), '/files/1', '/files/x.y.z', `/files/${links[0].id}.${links[0].secret}.${'A'.repeat(27)}`]) {
      assert.equal((await stranger.open(wrong)).status, 404, wrong)
    }
    await db.from('file_links').where('id', links[0].id).update({ expires_at: nowMs() - 1 })
    const gone = await stranger.open(path)
    assert.equal(gone.status, 410)
    assert.include(gone.text, 'can no longer be downloaded')
    await db.from('file_links').where('id', links[0].id).update({ expires_at: nowMs() + 10_000, revoked_at: nowMs() })
    assert.equal((await stranger.open(path)).status, 410)
  })

  test('the agent sees it in the thread, takes it back and gives it again; a viewer does neither', async ({ client, assert, cleanup }) => {
    const { agent, ticket, links } = await sent([1.5 * MB], given(cleanup))
    const page = () => client.get(`/tickets/${ticket.id}`).loginAs(agent)
    ;(await page()).assertTextIncludes('Left as a link, valid until')
    const viewer = await givenAgent({ role: 'viewer' })
    ;(await client.delete(`/attachments/${links[0].attachment_id}/link`).loginAs(viewer).withCsrfToken()).assertStatus(403)
    await client.delete(`/attachments/${links[0].attachment_id}/link`).loginAs(agent).withCsrfToken()
    ;(await page()).assertTextIncludes('taken back')
    assert.equal((await new Visitor().open(pathOf(addressOf(links[0])))).status, 410)
    const again = await client.post(`/attachments/${links[0].attachment_id}/link`).loginAs(agent).withCsrfToken()
    assert.equal(again.status(), 200, again.text().slice(0, 500))
    assert.equal((await new Visitor().open(pathOf(addressOf(links[0])))).status, 200)
    const names = (await db.from('events').where('ticket_id', ticket.id).where('name', 'like', 'file:%').orderBy('id')).map(({ name }) => name)
    assert.deepEqual(names, ['file:link_revoked', 'file:link_renewed'])
  })

  test("refused for its size by the customer's server, it leaves once more with links, under the same id", async ({ assert, cleanup }) => {
    const fake = given(cleanup)
    fake.answers.push(refused('552 message too big', { tooLarge: true }))
    const { message, links } = await sent([0.5 * MB], fake)
    assert.lengthOf(fake.outbox, 2)
    assert.equal(fake.outbox[0].reference, fake.outbox[1].reference)
    assert.lengthOf(fake.outbox[0].files, 1)
    assert.lengthOf(fake.outbox[1].files, 0)
    assert.include(fake.outbox[1].text, addressOf(links[0]))
    assert.equal((await db.from('deliveries').where('message_id', message.id).first()).state, 'sent')

    // Without a file nothing can be made smaller: a person has to know.
    fake.answers.push(refused('552 message too big', { tooLarge: true }))
    const plain = await (await givenTicket({ inbox: await givenInbox({ channel: 'fake' }) })).reply({ text: 'Dlouhý text' }, { by: null })
    await drain()
    assert.equal((await db.from('deliveries').where('message_id', plain.id).first()).state, 'failed')
  })
})
