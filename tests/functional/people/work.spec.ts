import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import Team from '#people/team'
import { readWork } from '#people/work'
import { api, givenToken } from '#tests/api'
import { givenAgent, givenInbox, givenTeam } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'tajne heslo 1'
const givenSignedIn = async (role: string) => {
  const agent = await givenAgent({ role, password: await hash.make(PASSWORD) })
  const visitor = await signedIn(agent, PASSWORD)
  await visitor.open('/profile')
  return { agent, visitor }
}

test.group('How a team works | pages (R318)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('its supervisor sets distribution, limits and hours; another supervisor does not', async ({ assert }) => {
    const { agent: boss, visitor } = await givenSignedIn('supervisor')
    const team = await Team.findOrFail(await givenTeam('Reklamace'))
    await team.change({ supervisorId: boss.id, memberIds: [boss.id] }, { by: null })
    const path = `/admin/teams/${team.id}/work`
    assert.include((await visitor.open(path)).text, 'How Reklamace works')
    const form = { 'distribution': 'round_robin', 'matching': 'require', 'escalation': 'stays', 'sticky': '1', 'most_open': '8', 'most_at_once': '', 'time_zone': 'Europe/Athens', 'hours[mon]': '8-12, 13:00-16:30', 'hours[tue]': '' }
    assert.equal((await visitor.send(path, form, 'PUT')).location, path)
    const changed = await Team.findOrFail(team.id)
    assert.deepEqual(changed.work, { distribution: 'round_robin', matching: 'require', mostOpen: 8, mostAtOnce: null, hours: { mon: [['08:00', '12:00'], ['13:00', '16:30']] }, timeZone: 'Europe/Athens', escalation: 'stays', sticky: true, onlyPresent: false })
    assert.deepEqual(JSON.parse((await db.from('events').where('name', 'team:changed').orderBy('id', 'desc').firstOrFail()).payload).fields.sort(), ['distribution', 'escalation', 'hours', 'matching', 'mostOpen', 'onlyPresent', 'sticky', 'timeZone'])

    const wrong = await visitor.send(path, { ...form, 'hours[mon]': 'ráno' }, 'PUT')
    assert.equal(wrong.status, 422)
    const other = await givenSignedIn('supervisor')
    assert.equal((await other.visitor.send(path, form, 'PUT')).status, 403)
  })

  test('skills, hours and limits of an agent are set by who steers a team, and read back', async ({ assert }) => {
    await givenInbox({ channel: 'email' })
    const { visitor } = await givenSignedIn('supervisor')
    const agent = await givenAgent({ name: 'Jana Bílá' })
    const path = `/admin/agents/${agent.id}/work`
    await visitor.open(path)
    await visitor.send(path, { 'languages': 'CS, pl', 'topics': 'Reklamace; B2B', 'hours[fri]': '9:00-15:00', 'caps[c_*]': '10', 'caps[c_email]': '' }, 'PUT')
    assert.deepEqual((await readWork([agent.id])).get(agent.id), { hours: { fri: [['09:00', '15:00']] }, languages: ['cs', 'pl'], topics: ['b2b', 'reklamace'], caps: { '*': 10 } })
    const page = (await visitor.open(path)).text
    for (const words of ['value="cs, pl"', 'value="b2b, reklamace"', 'value="09:00–15:00"', 'value="10"']) assert.include(page, words)

    const { visitor: plain } = await givenSignedIn('agent')
    assert.equal((await plain.send(path, {}, 'PUT')).status, 403)
  })
})

test.group('How a team works | API', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('reads and changes the same; what is wrong is named', async ({ client, assert }) => {
    const call = api(client, await givenToken())
    const team = (await call.post('/teams', { name: 'Sklad', work: { distribution: 'round_robin', sticky: true, hours: { mon: [['08:00', '16:30']] } } })).body()
    assert.deepInclude(team.work, { distribution: 'round_robin', sticky: true, only_present: true, matching: 'prefer', hours: { mon: [['08:00', '16:30']] } })
    const wrong = await call.patch(`/teams/${team.id}`, { work: { hours: { mon: [['16:00', '08:00']] } } })
    wrong.assertStatus(422)
    assert.equal(wrong.body().errors[0].field, 'work.hours.mon')
    assert.isNull((await call.patch(`/teams/${team.id}`, { work: { hours: null } })).body().work.hours)

    const agent = await givenAgent()
    const changed = (await call.patch(`/agents/${agent.id}`, { work: { languages: ['pl'], topics: ['Vrácení'], caps: { '*': 3, 'email': 0 } } })).body()
    assert.deepEqual(changed.work, { hours: null, languages: ['pl'], topics: ['vraceni'], caps: { '*': 3, 'email': 0 } })
  })
})
