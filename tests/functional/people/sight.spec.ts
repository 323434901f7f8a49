import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import { AgentFactory, InboxFactory, PASSWORD, TeamFactory } from '#database/factories/index'
import { keepFile } from '#support/files'
import { fresh, givenTicket } from '#tests/given'
import { queriesOf } from '#tests/queries'
import { signedIn } from '#tests/visitor'

test.group('What a limited agent sees on the pages (R141)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  test('tickets of their own inboxes, and nothing of the others by any address', async ({ assert }) => {
    const [mine, foreign] = await InboxFactory.createMany(2)
    const agent = await AgentFactory.apply('restricted').create()
    await (await TeamFactory.create()).change({ memberIds: [agent.id], inboxIds: [mine.id] }, { by: null })
    const seen = await givenTicket({ inbox: mine, subject: 'Vlastní věc' })
    const hidden = await givenTicket({ inbox: foreign, subject: 'Cizí věc' })
    const message = await db.from('messages').where('ticket_id', hidden.id).firstOrFail()
    const [file] = await db.table('attachments').returning('id').insert({ message_id: message.id, name: 'a.pdf', type: 'application/pdf', bytes: 3, sha256: 'ab', inline: 0, created_at: 1 })

    const visitor = await signedIn(agent, PASSWORD)
    assert.equal((await visitor.open(`/tickets/${seen.id}`)).status, 200)
    const refused = [403, 404]
    assert.include(refused, (await visitor.open(`/tickets/${hidden.id}`)).status)
    assert.include(refused, (await visitor.open(`/attachments/${file.id ?? file}`)).status)
    const list = await visitor.open('/views/waiting')
    assert.include(list.text, 'Vlastní věc')
    assert.notInclude(list.text, 'Cizí věc')
    assert.notInclude((await visitor.open('/search?q=Cizí')).text, `/tickets/${hidden.id}`)
    await visitor.open('/profile')
    assert.include(refused, (await visitor.send(`/tickets/${hidden.id}/notes`, { text: 'Nahlédnu' })).status)
  })

  test('one act on many tickets leaves those of other inboxes alone, and stops at none of them', async ({ assert }) => {
    const [mine, foreign] = await InboxFactory.createMany(2)
    const agent = await AgentFactory.apply('restricted').create()
    await (await TeamFactory.create()).change({ memberIds: [agent.id], inboxIds: [mine.id] }, { by: null })
    const hidden = await givenTicket({ inbox: foreign })
    const seen = await givenTicket({ inbox: mine })

    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/views/waiting')
    assert.equal((await visitor.send('/bulk-changes', { 'act': 'resolve', 'ticket_ids[]': [String(hidden.id), String(seen.id)] })).status, 303)
    assert.equal((await fresh(seen)).status, 'resolved')
    assert.equal((await fresh(hidden)).status, 'new')
  })

  test('a note that its author took away is gone with its files', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const cause = { by: { kind: 'agent' as const, id: agent.id } }
    const note = await (await givenTicket()).note({ text: 'Omyl' }, cause)
    const { sha256 } = await keepFile(Buffer.from('cizí smlouva'))
    const [row] = await db.knexQuery().table('attachments').insert({ note_id: note.id, name: 'a.txt', type: 'text/plain', bytes: 3, sha256, inline: 0, created_at: 1 }).returning('id')
    const path = `/notes/attachments/${row.id ?? row}`

    const visitor = await signedIn(agent, PASSWORD)
    assert.equal((await visitor.open(path)).status, 200)
    await note.remove(cause)
    assert.equal((await visitor.open(path)).status, 404)
  })

  test('knowing who asks costs two small queries', async ({ assert }) => {
    const visitor = await signedIn(await AgentFactory.merge({ timeZone: 'UTC' }).create(), PASSWORD)
    await visitor.open('/profile')
    const queries = await queriesOf(() => visitor.open('/settings'))
    const tables = queries.map(({ sql }) => sql.match(/from [`"](\w+)[`"]/)?.[1])
    // With Redis the session itself comes from there.
    assert.includeMembers(['sessions', 'agents'], tables)
    assert.isAtMost(tables.length, 2)
  })
})
