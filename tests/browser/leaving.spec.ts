import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { planOffboarding } from '#routing/offboarding/offboarding'
import { runDueEntries, resetTurns } from '#support/schedule'
import { moveClock, now } from '#support/clock'
import Agent from '#people/agent'
import { forgetDirectory } from '#tickets/pages/directory'
import { drain } from '../drain.js'
import { fresh, givenTicket } from '../given.js'
import { closeWindows, complaints, deskUrl, givenPerson, live, openWindow, until } from '../window.js'

/** What the issue asks to be shown: at 17:00 an open browser is signed out within five seconds. */
test.group('Journeys | an employee leaves', (group) => {
  group.each.teardown(closeWindows)
  group.each.teardown(() => moveClock(null))

  test('off-boarded at 17:00: the open page is the sign-in page within five seconds, and the tickets have their heir', async ({ assert, browser }) => {
    const [marie, petr, jana] = [await givenPerson('Marie Velká', 'admin'), await givenPerson('Petr Novák'), await givenPerson('Jana Bílá')]
    const ticket = await givenTicket({ subject: 'Poslední den', ownerId: petr.id })
    const page = await openWindow(browser, deskUrl(), petr)
    await page.goto(`/tickets/${ticket.id}`)
    await live(page)
    const stream = page.waitForEvent('requestfailed', { predicate: (request) => request.url().includes('__transmit/events'), timeout: 20_000 }).catch(() => null)

    const fivePm = DateTime.fromISO(now().setZone('Europe/Prague').plus({ days: 1 }).toISODate()!, { zone: 'Europe/Prague' }).set({ hour: 17 })
    await planOffboarding(petr.id, { dueAt: fivePm.toUTC(), heirs: { everything: `agent-${jana.id}`, inboxes: {}, supervisorId: null, members: {} } }, { by: { kind: 'agent', id: marie.id } })

    moveClock(fivePm.minus({ minutes: 1 }))
    await resetTurns()
    await runDueEntries()
    assert.isNull((await Agent.findOrFail(petr.id)).deactivatedAt, 'a minute before, nothing has happened')

    moveClock(fivePm)
    await resetTurns()
    const from = Date.now()
    await runDueEntries()
    await page.waitForURL((address) => address.pathname === '/sign-in', { timeout: 15_000 })
    const took = Date.now() - from
    await page.getByText('You have been signed out.').waitFor()
    assert.isBelow(took, 5000, 'within five seconds')
    assert.isNotNull(stream)

    await page.fill('input[name="email"]', petr.email)
    await page.fill('input[name="password"]', petr.password)
    await page.press('input[name="password"]', 'Enter')
    await page.locator('.field__error').first().waitFor()

    await drain()
    assert.equal((await fresh(ticket)).ownerId, jana.id)
    assert.deepEqual(complaints(page), [])
  })

  test('a page that hears no poke loses its stream all the same', async ({ assert, browser }) => {
    const petr = await givenPerson('Petr Tichý')
    await givenPerson('Marie Velká', 'admin')
    const page = await openWindow(browser, deskUrl(), petr)
    await page.goto('/views/waiting')
    await live(page)
    // A page of somebody's own making: it listens, and asks nothing.
    await page.evaluate(() => Object.assign(window, { fetch: () => new Promise(() => {}) }))
    const { endSessions } = await import('#people/session_store')
    await endSessions(petr.id)
    await until('the stream is closed by the server', () => page.locator('body[data-live="lost"]').count())
    assert.equal((await page.request.get('/session', { maxRedirects: 0 })).status(), 303)
  })

  test('hand over by keyboard: d, a name, Enter; and back', async ({ assert, browser }) => {
    const [petr, jana] = [await givenPerson('Petr Novák'), await givenPerson('Sofie Klávesová')]
    const ticket = await givenTicket({ subject: 'Z ruky do ruky' })
    forgetDirectory()
    const page = await openWindow(browser, deskUrl(), petr)
    await page.goto(`/tickets/${ticket.id}`)
    await live(page)

    await page.keyboard.press('a')
    await page.keyboard.press('a')
    await page.getByText('It is yours.').waitFor()
    await until('owned', async () => (await fresh(ticket)).ownerId === petr.id)

    await page.keyboard.press('d')
    await page.locator('dialog#handover[open]').waitFor()
    await page.keyboard.type('Sofie')
    await page.keyboard.press('Enter')
    await page.getByText('Handed over to Sofie Klávesová.').waitFor()
    assert.equal((await fresh(ticket)).ownerId, jana.id)
    await page.keyboard.press('Control+z')
    await page.getByText('Taken back.').waitFor()
    assert.equal((await fresh(ticket)).ownerId, petr.id)

    await page.keyboard.press('q')
    await page.locator('dialog#ask[open]').waitFor()
    await page.selectOption('#ask-to', `agent-${jana.id}`)
    await page.fill('#ask-note', 'Je to skladem?')
    await page.locator('dialog#ask').getByRole('button', { name: 'Ask', exact: true }).click()
    await page.locator('.banner', { hasText: 'You asked Sofie Klávesová' }).waitFor()

    const hers = await openWindow(browser, deskUrl(), jana)
    await hers.goto('/handovers')
    await hers.getByRole('link', { name: `Answer the question about #${ticket.id}` }).click()
    await hers.fill('#answer-text', 'Ano.')
    await hers.getByRole('button', { name: 'Answer' }).click()
    await page.locator('.entry--note', { hasText: 'Ano.' }).waitFor()
    await page.locator('.banner', { hasText: 'You asked' }).waitFor({ state: 'detached' })
    assert.deepEqual([...complaints(page), ...complaints(hers)], [])
  })
})
