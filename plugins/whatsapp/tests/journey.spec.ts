import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import hash from '@adonisjs/core/services/hash'
import { readTemplatesAnew } from '#channels/templates'
import { moveClock, now } from '#support/clock'
import Ticket from '#tickets/ticket'
import { drain } from '#tests/drain'
import { givenAgent } from '#tests/given'
import { signedIn } from '#tests/visitor'
import { deskUrl } from '#tests/window'
import { FakeWhatsappCloud } from '../../../tests/fakes/whatsapp_cloud.js'
import { givenNumber, jana, status, wrote } from './inbox.js'

/** A chat on the pages, without JavaScript: in, answered, delivered, read; the window closes and a template is sent (M037). */
test.group('WhatsApp Cloud API | the journey on the pages', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.teardown(() => moveClock(null))

  test('it is answered while it is free, and by a template afterwards', async ({ assert, cleanup }) => {
    const cloud = await new FakeWhatsappCloud().start()
    cleanup(() => cloud.stop())
    cloud.templates = [{ name: 'navazani', language: 'cs', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Máme novinky k objednávce {{1}}.' }] }]
    const { row } = await givenNumber(cloud)
    await readTemplatesAnew(row)
    const says = async (value: object) => {
      await cloud.emit(`${deskUrl()}/hooks/whatsapp/${row.key}`, cloud.body(value))
      await drain()
    }
    const visitor = await signedIn(await givenAgent({ name: 'Petr', password: await hash.make('tajne heslo 1') }), 'tajne heslo 1')

    await says({ contacts: [jana], messages: [wrote({ text: { body: 'Přišel mi *rozbitý* ~nový~ kávovar' } })] })
    const { id } = await Ticket.query().where('inbox_id', row.id).firstOrFail()
    let page = await visitor.open(`/tickets/${id}`)
    assert.equal(page.status, 200)
    assert.include(page.text, '<strong>rozbitý</strong> <s>nový</s>')
    assert.include(page.text, 'data-mode="free"')
    assert.notInclude(page.text, 'id="reply-subject"')

    const seen = (text: string) => ({ seen_message: /name="seen_message" value="(\d+)"/.exec(text)![1], seen_note: /name="seen_note" value="(\d+)"/.exec(text)![1] })
    await visitor.send(`/tickets/${id}/messages`, { text: 'Vyměníme ho.', ...seen(page.text) })
    await drain()
    assert.equal(cloud.sent[0].text.body, 'Vyměníme ho.')
    await says({ statuses: [status(cloud.sent[0].id, 'delivered')] })
    assert.match((await visitor.open(`/tickets/${id}`)).text, /Delivered/)
    await says({ statuses: [status(cloud.sent[0].id, 'read')] })
    assert.match((await visitor.open(`/tickets/${id}`)).text, /\bread \w*\s?\d/)

    moveClock(now().plus({ hours: 25 }))
    page = await visitor.open(`/tickets/${id}`)
    assert.include(page.text, 'data-mode="template"')
    assert.include(page.text, 'Meta charges for each template')
    assert.notInclude(page.text, 'id="reply-text"')
    await visitor.send(`/tickets/${id}/messages`, { 'template[name]': 'navazani', 'template[language]': 'cs', 'template[parameters][]': '2026-0099', 'seen_message': '999999999', 'seen_note': '999999999' })
    await drain()
    assert.deepEqual(cloud.sent[1].template, { name: 'navazani', language: { code: 'cs' }, components: [{ type: 'body', parameters: [{ type: 'text', text: '2026-0099' }] }] })
    assert.include((await visitor.open(`/tickets/${id}`)).text, 'Máme novinky k objednávce 2026-0099.')
  })
})
