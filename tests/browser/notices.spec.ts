/// <reference lib="dom" />
import { test } from '@japa/runner'
import { assign } from '#routing/assignment'
import { faultsOf } from '../axe.js'
import { drain } from '../drain.js'
import { fresh, givenTicket, words } from '../given.js'
import { closeWindows, complaints, deskUrl, givenPerson, live, openWindow } from '../window.js'

/** What an agent is told while a page is open, and the palette that leads anywhere. */
test.group('Journeys | the bell and the palette', (group) => {
  group.each.teardown(closeWindows)

  test('the bell counts by itself, the title too, and opening the ticket is seeing it', async ({ assert, browser }) => {
    const petr = await givenPerson('Petr Novák')
    const page = await openWindow(browser, deskUrl(), petr)
    await page.goto('/views/mine')
    await live(page)
    const ticket = await givenTicket({ subject: 'Zvonek' })
    await assign(await fresh(ticket), { ownerId: petr.id }, { by: null })
    await drain()
    await page.locator('#bell[data-unseen="1"]').waitFor()
    await page.waitForFunction(() => document.title.startsWith('(1) '))
    await (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId), { by: { kind: 'customer', id: ticket.customerId } })
    await drain()
    await page.locator('#bell[data-unseen="2"]').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('.dock [data-bell-count]', { hasText: '2' }).waitFor()
    await page.locator('.dock a[href="/menu"]').click()
    await page.locator('.nav__link[href="/notifications"] [data-bell-count]', { hasText: '2' }).waitFor()
    assert.deepEqual(await faultsOf(page), [])
    await page.setViewportSize({ width: 1440, height: 900 })

    await page.click('#bell a')
    await page.getByText('Zvonek').first().waitFor()
    await page.locator('.notice--new a').first().click()
    await page.locator(`#ticket[data-ticket="${ticket.id}"]`).waitFor()
    await page.locator('#bell[data-unseen="0"]').waitFor()
    assert.deepEqual(complaints(page), [])
  })

  test('Ctrl+K goes to a view, a ticket or an act, by the keyboard alone', async ({ assert, browser }) => {
    const petr = await givenPerson('Petr Novák')
    const ticket = await givenTicket({ subject: 'Paleta kávy', ownerId: petr.id })
    const page = await openWindow(browser, deskUrl(), petr)
    await page.goto('/views/waiting')
    await live(page)
    await page.keyboard.press('Control+k')
    const palette = page.locator('dialog#palette[open]')
    await palette.locator('.palette__item').first().waitFor()
    assert.deepEqual(await faultsOf(page), [], 'open, with the places it leads to')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.keyboard.type('snoozed')
    await palette.locator('#palette-results a', { hasText: 'Snoozed' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL((address) => address.pathname === '/views/snoozed')

    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await page.keyboard.type(`#${ticket.id}`)
    await palette.locator(`#palette-results a[href="/tickets/${ticket.id}"]`).waitFor()
    assert.deepEqual(await faultsOf(page), [], 'with what was found')
    await page.setViewportSize({ width: 1440, height: 900 })
    assert.isTrue(await palette.locator('input').evaluate((input) => input === document.activeElement), 'it still listens')
    await page.keyboard.press('Enter')
    await page.locator(`#ticket[data-ticket="${ticket.id}"]`).waitFor()

    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await page.keyboard.type('resolve')
    await palette.locator('#palette-acts .palette__item', { hasText: 'Resolve' }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.ticket__facts .pill', { hasText: 'Resolved' }).waitFor()
    assert.equal((await fresh(ticket)).status, 'resolved')
    assert.deepEqual(complaints(page), [])
  })
})
