import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import { endSession, SessionStore } from '#people/session_store'
import Agent from '#people/agent'
import { AgentFactory, PASSWORD } from '#database/factories/index'
import { sessionCache } from '#people/session_cache'
import { nowMs } from '#support/clock'
import { givenAgent } from '#tests/given'
import { signedIn, Visitor } from '#tests/visitor'

const total = async (table: string, where: object) => Number((await db.from(table).where(where).count('* as total'))[0].total)

test.group('Sign-in (R025)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  test('the right password opens the page that was asked for', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = new Visitor()
    assert.equal((await visitor.open('/profile')).location, '/sign-in')

    const answer = await visitor.signIn(agent.email.toUpperCase(), PASSWORD)
    assert.equal(answer.status, 303)
    assert.equal(answer.location, '/profile')
    const page = await visitor.open('/profile')
    assert.equal(page.status, 200)
    assert.include(page.text, agent.name)
    assert.equal(await total('events', { name: 'agent:signed_in', actor_id: String(agent.id) }), 1)
  })

  test('a wrong password, an unknown address and somebody who left get the same words', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const left = await AgentFactory.apply('deactivated').create()
    for (const [email, password] of [[agent.email, 'wrong password'], ['nobody@desk.test', PASSWORD], [left.email, PASSWORD]]) {
      const visitor = new Visitor()
      await visitor.signIn(email, password)
      const page = await visitor.open('/sign-in')
      assert.include(page.text, 'E-mail and password do not match. 4 more tries')
      assert.include(page.text, email)
      assert.notInclude(page.text, password)
    }
  })

  test('after five wrong passwords even the right one waits, for this person only', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = new Visitor()
    for (let i = 0; i < 5; i++) await visitor.signIn(agent.email, 'wrong password')
    await visitor.signIn(agent.email, PASSWORD)
    assert.include((await visitor.open('/sign-in')).text, 'Try again in 10 minutes')
    assert.equal((await visitor.open('/profile')).status, 303)

    const other = await signedIn(await AgentFactory.create(), PASSWORD)
    assert.equal((await other.open('/profile')).status, 200)
  })

  test('htmx is told to leave the page', async ({ assert }) => {
    await AgentFactory.create()
    const part = await new Visitor().open('/profile', { 'hx-request': 'true' })
    assert.equal(part.headers.get('hx-redirect'), '/sign-in')
  })

  test('a form without its mark is refused', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const answer = await new Visitor().send('/sign-in', { email: agent.email, password: PASSWORD })
    assert.equal(answer.status, 419)
    assert.equal(await total('sessions', { agent_id: agent.id }), 0)
  })

  test('a machine gets no session and costs no row', async ({ assert }) => {
    const answer = await new Visitor().open('/health')
    assert.isFalse(answer.headers.getSetCookie().some((line) => line.startsWith('opora=')))
    assert.equal(Number((await db.from('sessions').count('* as total'))[0].total), 0)
  })
})

test.group('Sessions', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  test('an agent sees the computers and signs one out', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const [here, there] = [await signedIn(agent, PASSWORD), await signedIn(agent, PASSWORD)]
    const rows = await db.from('sessions').where('agent_id', agent.id).orderBy('created_at').select('id')
    assert.lengthOf(rows, 2)
    const page = await here.open('/profile')
    assert.include(page.text, 'Firefox, Linux')

    await here.send(`/profile/browsers/${rows[1].id}`, {}, 'DELETE')
    const states = [(await here.open('/profile')).status, (await there.open('/profile')).status]
    assert.deepEqual(states, [200, 303])
  })

  test("somebody else's session cannot be ended", async ({ assert }) => {
    const [petr, jana] = await AgentFactory.createMany(2)
    const [mine, theirs] = [await signedIn(petr, PASSWORD), await signedIn(jana, PASSWORD)]
    const { id } = await db.from('sessions').where('agent_id', jana.id).select('id').firstOrFail()
    await mine.open('/profile')
    await mine.send(`/profile/browsers/${id}`, {}, 'DELETE')
    assert.equal((await theirs.open('/profile')).status, 200)
  })

  test('signing out everywhere, a new password and leaving end every session at the next click', async ({ assert }) => {
    for (const act of [
      (agent: Agent) => agent.signOutEverywhere({ by: agent }),
      (agent: Agent) => agent.changePassword('another long password', { by: agent }),
      (agent: Agent) => agent.deactivate({ by: null }),
    ]) {
      const agent = await AgentFactory.create()
      const visitor = await signedIn(agent, PASSWORD)
      assert.equal((await visitor.open('/profile')).status, 200)
      await act(await Agent.findOrFail(agent.id))
      assert.equal((await visitor.open('/profile')).status, 303)
    }
  })

  test('a session of an older epoch is void although a copy of it was kept somewhere', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = await signedIn(agent, PASSWORD)
    await db.from('agents').where('id', agent.id).update({ session_epoch: 7 })
    assert.equal((await visitor.open('/profile')).status, 303)
  })

  test('a computer that is signed out while its page is on the way stays out', async ({ assert }) => {
    const agent = await givenAgent()
    const kept = (words: string) => ({ auth_web: `${agent.id}.0`, words })
    await new SessionStore().write('stolen', kept('one'))
    const underWay = new SessionStore()
    assert.deepInclude(await underWay.read('stolen'), { words: 'one' })
    const [{ id }] = await db.from('sessions').where('agent_id', agent.id).select('id')
    assert.isTrue(await endSession(id, agent.id))
    await underWay.write('stolen', kept('two'))
    assert.lengthOf(await db.from('sessions').where('agent_id', agent.id), 0)
    assert.isNull(await new SessionStore().read('stolen'))
  })

  test('a new password leaves this computer signed in and the others out', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const [here, there] = [await signedIn(agent, PASSWORD), await signedIn(agent, PASSWORD)]
    await here.open('/profile')
    await here.send('/profile/password', { current_password: 'not this one', password: 'another long password', password_confirmation: 'another long password' }, 'PUT')
    assert.include((await here.open('/profile')).text, 'This is not your current password')
    await here.send('/profile/password', { current_password: PASSWORD, password: 'another long password', password_confirmation: 'another long password' }, 'PUT')
    assert.deepEqual([(await here.open('/profile')).status, (await there.open('/profile')).status], [200, 303])
    assert.equal((await new Visitor().signIn(agent.email, 'another long password')).location, '/')
  })

  test('reading pages writes nothing, but for a touch every few minutes', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = await signedIn(agent, PASSWORD)
    const seen = async (at: number) => {
      await db.from('sessions').where('agent_id', agent.id).update({ seen_at: at })
      await sessionCache.drop((await db.from('sessions').where('agent_id', agent.id).select('id')).map((row) => row.id))
    }
    const seenAt = async () => Number((await db.from('sessions').where('agent_id', agent.id).firstOrFail()).seen_at)

    const before = nowMs() - 60_000
    await visitor.open('/profile')
    await seen(before)
    await visitor.open('/profile')
    assert.equal(await seenAt(), before)

    await seen(nowMs() - 6 * 60_000)
    await visitor.open('/profile')
    assert.isAbove(await seenAt(), before)
  })

  test('signing out ends it', async ({ assert }) => {
    const agent = await AgentFactory.create()
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/profile')
    assert.equal((await visitor.send('/session', {}, 'DELETE')).location, '/sign-in')
    assert.equal((await visitor.open('/profile')).status, 303)
    assert.equal(await total('sessions', { agent_id: agent.id }), 0)
  })
})
