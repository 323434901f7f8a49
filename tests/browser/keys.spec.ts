import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { fresh, givenTicket } from '../given.js'
import { closeWindows, complaints, deskUrl, givenPerson, live, openWindow, until } from '../window.js'

/** Keys that an agent has chosen (screens.md §3, WCAG 2.1.4). */
test.group('Journeys | own keys', (group) => {
  group.each.teardown(closeWindows)

  test('a chosen key does what it says, the old one nothing; two are refused in words; and the moves', async ({ assert, browser }) => {
    const ticket = await givenTicket({ subject: 'Klávesy' })
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    await page.goto('/profile/keys')
    await page.getByLabel('reply', { exact: true }).fill('n')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('“n” already means: internal note.').waitFor()
    await page.getByLabel('internal note', { exact: true }).fill(';')
    await page.keyboard.press('Enter')
    await page.getByText('Your keys are saved.').waitFor()

    await page.goto(`/tickets/${ticket.id}?view=unassigned`)
    await live(page)
    await page.locator('#thread').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('n')
    await until('the reply has the focus', () => page.evaluate(() => document.activeElement?.id === 'reply-text'))
    await page.keyboard.press('Escape')
    await page.keyboard.press(';')
    await until('the note has the focus', () => page.evaluate(() => document.activeElement?.id === 'note-text'))
    await page.keyboard.press('Escape')

    // Once: the customer; again: somebody else.
    await page.keyboard.press('w')
    await page.keyboard.press('w')
    await until('it waits for somebody else', async () => (await fresh(ticket)).pendingOn === 'third_party')

    for (const [key, address] of [['t', '/tasks'], ['p', '/planned'], ['k', '/customers'], ['d', '/absences']] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.waitForURL((url) => url.pathname === address)
    }
    assert.deepEqual(complaints(page), [])
    assert.lengthOf(await db.from('messages').where({ ticket_id: ticket.id, kind: 'reply' }), 0)
  })

  test('ticked tickets are merged by the key, seen first and taken back', async ({ assert, browser }) => {
    const [one, two] = [await givenTicket({ subject: 'Slučovaný první' }), await givenTicket({ subject: 'Slučovaný druhý' })]
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    await page.goto('/views/unassigned')
    await live(page)
    for (const { id } of [one, two]) {
      await page.locator(`#ticket_${id}_row .row`).focus()
      await page.keyboard.press('x')
    }
    await page.keyboard.press('m')
    const asked = page.locator('dialog#bulk-asked[open]')
    await asked.getByText('2 tickets become one').waitFor()
    await asked.getByRole('button', { name: 'Merge 2 tickets' }).click()
    await until('they are one', async () => (await fresh(two)).mergedIntoId === one.id)
    await page.locator('[data-undo]').click()
    await until('they are two again', async () => (await fresh(two)).mergedIntoId === null)
    assert.deepEqual(complaints(page), [])
  })
})
