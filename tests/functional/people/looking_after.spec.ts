import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import Agent from '#people/agent'
import { createToken, findToken, revokeToken } from '#people/api_token'
import { AgentFactory, InboxFactory, PASSWORD, TeamFactory } from '#database/factories/index'
import { moveClock, now } from '#support/clock'
import { signedIn, Visitor } from '#tests/visitor'

const link = (page: string) => page.match(/\/invitations\/([\w-]+)/)![1]

test.group('Invitations (R138)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())
  group.each.setup(() => () => moveClock(null))

  test('an admin passes a link on; who follows it sets name and password and is in, once', async ({ assert }) => {
    const team = await TeamFactory.create()
    const admin = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    await admin.open('/admin/agents')
    await admin.send('/admin/agents', { 'name': 'Petr', 'email': 'Petr@Shop.test', 'role': 'agent', 'language': 'en', 'restricted': '1', 'team_ids[]': String(team.id) })
    const secret = link((await admin.open('/admin/agents')).text)
    assert.notInclude((await admin.open('/admin/agents')).text, secret)

    const petr = await Agent.findByOrFail('email', 'petr@shop.test')
    assert.equal(petr.restricted, 1)
    assert.notInclude(JSON.stringify(petr.$attributes), secret)

    const visitor = new Visitor()
    assert.equal((await visitor.open(`/invitations/${secret}`)).status, 200)
    const accepted = await visitor.send(`/invitations/${secret}`, { name: 'Petr Horák', password: 'a long enough one', password_confirmation: 'a long enough one' })
    assert.equal(accepted.location, '/')
    assert.include((await visitor.open('/profile')).text, 'Petr Horák')
    assert.equal((await new Visitor().open(`/invitations/${secret}`)).status, 410)
    assert.equal((await visitor.open('/admin/agents')).status, 403)
  })

  test('a link ends after seven days, with a newer one, and when it is taken back', async ({ assert }) => {
    const agent = await AgentFactory.apply('invited').create()
    const open = async (secret: string) => (await new Visitor().open(`/invitations/${secret}`)).status
    const first = await agent.invite({ by: null })
    const second = await agent.invite({ by: null })
    assert.deepEqual([await open(first), await open(second)], [410, 200])
    moveClock(now().plus({ days: 7, minutes: 1 }))
    assert.equal(await open(second), 410)
    moveClock(null)
    await agent.revokeInvite({ by: null })
    assert.equal(await open(second), 410)
    assert.isNull(await Agent.find(agent.id))
  })

  test('by a link of an admin a forgotten password is set anew, and old sessions end', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const old = await signedIn(agent, PASSWORD)
    const secret = await (await Agent.findOrFail(agent.id)).invite({ by: null })
    const visitor = new Visitor()
    await visitor.open(`/invitations/${secret}`)
    await visitor.send(`/invitations/${secret}`, { name: agent.name, password: 'a long enough one', password_confirmation: 'a long enough one' })
    assert.deepEqual([(await old.open('/profile')).status, (await visitor.open('/profile')).status], [303, 200])
  })
})

test.group('Agents', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  test('the last admin can neither leave nor step down', async ({ assert }) => {
    const admin = await AgentFactory.apply('admin').create()
    await AgentFactory.apply('admin').apply('invited').create()
    await assert.rejects(() => admin.deactivate({ by: null }), 'people.errors.last_admin')
    await assert.rejects(async () => (await Agent.findOrFail(admin.id)).change({ role: 'agent' }, { by: null }), 'people.errors.last_admin')
    await AgentFactory.apply('admin').create()
    await (await Agent.findOrFail(admin.id)).deactivate({ by: null })
  })

  test('who left is out, with their tokens, and may come back', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const { plain } = await createToken(agent, { name: 'Export', abilities: ['read'] })
    await agent.deactivate({ by: null })
    assert.isNull(await findToken(plain))
    await new Visitor().signIn(agent.email, PASSWORD)
    assert.equal(Number((await db.from('sessions').where('agent_id', agent.id).count('* as total'))[0].total), 0)

    await agent.reactivate({ by: null })
    const visitor = await signedIn(agent, PASSWORD)
    assert.equal((await visitor.open('/profile')).status, 200)
    assert.isNull(await findToken(plain))
  })

  test('one address is one person', async ({ assert }) => {
    const [petr, jana] = await AgentFactory.createMany(2)
    await assert.rejects(() => jana.change({ email: petr.email }, { by: null }), 'people.errors.email_taken')
  })

  test('an agent says that they are away, once', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/profile')
    await visitor.send(`/agents/${agent.id}/availability`, { availability: 'away' }, 'PUT')
    await visitor.send(`/agents/${agent.id}/availability`, { availability: 'away' }, 'PUT')
    assert.equal((await Agent.findOrFail(agent.id)).availability, 'away')
    assert.equal(Number((await db.from('events').where('name', 'agent:presence_changed').count('* as total'))[0].total), 1)
  })
})

test.group('Tokens', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('a token is shown once, kept as a digest, and void when revoked or expired', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/profile')
    await visitor.send('/profile/tokens', { 'token_name': 'Export', 'abilities[]': ['read', 'admin'], 'days': '30' })
    const plain = (await visitor.open('/profile')).text.match(/op_[\w-]+/)![0]
    assert.notInclude((await visitor.open('/profile')).text, plain)

    const found = await findToken(plain)
    assert.equal(found?.agent.id, agent.id)
    assert.equal(found?.token.abilities, 'read')
    assert.notInclude(JSON.stringify(await db.from('api_tokens').first()), plain.slice(3))

    moveClock(now().plus({ days: 31 }))
    assert.isNull(await findToken(plain))
    moveClock(null)
    await revokeToken(found!.token, { by: agent })
    assert.isNull(await findToken(plain))
    assert.isNull(await findToken('op_nothing'))
  }).teardown(() => moveClock(null))
})

test.group('Roles | who may open what', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  const PAGES: Record<string, [string, number[]]> = {
    //                       viewer, agent, supervisor, admin
    'own profile': ['/profile', [200, 200, 200, 200]],
    'getting started': ['/admin', [403, 403, 200, 200]],
    'people': ['/admin/agents', [403, 403, 403, 200]],
    'teams': ['/admin/teams', [403, 403, 200, 200]],
    'inboxes': ['/admin/inboxes', [403, 403, 200, 200]],
    'a new inbox': ['/admin/inboxes/create', [403, 403, 403, 200]],
    'incoming': ['/admin/incoming', [403, 403, 200, 200]],
    'nothing lost': ['/admin/check', [403, 403, 200, 200]],
    'dead jobs': ['/admin/jobs', [403, 403, 403, 200]],
    'audit': ['/admin/audit', [403, 403, 403, 200]],
    'company': ['/admin/company', [403, 403, 403, 200]],
    'tags': ['/admin/tags', [403, 403, 200, 200]],
  }

  test('each page opens for its roles and for no other', async ({ assert }) => {
    await InboxFactory.create()
    const roles = ['viewer', 'agent', 'supervisor', 'admin']
    for (const [index, role] of roles.entries()) {
      const visitor = await signedIn(await AgentFactory.merge({ role }).create(), PASSWORD)
      for (const [name, [path, expected]] of Object.entries(PAGES)) {
        assert.equal((await visitor.open(path)).status, expected[index], `${role}: ${name}`)
      }
    }
  })

  test('what an admin may do, nobody else can by sending the form', async ({ assert }) => {
    const [target, inbox, team] = [await AgentFactory.create(), await InboxFactory.create(), await TeamFactory.create()]
    const visitor = await signedIn(await AgentFactory.apply('supervisor').create(), PASSWORD)
    await visitor.open('/profile')
    const forms: [string, Record<string, string>, string?][] = [
      ['/admin/agents', { name: 'Eva', email: 'eva@shop.test', role: 'admin', language: 'en' }],
      [`/admin/agents/${target.id}`, { name: 'X', email: target.email, role: 'admin' }, 'PUT'],
      [`/admin/agents/${target.id}/invitation`, {}],
      [`/admin/agents/${target.id}/deactivation`, {}],
      [`/admin/agents/${target.id}/expulsion`, {}],
      [`/admin/teams`, { name: 'Mine' }],
      [`/admin/teams/${team.id}`, {}, 'PUT'],
      [`/admin/inboxes`, { name: 'Mine', channel: 'email' }],
      [`/admin/inboxes/${inbox.id}`, { name: 'Mine' }, 'PUT'],
      [`/admin/inboxes/${inbox.id}`, {}, 'DELETE'],
      [`/admin/inboxes/${inbox.id}/pause`, {}],
      [`/admin/company`, { name: 'Mine', language: 'en', time_zone: 'UTC' }, 'PUT'],
    ]
    for (const [path, values, method] of forms) {
      assert.equal((await visitor.send(path, values, method)).status, 403, `${method ?? 'POST'} ${path}`)
    }
    const after = await Agent.findOrFail(target.id)
    assert.deepEqual([after.role, after.isActive], ['agent', true])
  })
})
