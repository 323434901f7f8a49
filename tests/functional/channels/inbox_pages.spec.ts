import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import Inbox from '#channels/inbox'
import { readConfig } from '#channels/inbox_config'
import { AgentFactory, InboxFactory, PASSWORD } from '#database/factories/index'
import { nowMs } from '#support/clock'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { signedIn } from '#tests/visitor'

const form = {
  'name': 'Info',
  'channel': 'letters',
  'config[address]': 'info@shop.test',
  'config[aliases]': 'shop@shop.test\nhello@shop.test',
  'config[server][host]': 'mail.shop.test',
  'config[server][port]': '993',
  'config[server][password]': 'a secret of the server',
  'config[mode]': 'quick',
  'config[listens]': '1',
  'signature': 'Zrno & Mlýn',
  'undo_seconds': '20',
  'close_after_days': '14',
  'reopen_within_days': '30',
}

test.group('Inbox pages (R304)', (group) => {
  let letters: FakeChannel
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())
  group.each.setup(() => {
    letters = new FakeChannel('letters')
    return letters.install()
  })

  const admin = async () => signedIn(await AgentFactory.apply('admin').create(), PASSWORD)

  test('an admin connects an inbox by the form its channel declares; the secret never comes back', async ({ assert }) => {
    const visitor = await admin()
    const page = await visitor.open('/admin/inboxes/create?channel=letters')
    assert.include(page.text, 'name="config[server][host]"')
    assert.equal((await visitor.send('/admin/inboxes', form)).location, '/admin/inboxes')

    const inbox = await Inbox.findByOrFail('name', 'Info')
    assert.deepInclude(readConfig(inbox), { 'server.host': 'mail.shop.test', 'server.port': 993, 'server.password': 'a secret of the server', 'mode': 'quick', 'listens': true })
    assert.notInclude(inbox.config, 'a secret')
    const edit = await visitor.open(`/admin/inboxes/${inbox.id}/edit`)
    assert.notInclude(edit.text, 'a secret')
    assert.include(edit.text, 'mail.shop.test')

    await visitor.send(`/admin/inboxes/${inbox.id}`, { ...form, 'config[server][password]': '', 'config[listens]': [] }, 'PUT')
    assert.deepInclude(readConfig(await Inbox.findOrFail(inbox.id)), { 'server.password': 'a secret of the server', 'listens': false })
  })

  test('the connection can be tested before anything is saved, and says in words what is wrong', async ({ assert }) => {
    const visitor = await admin()
    await visitor.open('/admin/inboxes/create?channel=letters')
    letters.health = { ok: false, reason: 'The server refused the password.' }
    await visitor.send('/admin/inboxes/check', form)
    const page = await visitor.open('/admin/inboxes/create?channel=letters')
    assert.include(page.text, 'The server refused the password.')
    assert.include(page.text, 'mail.shop.test')
    assert.notInclude(page.text, 'a secret of the server')
    assert.equal(Number((await db.from('inboxes').count('* as total'))[0].total), 0)
  })

  test('a field that is wrong says so at its place, and what was typed stays', async ({ assert }) => {
    const visitor = await admin()
    await visitor.open('/admin/inboxes/create?channel=letters')
    await visitor.send('/admin/inboxes', { ...form, 'config[server][port]': 'many' })
    const page = await visitor.open('/admin/inboxes/create?channel=letters')
    assert.include(page.text, 'This must be a number')
    assert.include(page.text, 'mail.shop.test')
  })

  test('an inbox that does not work is kept, shown as broken, and works after another look', async ({ assert }) => {
    const visitor = await admin()
    await visitor.open('/admin/inboxes/create?channel=letters')
    letters.health = { ok: false, reason: 'No such server.' }
    const { location } = await visitor.send('/admin/inboxes', form)
    const inbox = await Inbox.findByOrFail('name', 'Info')
    assert.equal(location, `/admin/inboxes/${inbox.id}/edit`)
    const list = await visitor.open('/admin/inboxes')
    assert.include(list.text, 'does not work')
    assert.include(list.text, 'No such server.')

    letters.health = { ok: true }
    await visitor.send(`/admin/inboxes/${inbox.id}/check`)
    assert.notInclude((await visitor.open('/admin/inboxes')).text, 'does not work')
  })

  test('it can be paused, resumed, and removed after a warning', async ({ assert }) => {
    const inbox = await InboxFactory.merge({ channel: 'letters', name: 'Info' }).create()
    const visitor = await admin()
    await visitor.open('/admin/inboxes')
    await visitor.send(`/admin/inboxes/${inbox.id}/pause`)
    assert.include((await visitor.open('/admin/inboxes')).text, 'paused')
    await visitor.send(`/admin/inboxes/${inbox.id}/pause`, {}, 'DELETE')
    assert.isNull((await Inbox.findOrFail(inbox.id)).pausedAt)

    assert.include((await visitor.open(`/admin/inboxes/${inbox.id}/removal`)).text, 'No ticket in it is open')
    await visitor.send(`/admin/inboxes/${inbox.id}`, {}, 'DELETE')
    assert.include((await visitor.open('/admin/inboxes')).text, 'No inbox yet')
    assert.equal((await visitor.open(`/admin/inboxes/${inbox.id}/edit`)).status, 404)
  })
})

test.group('What was not processed', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  test('failed and ignored items stand with their reason; the original is for admins', async ({ assert }) => {
    const inbox = await InboxFactory.create()
    const item = { inbox_id: inbox.id, type: 'message/rfc822', raw_path: 'raw/none', bytes: 4200, sha256: 'x', received_at: nowMs(), via: 'poll', due_at: nowMs(), attempts: 5 }
    const rows = await db.table('incoming_items').returning('id').multiInsert([
      { ...item, external_id: 'a', state: 'failed', reason: JSON.stringify({ plugin: 'gateway', key: 'read_failed', detail: 'boundary missing' }) },
      { ...item, external_id: 'b', state: 'ignored', reason: JSON.stringify({ plugin: 'gateway', key: 'own_echo' }) },
    ])
    const id = rows[0].id ?? rows[0]

    const supervisor = await signedIn(await AgentFactory.apply('supervisor').create(), PASSWORD)
    const failed = await supervisor.open('/admin/incoming')
    assert.include(failed.text, 'It could not be read. (boundary missing)')
    assert.include(failed.text, '5 tries')
    assert.include((await supervisor.open('/admin/incoming?state=ignored')).text, 'Our own message came back')
    assert.equal((await supervisor.open(`/admin/incoming/${id}/original`)).status, 403)

    const admin = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    assert.equal((await admin.open(`/admin/incoming/${id}/original`)).status, 410)
  })

  test('a dead job is shown with its error and can be tried again', async ({ assert }) => {
    await db.table('jobs').insert({ key: 'k', name: 'mail:push', data: '{}', state: 'dead', due_at: nowMs(), attempts: 7, error: 'The push server said no', created_at: nowMs(), finished_at: nowMs() })
    const admin = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    assert.include((await admin.open('/admin/jobs')).text, 'The push server said no')
    const { id } = await db.from('jobs').where('state', 'dead').firstOrFail()
    await admin.send(`/admin/jobs/${id}/retry`)
    assert.deepInclude(await db.from('jobs').where('id', id).first(), { state: 'pending', attempts: 0 })
  })

  test('what matters is in the audit list, in the reader’s words, to be filtered', async ({ assert }) => {
    const admin = await AgentFactory.apply('admin').merge({ name: 'Eva Správná' }).create()
    const visitor = await signedIn(admin, PASSWORD)
    await visitor.open('/admin/company')
    await visitor.send('/admin/company', { name: 'Zrno', language: 'cs', time_zone: 'UTC' }, 'PUT')
    const page = await visitor.open('/admin/audit')
    assert.include(page.text, 'Eva Správná signed in')
    assert.include(page.text, 'Changed the settings')
    const filtered = await visitor.open(`/admin/audit?kind=sign_ins&agent=${admin.id}`)
    assert.notInclude(filtered.text, 'Changed the settings')
  })
})
