import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { AgentFactory, PASSWORD } from '#database/factories/index'
import { accept } from '#channels/inbound/gateway'
import { now } from '#support/clock'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { givenInbox, givenTicket } from '#tests/given'
import { signedIn } from '#tests/visitor'
import { acting, itBecomes, onMonday } from './given_absence.js'

const heard = (subject: string, text: string) => ({ at: now(), externalId: `m-${subject}-${text.length}`, type: 'application/json', body: Buffer.from(JSON.stringify({ type: 'message', externalId: `m-${subject}-${text.length}`, from: { kind: 'email', value: 'anna@posta.test', name: 'Anna Nová' }, subject, text })) })

/** The whole of it by plain forms, without a script; tests/browser/absence_journey.spec.ts goes the same way with one. */
test.group('A vacation', (group) => {
  onMonday(group)
  group.each.setup(() => new FakeChannel('fake').install())

  test('chat to one, e-mail to another; a customer answers meanwhile; one is kept; the owner returns and reads it', async ({ assert }) => {
    const [petr, jana, tomas] = [await AgentFactory.merge({ name: 'Petr Horák' }).create(), await AgentFactory.merge({ name: 'Jana Malá' }).create(), await AgentFactory.merge({ name: 'Tomáš Kříž' }).create()]
    const [mails, chats] = [await givenInbox({ channel: 'fake' }), await givenInbox({ channel: 'chat' })]
    await accept({ id: mails.id }, [heard('Reklamace mlýnku', 'Mlýnek nemele.')], { via: 'hook' })
    await drain()
    const { id: answered } = await db.from('tickets').firstOrFail()
    const [kept, chat] = [await givenTicket({ inbox: mails, subject: 'Nabídka' }), await givenTicket({ inbox: chats, subject: 'Kde je balík?' })]
    await db.from('tickets').whereIn('id', [answered, kept.id, chat.id]).update({ owner_id: petr.id, status: 'open' })

    const his = await signedIn(petr, PASSWORD)
    await his.open('/absences/create')
    const saved = await his.send('/absences', {
      ...{ 'agent_id': String(petr.id), 'kind': 'vacation', 'from': '2026-12-07', 'to': '2026-12-18', 'handover_note': 'Kavárna čeká na nabídku.', 'do': 'save' },
      ...{ 'rules[0][scope]': 'channel:fake', 'rules[0][cover]': `agent:${jana.id}`, 'rules[1][scope]': 'channel:chat', 'rules[1][cover]': `agent:${tomas.id}` },
    })
    assert.match(saved.location!, /checklist$/)
    assert.equal((await acting({ id: answered })).actingId, null)

    await itBecomes('2026-12-07T08:00:00')
    assert.deepEqual([(await acting({ id: answered })).actingId, (await acting(kept)).actingId, (await acting(chat)).actingId], [jana.id, jana.id, tomas.id])
    await accept({ id: mails.id }, [heard(`Re: Reklamace mlýnku [#${answered}]`, 'Tak co s tím mlýnkem?')], { via: 'hook' })
    await drain()

    const hers = await signedIn(jana, PASSWORD)
    assert.include((await hers.open('/views/mine')).text, 'Covering Petr Horák')
    const page = (await hers.open(`/tickets/${answered}`)).text
    assert.include(page, 'Tak co s tím mlýnkem?')
    assert.include(page, 'Kavárna čeká na nabídku.')
    const { last_inbound_id: seen } = await db.from('tickets').where('id', answered).firstOrFail()
    assert.equal((await hers.send(`/tickets/${answered}/messages`, { text: 'Odpovídám za kolegu: vyměníme ho.', seen_message: String(seen), seen_note: '0' })).status, 303)
    assert.deepInclude(await db.from('messages').where({ ticket_id: answered, kind: 'reply' }).firstOrFail(), { author_kind: 'agent', author_id: String(jana.id) })
    assert.equal((await db.from('events').where({ ticket_id: answered, name: 'message:queued' }).firstOrFail()).on_behalf_of_id, petr.id)
    await hers.send(`/tickets/${kept.id}/keeping`)
    assert.equal((await acting(kept)).ownerId, jana.id)

    await itBecomes('2026-12-19T08:00:00')
    assert.deepEqual([(await acting({ id: answered })).actingId, (await acting(chat)).actingId], [null, null])
    const back = await signedIn(petr, PASSWORD)
    assert.include((await back.open('/absences')).text, 'Look through')
    const { id } = await db.from('absences').firstOrFail()
    const caught = (await back.open(`/absences/${id}/catch-up`)).text
    const part = (name: string) => caught.slice(caught.indexOf(`id="caught-${name}"`)).split('</section>')[0]
    assert.include(part('kept'), 'Nabídka')
    assert.include(part('answered'), 'Reklamace mlýnku')
    assert.include(part('waiting'), 'Kde je balík?')
    assert.equal((await back.send(`/absences/${id}/catch-up`)).location, '/views/mine')
    assert.notInclude((await back.open('/absences')).text, 'Look through')
  })
})
