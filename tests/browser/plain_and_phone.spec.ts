import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { drain } from '../drain.js'
import { fresh, givenInbox, givenTicket } from '../given.js'
import { closeWindows, deskUrl, givenPerson, openWindow } from '../window.js'

test.group('Journeys | without scripts, and on a phone', (group) => {
  group.each.teardown(closeWindows)

  test('without JavaScript: sign in, list, open, reply with a file, note, resolve, search', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Ořechový mlýnek' })
    const page = await openWindow(browser, deskUrl(), await givenPerson(), { javaScriptEnabled: false })
    await page.goto('/views/unassigned')
    await page.locator('.row', { hasText: 'Ořechový mlýnek' }).click()
    await page.waitForURL(new RegExp(`/tickets/${ticket.id}`))

    await page.fill('#reply-text', 'Posíláme mlýnek')
    await page.setInputFiles('#reply-form input[type="file"]', { name: 'mlýnek.txt', mimeType: 'text/plain', buffer: Buffer.from('návod') })
    await page.locator('#reply-form button[type="submit"]').first().click()
    await page.locator('.entry--out', { hasText: 'Posíláme mlýnek' }).locator('a.file', { hasText: 'mlýnek.txt' }).waitFor()
    await page.locator('#announcer, #alerts').getByText('Sent').first().waitFor()

    await page.locator('#reply-form [data-mode-tab="note"]').click()
    await page.fill('#note-text', 'Jen mezi námi')
    await page.click('#note-form button[type="submit"]')
    await page.locator('.entry--note', { hasText: 'Jen mezi námi' }).waitFor()
    await page.locator('#ticket').getByRole('button', { name: 'Resolve' }).click()
    await page.locator('.ticket__facts .pill', { hasText: 'Resolved' }).waitFor()
    assert.equal((await fresh(ticket)).status, 'resolved')
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 1)

    await drain()
    await page.fill('#side-search', 'ořechový mlýn')
    await page.press('#side-search', 'Enter')
    await page.locator('main a', { hasText: 'Ořechový mlýnek' }).first().waitFor()
  })

  test('on a phone: list, ticket, reply, back', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Z telefonu' })
    const page = await openWindow(browser, deskUrl(), await givenPerson(), { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await page.goto('/views/unassigned')
    assert.isFalse(await page.locator('.side').isVisible())
    await page.locator('.dock').waitFor()
    await page.locator('.row', { hasText: 'Z telefonu' }).tap()
    await page.locator(`#ticket[data-ticket="${ticket.id}"]`).waitFor()
    await page.locator('#list').waitFor({ state: 'hidden' })

    await page.locator('#reply-text').tap()
    await page.fill('#reply-text', 'Odpověď z vlaku')
    await page.locator('#reply-form button[type="submit"]').first().tap()
    await page.locator('.entry--out', { hasText: 'Odpověď z vlaku' }).waitFor()
    assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), 390)
    await page.locator('.back').tap()
    await page.locator('#list .row').first().waitFor()
    assert.isFalse(await page.locator('#thread').isVisible())
  })

  test('on a phone nothing of a list has to be looked for sideways, however long its words are', async ({ assert, browser }) => {
    const inbox = await givenInbox({ name: 'Schránka s velmi dlouhým jménem', address: `${'objednavky.a.reklamace.'.repeat(3)}info@shop.test` })
    const ticket = await givenTicket({ inbox, subject: 'Nejneobhospodařovávatelnějšímupředmětu'.repeat(4) })
    await ticket.tag({ add: ['dlouhyštítek'.repeat(5)] }, { by: null })
    const page = await openWindow(browser, deskUrl(), await givenPerson('Jana Malá', 'admin'), { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    for (const [address, list] of [['/views/unassigned', '.list__rows'], ['/admin/inboxes', '.table-wrap']] as const) {
      await page.goto(address)
      const sizes = await page.locator(list).evaluate((element) => [element.scrollWidth, element.clientWidth])
      assert.equal(sizes[0], sizes[1], address)
      assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), 390, address)
    }
    await page.getByText('Last received').or(page.locator('td[data-label]')).first().waitFor()
    assert.isTrue(await page.getByRole('button', { name: /Check/ }).first().isVisible(), 'what can be done stands on the card')
  })
})
