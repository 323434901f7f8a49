import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { farewellOf } from '#channels/farewell'
import Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { TO_THE_TEAM, type Heirs } from '#routing/offboarding/heirs'
import Offboarding, { planOffboarding } from '#routing/offboarding/offboarding'
import { moveClock, now } from '#support/clock'
import { forgetDirectory } from '#tickets/pages/directory'
import Ticket from '#tickets/ticket'
import { api, givenToken } from '#tests/api'
import { drain } from '#tests/drain'
import { FakeChannel, type Came } from '#tests/fakes/fake_channel'
import { fresh, givenAgent, givenInbox, givenTeam } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'tajne heslo 1'
const anna = { kind: 'email', value: 'anna@posta.test', name: 'Anna {heir}' } as const
const petrs = { kind: 'email', value: 'p.novak@shop.test' } as const
const TEXT = 'Dobrý den {name}, {leaver} už tu není, odpoví {heir} ({number}). {jiné}'

/** Petr leaves; his own inbox goes on. Marie sees to it, Jana inherits. (substitution.md §5, step 5) */
test.group('Farewell | the address of somebody who has left', (group) => {
  let fake: FakeChannel
  let inbox: Inbox
  let hashed: string
  group.setup(async () => void (hashed = await hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))
  group.each.setup(() => {
    fake = new FakeChannel('fake')
    return fake.install()
  })

  async function people() {
    const [marie, petr, jana] = [await givenAgent({ name: 'Marie Velká', role: 'admin', password: hashed }), await givenAgent({ name: 'Petr Novák' }), await givenAgent({ name: 'Jana Bílá' })]
    inbox = await givenInbox({ channel: 'fake', address: petrs.value, name: 'p.novak@', teamId: await givenTeam('Prodej') })
    await inbox.merge({ agentId: petr.id }).save()
    return { marie, petr, jana }
  }
  const leaves = async ({ marie, petr }: { marie: { id: number }; petr: { id: number } }, heirs: Partial<Heirs>) => {
    await planOffboarding(petr.id, { dueAt: now(), heirs: { ...TO_THE_TEAM, ...heirs } }, { by: { kind: 'agent', id: marie.id } })
    await drain()
  }
  const came = async (values: Came = {}) => Ticket.findOrFail((await ingest(await fresh1(), fake.raw({ from: anna, to: [petrs], ...values }), { via: 'poll' })).ticketId!)
  const fresh1 = () => Inbox.findOrFail(inbox.id)
  const answers = () => db.from('messages').where('kind', 'auto_reply').orderBy('id')

  test('new matters go to the heir, whoever writes is told once, and after the last day neither', async ({ assert }) => {
    const { marie, petr, jana } = await people()
    const before = await came({ externalId: '<drive@posta.test>' })
    assert.equal(before.ownerId, petr.id)
    await leaves({ marie, petr }, { everything: `agent-${jana.id}`, farewell: { days: 14, text: TEXT } })
    assert.equal((await fresh(before)).ownerId, jana.id)

    const mine = await came({ text: 'Nová věc', subject: 'Nová' })
    assert.equal(mine.ownerId, jana.id)
    await drain()
    assert.lengthOf(fake.outbox, 1)
    assert.equal(fake.outbox[0]!.text.split('\n')[0], `Dobrý den Anna {heir}, Petr Novák už tu není, odpoví Jana Bílá (#${mine.id}). {jiné}`)
    assert.equal(fake.outbox[0]!.to.value, anna.value)

    // The same person again, in a new matter, days later: told already.
    moveClock(now().plus({ days: 3 }))
    await came({ text: 'A ještě jedna', subject: 'Další' })
    // Somebody who goes on writing in a thread that Petr had is told too.
    const bara = { kind: 'email', value: 'bara@posta.test' } as const
    await came({ from: bara, text: 'První', externalId: '<b@posta.test>' })
    await drain()
    assert.deepEqual(fake.outbox.map(({ to }) => to.value), [anna.value, bara.value])

    moveClock(now().plus({ days: 12 }))
    const late = await came({ from: { kind: 'email', value: 'pozde@posta.test' }, text: 'Pozdě', subject: 'Pozdě' })
    await drain()
    assert.lengthOf(fake.outbox, 2)
    assert.isNull(late.ownerId, 'like any other inbox of its team')
    assert.equal(late.teamId, inbox.teamId)
  })

  test('who goes on in an old thread is told once; a machine, a list, a stopped ticket and a note never', async ({ assert }) => {
    const { marie, petr, jana } = await people()
    const old = await came({ externalId: '<q@posta.test>' })
    await (await fresh(old)).note({ text: 'TAJNE: zákazník je známý' }, { by: { kind: 'agent', id: petr.id } })
    await leaves({ marie, petr }, { everything: `agent-${jana.id}`, farewell: { days: 14, text: TEXT } })

    await came({ automatic: true, automaticKind: 'reply', text: 'Jsem pryč', thread: { answers: ['<q@posta.test>'] } })
    await came({ automatic: true, automaticKind: 'list', text: 'Zpravodaj', subject: 'Zpravodaj', from: { kind: 'email', value: 'news@posta.test' } })
    assert.lengthOf(await answers(), 0)

    const again = await came({ text: 'Tak co?', thread: { answers: ['<q@posta.test>'] }, externalId: '<q2@posta.test>' })
    assert.equal(again.id, old.id)
    await came({ text: 'Haló?', thread: { answers: ['<q2@posta.test>'] } })
    await drain()
    assert.lengthOf(await answers(), 1)
    assert.notInclude(JSON.stringify(fake.outbox), 'TAJNE')

    const cyril = { kind: 'email', value: 'cyril@posta.test' } as const
    await db.from('auto_replies').delete()
    const stopped = await came({ from: cyril, automatic: true, automaticKind: 'bulk', text: 'x', subject: 'Stroj', externalId: '<c@posta.test>' })
    await db.from('tickets').where('id', stopped.id).update({ automation_stopped_at: now().toMillis() })
    await came({ from: cyril, text: 'Člověk', thread: { answers: ['<c@posta.test>'] } })
    assert.lengthOf(await answers(), 1)
  })

  test('an heir who may not see the inbox, or has left too, does not get it: the team does', async ({ assert }) => {
    const { marie, petr, jana } = await people()
    await leaves({ marie, petr }, { inboxes: { [inbox.id]: `agent-${jana.id}` }, farewell: { days: 14, text: null } })
    await jana.merge({ restricted: 1 }).save()
    const first = await came({ text: 'Kdo to má?' })
    assert.deepEqual([first.ownerId, first.teamId], [null, inbox.teamId])
    assert.lengthOf(await answers(), 0)

    await jana.merge({ restricted: 0 }).save()
    assert.equal((await came({ text: 'A teď?', subject: 'Druhá' })).ownerId, jana.id)
    await planOffboarding(jana.id, { dueAt: now(), heirs: TO_THE_TEAM }, { by: { kind: 'agent', id: marie.id } })
    await drain()
    assert.isNull((await came({ text: 'A zase?', subject: 'Třetí' })).ownerId)
  })

  test('the wizard offers it, the report tells it, the inbox’s page changes and ends it; only an admin', async ({ assert }) => {
    const { marie, petr, jana } = await people()
    const visitor = await signedIn(marie, PASSWORD)
    const page = await visitor.open(`/admin/agents/${petr.id}/offboarding`)
    for (const part of ['What happens to the address', `name="inboxes[i${inbox.id}]"`, 'name="farewell_text"', 'no longer works with us']) assert.include(page.text, part)
    await visitor.send(`/admin/agents/${petr.id}/offboarding`, { when: 'now', everything: 'team', [`inboxes[i${inbox.id}]`]: `agent-${jana.id}`, farewell_days: '30', farewell_text: TEXT })
    await drain()
    const report = (await Offboarding.query().orderBy('id', 'desc').firstOrFail()).reportMade!
    assert.deepInclude(report.inboxes[0]!.farewell, { heirId: jana.id, told: true })
    assert.include((await visitor.open(`/admin/agents/${petr.id}/offboarding`)).text, 'new matters go to Jana Bílá')

    assert.include((await visitor.open(`/admin/inboxes/${inbox.id}/edit`)).text, 'Petr Novák has left')
    const until = now().plus({ days: 3 }).toISODate()!
    await visitor.send(`/admin/inboxes/${inbox.id}/farewell`, { until, heir_id: String(marie.id), text: 'Nově' }, 'PUT')
    assert.deepInclude(await farewellOf(await fresh1()), { heir: 'Marie Velká', text: 'Nově' })
    await visitor.send(`/admin/inboxes/${inbox.id}/farewell`, { until: '2020-01-01' }, 'PUT')
    assert.deepInclude(await farewellOf(await fresh1()), { text: 'Nově' })
    await visitor.send(`/admin/inboxes/${inbox.id}/farewell`, {}, 'DELETE')
    assert.isNull(await farewellOf(await fresh1()))
    assert.notInclude((await visitor.open(`/admin/inboxes/${inbox.id}/edit`)).text, 'has left')
    const told = await db.from('events').where({ name: 'inbox:changed', inbox_id: inbox.id }).orderBy('id')
    assert.deepEqual(told.map(({ payload }) => JSON.parse(payload).fields), [['personal', 'farewell'], ['farewell'], ['farewell']])

    const agent = await signedIn(await givenAgent({ password: hashed }), PASSWORD)
    await agent.open('/views/mine')
    assert.equal((await agent.send(`/admin/inboxes/${inbox.id}/farewell`, { until }, 'PUT')).status, 403)
  })

  test('by the API', async ({ assert, client }) => {
    const { petr, jana } = await people()
    const call = api(client, await givenToken())
    const answer = await call.post(`/agents/${petr.id}/offboarding`, { heirs: { everything: `agent-${jana.id}`, farewell: { days: 10, text: TEXT } } })
    assert.deepEqual(answer.body().heirs.farewell, { days: 10, text: TEXT })
    const until = now().plus({ days: 2 }).toISO()!
    const changed = await call.patch(`/inboxes/${inbox.id}/farewell`, { until, heir_id: null })
    assert.deepInclude(changed.body().farewell, { agent_id: String(petr.id), heir_id: null, text: TEXT })
    assert.equal((await call.patch(`/inboxes/${inbox.id}/farewell`, { until: '2020-01-01T00:00:00Z' })).status(), 422)
    assert.isNull((await call.delete(`/inboxes/${inbox.id}/farewell`)).body().farewell)
    assert.equal((await call.delete(`/inboxes/${inbox.id}/farewell`)).status(), 409)
  })
})
