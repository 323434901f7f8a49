import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { AgentFactory, PASSWORD } from '#database/factories/index'
import { makeFirstAdmin } from '#setup/first_admin'
import { forgetSettings, setting } from '#support/settings'
import { signedIn, Visitor } from '#tests/visitor'

const form = { name: 'Jana Malá', email: 'jana@zrno.test', password: PASSWORD, password_confirmation: PASSWORD, company: 'Zrno & Mlýn', language: 'cs', time_zone: 'Europe/Prague' }
const run = { name: 'Petr', email: 'petr@zrno.test', password: PASSWORD, company: 'Zrno', language: 'cs', timeZone: 'Europe/Prague' }

test.group('First run (R043)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => () => forgetSettings())

  test('an empty desk leads everybody to its first page, and the first admin from there to a mailbox', async ({ assert }) => {
    const visitor = new Visitor()
    assert.equal((await visitor.open('/profile')).location, '/setup')
    assert.equal((await visitor.open('/sign-in')).location, '/setup')

    assert.equal((await visitor.open('/setup')).status, 200)
    const answer = await visitor.send('/setup', form)
    assert.equal(answer.location, '/setup/inbox')

    const agent = await db.from('agents').firstOrFail()
    assert.deepInclude(agent, { role: 'admin', email: 'jana@zrno.test', language: 'cs' })
    assert.notInclude(agent.password, PASSWORD)
    assert.equal(await setting('company.name'), 'Zrno & Mlýn')

    const mailbox = await visitor.open('/setup/inbox')
    assert.equal(mailbox.status, 200)
    assert.include(mailbox.text, 'Připojte poštovní schránku')
    assert.equal((await visitor.open('/setup/team')).status, 200)
    const home = await visitor.open('/admin')
    assert.include(home.text, 'Hotovo 0 z 7 kroků')
  })

  test('what is wrong is said at its field, and what was typed stays', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.open('/setup')
    await visitor.send('/setup', { ...form, password_confirmation: 'something else', time_zone: 'Moon/Crater' })
    const page = await visitor.open('/setup')
    assert.equal(page.text.match(/aria-invalid="true"/g)?.length, 2)
    assert.include(page.text, 'Mlýn')
    assert.notInclude(page.text, PASSWORD)
  })

  test('nobody can begin a desk a second time', async ({ assert }) => {
    await AgentFactory.apply('admin').create()
    const visitor = new Visitor()
    assert.equal((await visitor.open('/setup')).location, '/')
    await visitor.open('/sign-in')
    await visitor.send('/setup', form)
    assert.equal(Number((await db.from('agents').count('* as total'))[0].total), 1)
  })

  test('of two first visitors one becomes the admin', async ({ assert }) => {
    await makeFirstAdmin(run)
    await assert.rejects(() => makeFirstAdmin({ ...run, email: 'eva@zrno.test' }))
    assert.equal(Number((await db.from('agents').count('* as total'))[0].total), 1)
  })

  test('a step can be skipped and taken up again (R143)', async ({ assert }) => {
    const visitor = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    await visitor.open('/admin')
    await visitor.send('/admin/steps', { step: 'tidy' })
    forgetSettings()
    assert.deepEqual(await setting('setup.skipped'), ['tidy'])
    assert.include((await visitor.open('/admin')).text, 'skipped')
    await visitor.send('/admin/steps', { step: 'tidy' }, 'DELETE')
    forgetSettings()
    assert.deepEqual(await setting('setup.skipped'), [])
  })
})
