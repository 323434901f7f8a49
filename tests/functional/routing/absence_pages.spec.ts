import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import type Agent from '#people/agent'
import { changePlan } from '#routing/absence/default_plan'
import { api, givenToken } from '#tests/api'
import { drain } from '#tests/drain'
import { fresh, givenAgent, givenInbox, givenTicket } from '#tests/given'
import { as } from '#tests/signed_in'
import { acting, asAgent, givenAbsence, givenLimited, MONDAY, onMonday, to } from './given_absence.js'

const form = (values: Record<string, unknown> = {}) => ({
  ...{ kind: 'vacation', from: '2026-12-07', to: '2026-12-18', from_time: '', to_time: '', public_note: '', reason_private: '', handover_note: '', do: 'save' },
  ...values,
})

/** Sends a form as its page would; nothing is followed. */
function post(client: ApiClient, agent: Agent, path: string, values: Record<string, unknown> = {}) {
  return client.post(path).form(values).loginAs(agent).withCsrfToken().redirects(0)
}

test.group('Absence pages', (group) => {
  onMonday(group)

  test('somebody plans a vacation with a plain form, and is led to the checklist (R009)', async ({ client, assert }) => {
    const [petr, jana] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' })]
    for (let count = 0; count < 3; count++) await givenTicket({ ownerId: petr.id })
    const page = await as(petr, client.get('/absences/create'))
    page.assertStatus(200)

    const checked = await post(client, petr, '/absences', form({ 'do': 'check', 'rules[0][scope]': 'all', 'rules[0][cover]': `agent:${jana.id}` }))
    checked.assertStatus(200)
    checked.assertTextIncludes('Cover 3 tickets by Jana')
    assert.include(checked.text().replace(/ /g, ' '), 'Back on Saturday 19 December')
    assert.lengthOf(await db.from('absences'), 0)

    const saved = await post(client, petr, '/absences', form({ 'rules[0][scope]': 'all', 'rules[0][cover]': `agent:${jana.id}` }))
    saved.assertStatus(303)
    const absence = await db.from('absences').firstOrFail()
    assert.equal(saved.header('location'), `/absences/${absence.id}/checklist`)
    assert.equal(Number(absence.ends_at), DateTime.fromISO('2026-12-19', { zone: 'Europe/Prague' }).toMillis())
    const checklist = await as(petr, client.get(`/absences/${absence.id}/checklist`))
    checklist.assertTextIncludes('goes to Jana Malá')
  })

  test('9 and 39: gaps and missing rights are said before saving, on the page and in its live part', async ({ client, assert }) => {
    const [info, returns] = [await givenInbox({ name: 'info' }), await givenInbox({ name: 'vratky' })]
    const petr = await givenAgent()
    const { agent: jana } = await givenLimited([info.id], 'Jana Malá')
    await givenTicket({ inbox: returns, ownerId: petr.id })
    await givenAbsence(jana, [], { from: DateTime.fromISO('2026-12-14', { zone: 'Europe/Prague' }), until: DateTime.fromISO('2026-12-17', { zone: 'Europe/Prague' }) })
    const live = await post(client, petr, '/absences/check', form({ 'rules[0][scope]': 'all', 'rules[0][cover]': `agent:${jana.id}` }))
    live.assertStatus(200)
    live.assertTextIncludes('Jana Malá has no access to Inbox: vratky; ask a supervisor')
    assert.include(live.text(), '10 days of 10 uncovered')
    assert.notInclude(live.text(), '<html')
  })

  test('a day that is none, and an end before the start, are said at their field and nothing is lost', async ({ client, assert }) => {
    const petr = await givenAgent()
    const answer = await post(client, petr, '/absences', form({ from: '2026-02-31', to: '2026-02-01', handover_note: 'Pozor na U Lípy' }))
    answer.assertStatus(422)
    answer.assertTextIncludes('This is not a day of the calendar')
    answer.assertTextIncludes('Pozor na U Lípy')
    assert.lengthOf(await db.from('absences'), 0)
    const before = await post(client, petr, '/absences', form({ from: '2026-12-10', to: '2026-12-01' }))
    before.assertStatus(422)
    before.assertTextIncludes('must end after it begins')
  })

  test('19: a sick leave is three clicks: calendar, person, start', async ({ client, assert }) => {
    const [boss, petr, jana] = [await givenAgent({ role: 'supervisor' }), await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' })]
    await changePlan(petr.id, { rules: [to(jana)] }, asAgent(petr))
    const ticket = await givenTicket({ ownerId: petr.id })
    const calendar = await as(boss, client.get('/absences'))
    calendar.assertTextIncludes(`/sick-leaves/create?agent_id=${petr.id}`)
    const question = await as(boss, client.get(`/sick-leaves/create?agent_id=${petr.id}`))
    question.assertTextIncludes('Everything → Jana Malá')
    const started = await post(client, boss, '/sick-leaves', { agent_id: petr.id })
    started.assertStatus(303)
    assert.equal((await acting(ticket)).actingId, jana.id)
    const second = await post(client, boss, '/sick-leaves', { agent_id: petr.id })
    assert.equal(second.status(), 409)
    assert.lengthOf(await db.from('absences'), 1)
    const forbidden = await post(client, jana, '/sick-leaves', { agent_id: petr.id })
    forbidden.assertStatus(403)
  })

  test('26: who stands in reads the owner’s draft and note, others do not, and nobody else sends it', async ({ client, assert }) => {
    const [petr, jana, karel] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' }), await givenAgent()]
    const ticket = await givenTicket({ ownerId: petr.id })
    await db.table('drafts').insert({ ticket_id: ticket.id, agent_id: petr.id, kind: 'reply', text: 'Rozepsaná odpověď', updated_at: MONDAY.toMillis() })
    await givenAbsence(petr, [to(jana)], { handoverNote: 'Nabídka do pátku', until: MONDAY.plus({ days: 4 }) })
    const hers = await as(jana, client.get(`/tickets/${ticket.id}`))
    hers.assertTextIncludes('You stand in for Petr Horák until')
    hers.assertTextIncludes('Rozepsaná odpověď')
    hers.assertTextIncludes('Nabídka do pátku')
    hers.assertTextIncludes('Petr Horák → Jana Malá')
    const others = await as(karel, client.get(`/tickets/${ticket.id}`))
    others.assertTextIncludes('Jana Malá stands in')
    assert.notInclude(others.text(), 'Rozepsaná odpověď')
    const list = await as(jana, client.get('/views/mine'))
    list.assertTextIncludes('Covering Petr Horák')
    const view = await as(jana, client.get(`/views/covering-${petr.id}`))
    view.assertTextIncludes('Petr → Jana')
  })

  test('32: the owner answers while away: asked first; then it is left, or taken back', async ({ client, assert }) => {
    const [petr, jana] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' })]
    const ticket = await givenTicket({ ownerId: petr.id })
    await drain()
    await givenAbsence(petr, [to(jana)])
    const { last_inbound_id: seen } = await db.from('tickets').where('id', ticket.id).first()
    const write = (cover?: string) => post(client, petr, `/tickets/${ticket.id}/messages`, { text: 'Odpovím sám.', seen_message: seen, seen_note: 0, ...(cover ? { cover } : {}) })
    const asked = await write()
    asked.assertStatus(409)
    asked.assertTextIncludes('Take back and send')
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
    assert.equal((await db.from('drafts').where({ ticket_id: ticket.id, agent_id: petr.id }).first()).text, 'Odpovím sám.')
    await write('leave')
    assert.equal((await acting(ticket)).actingId, jana.id)
    await db.from('tickets').where('id', ticket.id).update({ version: 9 })
    const [{ id: last }] = await db.from('messages').where('ticket_id', ticket.id).orderBy('id', 'desc').limit(1).select('id')
    await post(client, petr, `/tickets/${ticket.id}/messages`, { text: 'Beru zpět.', seen_message: last, seen_note: 0, cover: 'take_back' })
    assert.isNull((await acting(ticket)).actingId)
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 2)
  })

  test('B1: whoever assigns to somebody away is asked, and gets the substitute by default', async ({ client, assert }) => {
    const [petr, jana, karel] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent({ name: 'Jana Malá' }), await givenAgent()]
    await givenAbsence(petr, [to(jana)], { until: MONDAY.plus({ days: 4 }) })
    const ticket = await givenTicket()
    const page = await as(karel, client.get(`/tickets/${ticket.id}`))
    assert.include(page.text().replace(/ /g, ' '), 'Petr Horák – away until')
    const send = (though?: string) => post(client, karel, `/tickets/${ticket.id}/assignment`, { owner_id: petr.id, ...(though ? { though_away: though } : {}) })
    const asked = await send()
    asked.assertStatus(409)
    asked.assertTextIncludes('Assign to Jana Malá')
    assert.isNull((await fresh(ticket)).ownerId)
    await send('0')
    assert.equal((await acting(ticket)).ownerId, jana.id)
    await send('1')
    assert.deepEqual(await acting(ticket), { ownerId: petr.id, actingId: jana.id, actingTeamId: null })
  })

  test('54: of two who edit, the second sees what the first has written', async ({ client, assert }) => {
    const [petr, jana, karel, boss] = [await givenAgent(), await givenAgent({ name: 'Jana Malá' }), await givenAgent({ name: 'Karel Bílý' }), await givenAgent({ role: 'supervisor' })]
    const absence = await givenAbsence(petr, [to(jana)], { from: MONDAY.plus({ days: 1 }), until: MONDAY.plus({ days: 3 }) })
    const save = (agent: typeof petr, cover: { id: number }) => post(client, agent, `/absences/${absence.id}?_method=PATCH`, form({ 'version': 1, 'rules[0][scope]': 'all', 'rules[0][cover]': `agent:${cover.id}` }))
    ;(await save(petr, karel)).assertStatus(303)
    const late = await save(boss, jana)
    late.assertStatus(409)
    late.assertTextIncludes('Everything → Karel Bílý')
    assert.equal((await db.from('absence_rules').where('absence_id', absence.id).first()).cover_agent_id, karel.id)
  })

  test('56 and B12: colleagues see until when, and neither the kind nor the reason; nor over the API', async ({ client, assert }) => {
    const [petr, karel, boss] = [await givenAgent({ name: 'Petr Horák' }), await givenAgent(), await givenAgent({ role: 'supervisor' })]
    const absence = await givenAbsence(petr, [], { kind: 'sick', reasonPrivate: 'angína', handoverNote: 'tajné', publicNote: 'Zpátky v pondělí' })
    for (const path of ['/absences', `/absences/${absence.id}`]) {
      const page = await as(karel, client.get(path))
      assert.notMatch(page.text(), /angína|Illness|tajné/, path)
    }
    const supervisors = await as(boss, client.get(`/absences/${absence.id}`))
    supervisors.assertTextIncludes('angína')
    const told = (await api(client, await givenToken({ agent: karel, abilities: ['read'] })).get(`/absences/${absence.id}`)).body()
    assert.deepInclude(told, { kind: 'absence', reason: null, handover_note: null, public_note: 'Zpátky v pondělí' })
    assert.equal((await api(client, await givenToken({ agent: boss })).get(`/absences/${absence.id}`)).body().reason, 'angína')
  })

  test('35: the API assigns by the same resolver, and its answer says who owns, who acts and why', async ({ client, assert }) => {
    const [petr, jana] = [await givenAgent(), await givenAgent({ name: 'Jana Malá' })]
    await givenAbsence(petr, [to(jana, { newTickets: 'return_to_absent' })])
    const call = api(client, await givenToken())
    const ticket = await givenTicket()
    const changed = (await call.patch(`/tickets/${ticket.id}`, { owner_id: String(petr.id) })).body()
    assert.equal(changed.owner.id, String(petr.id))
    assert.deepEqual(changed.acting, { id: String(jana.id), name: 'Jana Malá', because: 'absence' })
    const { data } = (await call.get(`/coverages?ticket=${ticket.id}`)).body()
    assert.deepInclude(data[0], { because: 'covered', path: [String(petr.id), String(jana.id)], release_reason: null })
    const found = (await call.get(`/tickets?effective=${jana.id}`)).body()
    assert.deepEqual(found.data.map((one: { number: string }) => one.number), [String(ticket.id)])
  })

  test('somebody who is away sees that on every page, and ends it there; colleagues cannot', async ({ client, assert }) => {
    const [petr, karel] = [await givenAgent(), await givenAgent()]
    const absence = await givenAbsence(petr, [], { kind: 'sick' })
    const again = await db.from('agents').where('id', petr.id).first()
    const page = await as({ id: petr.id, sessionEpoch: again.session_epoch }, client.get('/customers'))
    page.assertTextIncludes('Are you back?')
    ;(await post(client, karel, `/absences/${absence.id}/return`, {})).assertStatus(403)
    const back = await post(client, petr, `/absences/${absence.id}/return`, {})
    assert.equal(back.header('location'), `/absences/${absence.id}/catch-up`)
    ;(await as(petr, client.get(`/absences/${absence.id}/catch-up`))).assertStatus(200)
    const after = await as(petr, client.get('/customers'))
    assert.notInclude(after.text(), 'Are you back?')
  })
})
