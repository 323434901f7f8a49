import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { fresh, givenTicket, words } from '../given.js'
import { until, closeWindows, complaints, deskUrl, givenPerson, live, openWindow } from '../window.js'


/** The desk in real windows: two who write at once, what cannot be mistaken, and the keyboard alone. */
test.group('Journeys | the desk', (group) => {
  group.each.teardown(closeWindows)

  test('of two who write at once the second is stopped with what is new, and decides', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Srážka' })
    const petr = await givenPerson('Petr Novák')
    const jana = await givenPerson('Jana Bílá')
    const [hers, his] = await Promise.all([openWindow(browser, deskUrl(), jana), openWindow(browser, deskUrl(), petr)])
    for (const page of [hers, his]) {
      await page.goto(`/tickets/${ticket.id}`)
      await live(page)
    }

    await his.locator('#reply-text').pressSequentially('Odpověď Petra')
    await hers.locator('.viewers', { hasText: 'Petr Novák is writing' }).waitFor()
    await hers.locator('#reply-text').pressSequentially('Odpověď Jany')
    await his.locator('.viewers', { hasText: 'Jana Bílá is writing' }).waitFor()

    await his.keyboard.press('Control+Enter')
    await hers.locator('.entry--out', { hasText: 'Odpověď Petra' }).waitFor()
    await hers.locator('[data-news-above]', { hasText: 'Petr Novák has just written' }).waitFor()
    await hers.keyboard.press('Control+Enter')
    const asked = hers.locator('dialog#stale[open]')
    await asked.getByText('Odpověď Petra').waitFor()
    assert.include(await asked.locator('.stale__mine').innerText(), 'Odpověď Jany')
    assert.lengthOf(await replies(ticket.id), 1)

    await asked.getByRole('link', { name: 'Edit' }).click()
    await asked.waitFor({ state: 'hidden' })
    assert.equal(await hers.inputValue('#reply-text'), 'Odpověď Jany', 'her words are safe')
    await hers.fill('#reply-text', 'Odpověď Jany, upravená')
    await hers.keyboard.press('Control+Enter')
    await hers.locator('.entry--out', { hasText: 'Odpověď Jany, upravená' }).waitFor()
    assert.lengthOf(await replies(ticket.id), 2)
    assert.equal((await fresh(ticket)).ownerId, petr.id, 'who answered first owns it')

    const customerWrites = async (text: string) => (await fresh(ticket)).receive(words(ticket.inboxId, ticket.customerId, { text }), { by: { kind: 'customer', id: ticket.customerId } })
    await hers.fill('#reply-text', 'Třetí odpověď')
    await customerWrites('Ještě něco.')
    await hers.keyboard.press('Control+Enter')
    await asked.getByText('Ještě něco.').waitFor()
    await asked.getByRole('button', { name: 'Send anyway' }).click()
    await hers.locator('.entry--out', { hasText: 'Třetí odpověď' }).waitFor()
    assert.lengthOf(await replies(ticket.id), 3)

    await hers.fill('#reply-text', 'Čtvrtá, zbytečná')
    await customerWrites('Už nic nechci.')
    await hers.keyboard.press('Control+Enter')
    await asked.getByText('Už nic nechci.').waitFor()
    await asked.getByRole('button', { name: 'Discard' }).click()
    await asked.waitFor({ state: 'detached' })
    await until('an empty reply', async () => (await hers.inputValue('#reply-text')) === '')
    assert.lengthOf(await replies(ticket.id), 3)
    assert.deepEqual([...complaints(hers), ...complaints(his)], [])
  })

  test('a note cannot be mistaken for a reply', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Poznámka' })
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    await page.goto(`/tickets/${ticket.id}`)
    const look = (form: string) => page.locator(`${form} .composer__frame`).evaluate((frame) => [getComputedStyle(frame).backgroundColor, getComputedStyle(frame).borderTopColor].join())
    const asReply = await look('#reply-form')

    await page.click('[data-mode-tab="note"] >> visible=true')
    const form = page.locator('#note-form')
    await form.getByText('the customer will not see this').waitFor()
    await form.getByRole('button', { name: 'Save note' }).waitFor()
    assert.notEqual(await look('#note-form'), asReply, 'its frame looks different')
    assert.equal(await form.locator('[name="to"], [name="cc"], [name="bcc"], [name="subject"]').count(), 0, 'it has nobody to go to')
    assert.isFalse(await page.locator('#reply-form').isVisible())

    await page.fill('#note-text', 'Jen pro nás')
    await page.click('#note-form [data-mode-tab="reply"]')
    const asked = page.locator('dialog#note-to-reply[open]')
    await asked.getByRole('button', { name: 'Keep it as a note' }).click()
    assert.equal(await page.inputValue('#reply-text'), '')
    await page.click('#reply-form [data-mode-tab="note"]')
    await page.click('#note-form [data-mode-tab="reply"]')
    await asked.getByRole('button', { name: 'Move it to the reply' }).click()
    await until('the words in the reply', async () => (await page.inputValue('#reply-text')) === 'Jen pro nás')
    assert.equal(await page.inputValue('#note-text'), '')
    assert.lengthOf(await replies(ticket.id), 0)
    assert.deepEqual(complaints(page), [])
  })

  test('the day can be spent on the keyboard, and its letters can be switched off', async ({ assert, browser }) => {
    const agent = await givenPerson()
    const tickets = [await givenTicket({ subject: 'Klávesy 1', ownerId: agent.id }), await givenTicket({ subject: 'Klávesy 2', ownerId: agent.id }), await givenTicket({ subject: 'Klávesy 3', ownerId: agent.id })]
    const page = await openWindow(browser, deskUrl(), agent)
    await page.goto('/views/mine')
    const focused = () => page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row') ?? document.activeElement?.id)

    await page.keyboard.press('j')
    const first = await focused()
    await page.keyboard.press('j')
    const second = await focused()
    assert.notEqual(first, second)
    await page.keyboard.press('k')
    assert.equal(await focused(), first)

    await page.keyboard.press('Enter')
    await page.locator(`#ticket[data-ticket="${first}"]`).waitFor()
    await page.keyboard.press('j')
    await page.locator(`#ticket[data-ticket="${second}"]`).waitFor()
    await page.keyboard.press('r')
    assert.equal(await focused(), 'reply-text')
    await page.keyboard.type('Odpověď z kláves, j a k jsou tu písmena')
    await page.keyboard.press('Control+Enter')
    await page.locator('.entry--out', { hasText: 'Odpověď z kláves, j a k jsou tu písmena' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await page.locator('.ticket__facts .pill', { hasText: 'Resolved' }).waitFor()
    assert.equal((await fresh(tickets.find(({ id }) => String(id) === second)!)).status, 'resolved')

    await page.keyboard.press('?')
    const keys = page.locator('dialog#keys[open]')
    await keys.waitFor()
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    assert.equal(await focused(), second, 'out of the ticket, back in the list')

    await page.goto('/profile')
    await page.uncheck('input[name="keyboard"][type="checkbox"]')
    await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'GET' && answer.url().endsWith('/profile')), page.locator('form[action^="/profile"]:has([name="keyboard"]) button[type="submit"]').click()])
    await page.goto('/views/mine')
    await page.keyboard.press('j')
    await page.keyboard.press('?')
    assert.isFalse(await keys.isVisible())
    assert.isFalse([first, second].includes(await focused()))
    assert.deepEqual(complaints(page), [])
  })
})

const replies = (ticketId: number) => db.from('messages').where({ ticket_id: ticketId, kind: 'reply' })
