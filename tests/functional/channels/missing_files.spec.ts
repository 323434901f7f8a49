import { Readable } from 'node:stream'
import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { ingest } from '#channels/inbound/gateway'
import { fetchAsked } from '#channels/missing_files'
import type Inbox from '#channels/inbox'
import { FileNotHad } from '#plugin'
import { moveClock, now } from '#support/clock'
import { contentPath, dropKept, keptBytes } from '#support/files'
import { api, givenToken } from '#tests/api'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { givenAgent, givenInbox } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'correct horse battery'
let hashed: Promise<string>

/** Attachments that could not be had when their message came (contracts/channels/00, Attachments). */
test.group('Missing files', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  /** What the platform does with the next questions for a file, in order; afterwards it has them all. */
  let faults: (Error | null)[] = []
  let asked: string[] = []
  group.setup(() => void (hashed = hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(async () => {
    fake = new FakeChannel('fake')
    ;[faults, asked] = [[], []]
    const { read } = fake.driver
    const file = (name: string) => ({
      name,
      type: 'application/pdf',
      open: async () => {
        asked.push(name)
        const fault = faults.shift()
        if (fault) throw fault
        return Readable.from([Buffer.from(`%PDF-1.4 ${name}`)])
      },
    })
    Object.assign(fake.driver, { read: async (item: never, seen: never) => (await read(item, seen)).map((one) => ({ ...one, files: [file('a.pdf'), file('b.pdf')] })) })
    const restore = fake.install()
    inbox = await givenInbox({ channel: 'fake' })
    return restore
  })
  group.each.teardown(() => moveClock(null))

  const gone = () => new FileNotHad('Stránka', true, 'HTTP 404')
  const busy = () => new FileNotHad('Stránka', false, 'HTTP 503')
  const came = async () => (await ingest(inbox, fake.raw(), { via: 'hook' })).ticketId!
  const files = () => db.from('attachments').orderBy('id')
  const told = () => db.from('events').where('name', 'like', 'file:%').orderBy('id')
  const agentNamed = async (role: string) => signedIn(await givenAgent({ role, password: await hashed }), PASSWORD)

  test('an agent asks once more, the state stands in words, and the file is where it belongs', async ({ assert }) => {
    faults = [null, gone()]
    const ticketId = await came()
    const agent = await agentNamed('agent')
    const before = (await agent.open(`/tickets/${ticketId}`)).text
    assert.include(before, 'Stránka does not keep this file any more. Ask the customer to send it again. (HTTP 404)')
    const [here, missing] = await files()
    assert.deepEqual([missing.sha256, here.sha256 !== null], [null, true])
    assert.include(before, `/attachments/${missing.id}/retrieval`)
    assert.notInclude(before, `/attachments/${here.id}/retrieval`)

    assert.equal((await agent.send(`/attachments/${missing.id}/retrieval`)).status, 303)
    const waiting = (await agent.open(`/tickets/${ticketId}`)).text
    assert.include(waiting, 'Being fetched once more')
    assert.notInclude(waiting, `/attachments/${missing.id}/retrieval`)
    assert.equal((await agent.send(`/attachments/${missing.id}/retrieval`)).status, 409, 'it is on its way')

    await drain()
    const [other, fetched] = await files()
    assert.deepEqual([fetched.error, fetched.asked_at, fetched.type], [null, null, 'application/pdf'])
    assert.notEqual(fetched.sha256, other.sha256, 'each its own bytes')
    assert.isNotNull(await keptBytes(contentPath(fetched.sha256)))
    assert.include((await agent.open(`/tickets/${ticketId}`)).text, `href="/attachments/${fetched.id}"`)
    assert.deepEqual((await told()).map(({ name, actor_kind: kind }) => [name, kind]), [['file:asked', 'agent'], ['file:fetched', 'system']])
    assert.equal((await agent.send(`/attachments/${fetched.id}/retrieval`)).status, 409, 'there is nothing to fetch any more')
  })

  test('what is asked for in vain says why, and may be asked for again', async ({ assert }) => {
    faults = [gone()]
    await came()
    faults = [gone()]
    const [missing] = await files()
    await db.from('attachments').where('id', missing.id).update({ asked_at: now().toMillis() })
    await fetchAsked(missing.id)
    const [still] = await files()
    assert.deepEqual([still.sha256, still.asked_at], [null, null])
    assert.include(still.error, 'file_gone_there')
  })

  test('a program asks in the same way, and sees the state', async ({ assert, client }) => {
    faults = [busy()]
    const ticketId = await came()
    const desk = api(client, await givenToken({ role: 'agent', abilities: ['read', 'write'] }))
    const [missing, here] = await files()
    const answer = await desk.post(`/attachments/${missing.id}/retrieval`)
    answer.assertStatus(202)
    assert.deepInclude(answer.body(), { id: String(missing.id), state: 'fetching', url: null, error: 'Stránka did not hand the file over. (HTTP 503)' })
    ;(await desk.post(`/attachments/${missing.id}/retrieval`)).assertStatus(409)
    ;(await desk.post(`/attachments/${here.id}/retrieval`)).assertStatus(409)
    ;(await desk.post('/attachments/999999/retrieval')).assertStatus(404)
    await drain()
    const [message] = (await desk.get(`/tickets/${ticketId}/messages`)).body().data
    assert.deepEqual(message.attachments.map(({ state, error }: { state: string; error: string | null }) => [state, error]), [['here', null], ['here', null]])
    ;(await api(client, await givenToken({ role: 'agent', abilities: ['read'] })).post(`/attachments/${missing.id}/retrieval`)).assertStatus(403)
  })

  test('whoever only reads is not offered it, and may not', async ({ assert }) => {
    faults = [gone()]
    const ticketId = await came()
    const [missing] = await files()
    const viewer = await agentNamed('viewer')
    assert.notInclude((await viewer.open(`/tickets/${ticketId}`)).text, 'retrieval')
    assert.equal((await viewer.send(`/attachments/${missing.id}/retrieval`)).status, 403)
  })

  test('what may only be late is tried again by itself, less and less often; what is gone is not', async ({ assert }) => {
    faults = [busy(), gone()]
    await came()
    assert.deepEqual(asked, ['a.pdf', 'b.pdf'])
    faults = [busy(), busy()]
    for (const [minutes, expected] of [[0.5, 2], [1, 3], [9, 3], [2, 4], [61, 5], [361, 5]]) {
      moveClock(now().plus({ minutes }))
      await drain()
      assert.lengthOf(asked, expected, `after ${minutes} minutes more`)
    }
    assert.deepEqual((await files()).map(({ sha256 }) => sha256 !== null), [true, false])
    assert.lengthOf(await db.from('jobs').where('name', 'channels:files'), 0)
  })

  test('without its original, or without its inbox, it is said that nothing can be fetched', async ({ assert }) => {
    faults = [gone()]
    await came()
    const [missing] = await files()
    const item = await db.from('incoming_items').firstOrFail()
    const ask = async () => {
      await db.from('attachments').where('id', missing.id).update({ asked_at: now().toMillis() })
      await fetchAsked(missing.id)
      return (await db.from('attachments').where('id', missing.id).first()).error
    }
    await dropKept(item.raw_path)
    assert.include(await ask(), 'file_no_original')
    await db.from('inboxes').where('id', inbox.id).update({ deleted_at: now().toMillis() })
    assert.include(await ask(), 'file_no_inbox')
    assert.lengthOf(asked, 2)
  })
})
