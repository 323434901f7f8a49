/// <reference lib="dom" />
import { test } from '@japa/runner'
import type { Page } from 'playwright'
import { fresh, givenTicket, words } from '../given.js'
import { closeWindows, deskUrl, givenPerson, live, openWindow } from '../window.js'

/** What changes while a page is on its way, or does not listen yet, is seen without anybody's next change. */
test.group('Journeys | nothing changes unseen', (group) => {
  group.each.teardown(closeWindows)

  const customerWrites = async (ticket: { id: number; inboxId: number; customerId: number }, text: string) => (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { text }), { by: { kind: 'customer', id: ticket.customerId } })

  /** Holds what matches until the returned function is called. */
  const hold = async (page: Page, address: RegExp) => {
    let open = () => {}
    const gate = new Promise<void>((done) => (open = done))
    const asked = new Promise<void>((heard) => void page.route(address, async (route) => {
      heard()
      await gate
      await route.continue()
    }))
    return { open, asked }
  }

  test('between the drawing of a page and the start of its stream', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Mezera' })
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    const stream = await hold(page, /__transmit\/subscribe/)
    await page.goto(`/tickets/${ticket.id}?view=unassigned`)
    await stream.asked
    await customerWrites(ticket, 'Napsáno do mezery')
    assert.equal(await page.locator('.entry', { hasText: 'Napsáno do mezery' }).count(), 0, 'nobody has told this page')
    stream.open()
    await live(page)
    await page.locator('.entry', { hasText: 'Napsáno do mezery' }).waitFor()
  })

  test('a page that missed nothing asks for nothing', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Klid' })
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    await page.goto(`/tickets/${ticket.id}`)
    await live(page)
    const asked: string[] = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    // Told to this page after the stream's own first words: whatever those would have asked for is asked for by now.
    await customerWrites(ticket, 'Nová zpráva')
    await page.locator('.entry', { hasText: 'Nová zpráva' }).waitFor()
    assert.isAtMost(asked.filter((path) => path === `/tickets/${ticket.id}/messages`).length, 1)
  })

  test('while a ticket that was clicked is on its way', async ({ assert, browser }) => {
    const [first, second] = [await givenTicket({ subject: 'První' }), await givenTicket({ subject: 'Druhý' })]
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    await page.goto(`/tickets/${first.id}?view=unassigned`)
    await live(page)
    const heard = page.evaluate((name) => new Promise<void>((done) => document.body.addEventListener(name, () => done(), { once: true })), `ticket-${second.id}`)

    // The answer is drawn before the customer writes, and arrives after the page was told of it.
    await page.route(new RegExp(`/tickets/${second.id}(\\?|$)`), async (route) => {
      const answer = await route.fetch()
      await customerWrites(second, 'Napsáno cestou')
      await heard
      await route.fulfill({ response: answer })
    })
    await page.locator('.row', { hasText: 'Druhý' }).click()
    await page.locator(`#ticket[data-ticket="${second.id}"]`).waitFor()
    await page.locator('.entry', { hasText: 'Napsáno cestou' }).waitFor()
    assert.equal(await page.locator('#ticket').getAttribute('data-ticket'), String(second.id))
  })
})
