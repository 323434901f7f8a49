import type { Page } from 'playwright'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import type InboxRow from '#channels/inbox'
import { writeConfig } from '#channels/inbox_config'
import { pollOnce } from '#channels/polling'
import { pluginRegistry } from '#plugins/registry'
import { takeLease } from '#support/leases'
import { connectBeside } from '../../plugins/whatsapp/web/connection.js'
import { means } from '../../plugins/whatsapp/web/keeper.js'
import { faultsOf } from '../axe.js'
import { drain } from '../drain.js'
import { FakeViber } from '../fakes/viber.js'
import { FakeWhatsappCloud } from '../fakes/whatsapp_cloud.js'
import { FakeWaClient, madeOf } from '../fakes/whatsapp_web.js'
import { givenInbox } from '../given.js'
import { ADMIN, startDesk, type Desk } from '../servers/desk.js'
import { closeWindows, complaints, deskUrl, givenPerson, live, openWindow, until } from '../window.js'

const PETR = { name: 'Petr Novák', email: 'petr@obchod.test', password: 'tajne heslo 2' }
const DAY_AND_MORE_MS = 25 * 3_600_000

const row = (page: Page, words: string) => page.locator('#list .row', { hasText: words })
const lastDelivery = (page: Page) => page.locator('.entry--out .delivery').last()

/** Answers through the composer and waits until the thread shows it. */
async function answer(page: Page, text: string) {
  await page.fill('#reply-text', text)
  await page.keyboard.press('Control+Enter')
  await page.locator('.entry--out', { hasText: text }).waitFor()
}

/** A chat from the first word to the closed window, on the real server process and the providers' fakes (M037). */
test.group('Journeys | chats', (group) => {
  let desk: Desk
  let cloud: FakeWhatsappCloud
  let viber: FakeViber
  group.each.teardown(closeWindows)
  group.setup(async () => {
    ;[cloud, viber] = await Promise.all([new FakeWhatsappCloud().start(), new FakeViber().start()])
    desk = await startDesk({ env: { TEST_CLOCK: '1', META_GRAPH_URL: cloud.url, VIBER_URL: viber.url } })
    await desk.api('POST', '/agents', { ...PETR, role: 'agent', language: 'en' })
    return async () => {
      await desk.stop()
      await Promise.all([cloud.stop(), viber.stop()])
    }
  })

  const connect = async (channel: string, config: object): Promise<{ id: string; hook: string }> => {
    const { id, key } = await desk.api('POST', '/inboxes', { channel, name: channel, undo_seconds: 0, config })
    return { id, hook: `${desk.url}/hooks/${channel}/${key}` }
  }
  const later = () => desk.api('POST', '/test/clock', { now: new Date(Date.now() + DAY_AND_MORE_MS).toISOString() })

  test('WhatsApp: in, answered, delivered, read; the window closes and a template is sent', async ({ assert, browser }) => {
    cloud.templates = [{ name: 'navazani', language: 'cs', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Dobrý den, máme novinky k objednávce {{1}}.', example: { body_text: [['2026-0042']] } }] }]
    const { id: inboxId, hook } = await connect('whatsapp', { transport: 'cloud', number: '+420555000111', cloud: { phoneNumberId: 'PN1', businessAccountId: 'WABA1', accessToken: cloud.token, appSecret: cloud.appSecret } })
    const says = (value: object) => cloud.emit(hook, cloud.body(value))
    const at = () => String(Math.floor(Date.now() / 1000))

    const admin = await openWindow(browser, desk.url, ADMIN)
    admin.setDefaultTimeout(30_000)
    await admin.goto(`/admin/inboxes/${inboxId}/edit`)
    assert.equal(await admin.inputValue('#hook-address'), hook)
    assert.isTrue(await admin.locator('[data-when="config[transport]"][data-is="web"]').first().isHidden(), 'what is of no use is not shown')
    await admin.getByRole('button', { name: 'Read the list again' }).click()
    await admin.getByText('navazani').first().waitFor()

    const page = await openWindow(browser, desk.url, PETR)
    page.setDefaultTimeout(30_000)
    await page.goto('/views/waiting')
    await live(page)
    cloud.media.set('M1', { bytes: Buffer.from('/9j/4AAQSkZJRg==', 'base64'), type: 'image/jpeg' })
    const contacts = [{ profile: { name: 'Jana Malá' }, wa_id: '420777000111', user_id: 'CZ.1' }]
    await says({ contacts, messages: [{ from: '420777000111', id: 'wamid.J1', timestamp: at(), type: 'image', image: { id: 'M1', mime_type: 'image/jpeg', caption: 'Přišel mi *rozbitý* kávovar' } }] })
    await row(page, 'kávovar').click()
    await page.locator('#thread').getByText('kávovar').first().waitFor()
    await page.locator('#thread').getByRole('img', { name: 'image.jpg' }).waitFor()
    assert.equal(await page.locator('#reply-subject, #reply-cc').count(), 0, 'a chat has no subject and no copies')
    assert.match(await page.locator('#reply_window').innerText(), /answer freely/)

    await answer(page, 'Vyměníme ho, stačí poslat číslo objednávky.')
    await until('it is sent', async () => cloud.sent.length === 1, 30_000)
    const [{ id, to, text }] = cloud.sent
    assert.deepEqual([to, text.body], ['420777000111', 'Vyměníme ho, stačí poslat číslo objednávky.'])
    await says({ statuses: [{ id, status: 'delivered', timestamp: at(), recipient_id: to }] })
    await lastDelivery(page).filter({ hasText: 'Delivered' }).waitFor()
    await says({ statuses: [{ id, status: 'read', timestamp: at(), recipient_id: to }] })
    await lastDelivery(page).filter({ hasText: 'Read' }).waitFor()
    await says({ contacts, messages: [{ from: '420777000111', id: 'wamid.J2', timestamp: at(), type: 'reaction', reaction: { message_id: id, emoji: '👍' } }] })
    await page.locator('.entry--out', { hasText: '👍' }).waitFor()

    await later()
    await page.reload()
    await page.locator('#reply-form[data-shut]').waitFor()
    assert.match(await page.locator('#reply_window').innerText(), /only approved templates/)
    await page.locator('#reply-form').getByText('Meta charges for each template').waitFor()
    await page.locator('#reply-form .template input[name="template[parameters][]"]').fill('2026-0099')
    await page.locator('#reply-form').getByRole('button', { name: 'Send the template' }).click()
    await page.locator('.entry--out', { hasText: 'máme novinky k objednávce 2026-0099' }).waitFor()
    await until('the template is sent', async () => cloud.sent.length === 2, 30_000)
    assert.deepEqual(cloud.sent[1].template, { name: 'navazani', language: { code: 'cs' }, components: [{ type: 'body', parameters: [{ type: 'text', text: '2026-0099' }] }] })
    await desk.api('POST', '/test/clock', { now: null })

    assert.deepEqual([...complaints(page), ...complaints(admin)], [])
    assert.deepEqual(await faultsOf(admin), [])
  }).timeout(120_000)

  test('Viber: in, answered, delivered, seen; the session ends and nothing is offered that Viber would charge for', async ({ assert, browser }) => {
    const { hook } = await connect('viber', { botName: 'Obchod', authToken: viber.authToken })
    const page = await openWindow(browser, desk.url, PETR)
    page.setDefaultTimeout(30_000)
    await page.goto('/views/waiting')
    await live(page)
    await viber.emit(hook, viber.message({ type: 'text', text: 'Καλημέρα, πού είναι το δέμα μου;' }))
    await row(page, 'Καλημέρα').click()
    await page.locator('#thread').getByText('πού είναι το δέμα').waitFor()
    await answer(page, 'Έρχεται αύριο.')
    await until('it is sent', async () => viber.sent.length === 1, 30_000)
    assert.deepEqual([viber.sent[0].receiver, viber.sent[0].text], ['Ab1==', 'Έρχεται αύριο.'])
    await lastDelivery(page).filter({ hasText: 'Sent' }).waitFor()
    await viber.emit(hook, viber.event('delivered', { user_id: 'Ab1==' }, viber.sent[0].token))
    await lastDelivery(page).filter({ hasText: 'Delivered' }).waitFor()
    await viber.emit(hook, viber.event('seen', { user_id: 'Ab1==' }, viber.sent[0].token))
    await lastDelivery(page).filter({ hasText: 'Read' }).waitFor()

    await later()
    await page.reload()
    await page.locator('#reply-form[data-shut]').waitFor()
    assert.equal(await page.locator('#reply-text').count(), 0)
    await desk.api('POST', '/test/clock', { now: null })
    assert.deepEqual(complaints(page), [])
  }).timeout(90_000)
})

/** The same with a linked phone, on a client with the library's interface: its session lives in this process. */
test.group('Journeys | a linked phone', (group) => {
  const before = { ...means }
  const phone = new FakeWaClient().script('qr')
  let inbox: InboxRow
  group.each.teardown(closeWindows)
  group.each.setup(async () => {
    Object.assign(means, { connect: connectBeside(async () => madeOf(phone)), paceMs: () => 0 })
    inbox = await givenInbox({ channel: 'whatsapp', name: 'Telefon', address: '+420555000111' })
    inbox.config = writeConfig(inbox, { 'transport': 'web', 'number': '+420555000111', 'web.understood': true })
    await inbox.save()
    return async () => {
      await pluginRegistry.channel('whatsapp')!.poll!.end!(pluginRegistry.inboxFor(inbox))
      await inbox.remove({ by: null })
      Object.assign(means, before)
    }
  })

  test('the code is on the page, to scan or to type; a message comes, is answered, and its ticks arrive', async ({ assert, browser }) => {
    const stop = new AbortController()
    const work = workUntil(stop.signal, inbox)
    try {
      const admin = await openWindow(browser, deskUrl(), await givenPerson('Eva Malá', 'admin'))
      admin.setDefaultTimeout(30_000)
      await admin.goto(`/admin/inboxes/${inbox.id}/edit`)
      await admin.locator('#inbox_state').getByRole('img', { name: 'Code to scan' }).waitFor()
      await admin.locator('#inbox_state').getByText('WhatsApp is not linked').waitFor()
      assert.equal(await admin.locator('#hook-address').count(), 0, 'nobody calls a linked phone')
      assert.deepEqual(await faultsOf(admin), [])
      await admin.getByRole('button', { name: 'Link with a code to type' }).click()
      await admin.locator('#inbox_state').getByText('ABCD-1234').waitFor()
      assert.equal(await admin.locator('#inbox_state img').count(), 0)
      assert.deepEqual(await faultsOf(admin), [])
      phone.emit('authenticated')
      phone.emit('ready')
      await admin.locator('#inbox_state').getByText('WhatsApp is connected').waitFor()
      assert.equal(await admin.locator('#inbox_state img').count(), 0)

      const page = await openWindow(browser, deskUrl(), await givenPerson('Petr Novák'))
      page.setDefaultTimeout(30_000)
      await page.goto('/views/waiting')
      await live(page)
      phone.receive({ from: '420602333444@c.us', body: 'Máte ještě ten mlýnek?', name: 'Karel Dub' })
      await row(page, 'mlýnek').click()
      await page.locator('#thread').getByText('Máte ještě ten mlýnek?').waitFor()
      assert.equal(await page.locator('#reply_window').count(), 0, 'a linked phone knows no window')
      await answer(page, 'Ano, dva kusy.')
      await until('it is sent', async () => phone.sent.length === 1, 30_000)
      assert.deepEqual([phone.sent[0].chat, phone.sent[0].content], ['420602333444@c.us', 'Ano, dva kusy.'])
      const sent = await until('its id is known', async () => db.from('deliveries').where('inbox_id', inbox.id).whereNotNull('external_id').first(), 30_000)
      phone.ack(sent.external_id, 2)
      await lastDelivery(page).filter({ hasText: 'Delivered' }).waitFor()
      phone.ack(sent.external_id, 3)
      await lastDelivery(page).filter({ hasText: 'Read' }).waitFor()
      assert.deepEqual([...complaints(page), ...complaints(admin)], [])
      assert.deepEqual(await faultsOf(admin), [])
    } finally {
      stop.abort()
      await work
    }
  }).timeout(90_000)
})

/** What the worker of a running desk does for this inbox. */
async function workUntil(signal: AbortSignal, inbox: InboxRow) {
  while (!signal.aborted) {
    await takeLease(`poll:${inbox.id}`, 60_000)
    const round = new AbortController()
    setTimeout(() => round.abort(), 200)
    await pollOnce(inbox, pluginRegistry.channel('whatsapp')!, round.signal)
    await drain()
  }
}
