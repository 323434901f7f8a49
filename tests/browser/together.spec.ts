import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { fresh, givenCustomer, givenInbox, givenTicket, words } from '../given.js'
import { faultsOf } from '../axe.js'
import { until, closeWindows, complaints, deskUrl, givenPerson, live, openWindow } from '../window.js'

/** Several people and several tickets, in a real window. */
test.group('Journeys | working together', (group) => {
  group.each.teardown(closeWindows)

  test('two tickets become one and one becomes two; many are resolved after a look, and taken back; the list is kept as a view', async ({ assert, browser }) => {
    const inbox = await givenInbox({ name: 'info@' })
    const customerId = await givenCustomer('petra@posta.test', 'Petra Malá')
    const agent = await givenPerson('Jana Bílá')
    const [first, second] = [await givenTicket({ inbox, customerId, subject: 'Kde je balík' }), await givenTicket({ inbox, customerId, subject: 'A ještě balík' })]
    const page = await openWindow(browser, deskUrl(), agent)
    await page.goto(`/tickets/${second.id}`)
    await live(page)

    // Merge: the banner says where else she waits.
    await page.getByText(`also waits in #${first.id}`).waitFor()
    await page.keyboard.press('m')
    await page.getByRole('button', { name: `Merge into #${first.id}` }).click()
    await page.waitForURL(`**/tickets/${first.id}`)
    await live(page)
    await page.locator('.fact', { hasText: `merged #${second.id} into this one` }).waitFor()
    assert.equal((await fresh(second)).mergedIntoId, first.id)
    assert.equal((await fresh(first)).messageCount, 2)

    // Split: the second matter goes its own way.
    const last = await (await fresh(first)).receive(words(inbox.id, customerId, { text: 'A chci fakturu.', subject: 'Faktura' }), { by: { kind: 'customer', id: customerId } })
    await page.locator('.entry', { hasText: 'A chci fakturu.' }).waitFor()
    await page.goto(`/tickets/${first.id}/split/create?message=${last}`)
    assert.isTrue(await page.locator(`#split_message_${last}`).isChecked())
    await page.getByRole('button', { name: 'Make a new ticket of it' }).click()
    await page.locator('#ticket-title', { hasText: 'Faktura' }).waitFor()
    const child = await db.from('tickets').where('subject', 'Faktura').orderBy('id', 'desc').firstOrFail()
    assert.equal((await fresh(first)).messageCount, 2)

    // Many at once: seen before, and taken back after.
    await page.goto(`/views/inbox-${inbox.id}`)
    for (const id of [first.id, child.id]) await page.locator(`#ticket_${id}_row .check`).check({ force: true })
    await page.locator('#bulk button[value="resolve"]').click()
    const asked = page.locator('dialog#bulk-asked[open]')
    await asked.getByText('2 tickets will be resolved').waitFor()
    assert.deepEqual([(await fresh(first)).status, (await fresh(child)).status], ['new', 'open'], 'a look changes nothing')
    assert.deepEqual(await faultsOf(page), [])
    await page.setViewportSize({ width: 1440, height: 900 })
    await asked.getByRole('button', { name: 'Change 2 tickets' }).click()
    await until('both resolved', async () => (await fresh(first)).status === 'resolved' && (await fresh(child)).status === 'resolved')
    await page.getByText('2 tickets changed.').waitFor()
    await page.locator('[data-undo]').click()
    await until('both as before', async () => (await fresh(first)).status === 'new' && (await fresh(child)).status === 'open')

    // The list as it is filtered becomes a view, and a digit opens it.
    await page.goto(`/views/waiting?inbox=${inbox.id}`)
    await page.locator('[popovertarget="save-view"]').click()
    await page.fill('#save-view-name', 'Balíky')
    await page.locator('#save-view button[type="submit"]').click()
    await page.locator('#list-title', { hasText: 'Balíky' }).waitFor()
    assert.equal(await page.locator('[data-row]').count(), 2)
    await page.goto('/views/mine')
    await page.keyboard.press('1')
    await page.locator('#list-title', { hasText: 'Balíky' }).waitFor()
    assert.deepEqual(complaints(page), [])
  }).timeout(240_000)

  test('a colleague is named in a note with two keys, and a task is promised, without leaving the ticket', async ({ assert, browser }) => {
    const petr = await givenPerson('Petr Zelený')
    const agent = await givenPerson('Jana Bílá')
    const ticket = await givenTicket({ subject: 'Zmínka' })
    const page = await openWindow(browser, deskUrl(), agent)
    await page.goto(`/tickets/${ticket.id}`)
    await live(page)
    await page.keyboard.press('n')
    await page.locator('#note-text').pressSequentially('Víš to, @zel')
    await page.locator('.mention-list [role="option"]', { hasText: 'Petr Zelený' }).waitFor()
    await page.keyboard.press('Enter')
    assert.equal(await page.inputValue('#note-text'), 'Víš to, @Petr Zelený ')
    await page.keyboard.press('Control+Enter')
    await page.locator('.entry--note .mention', { hasText: '@Petr Zelený' }).waitFor()
    assert.lengthOf(await db.from('mentions').where({ ticket_id: ticket.id, agent_id: petr.id }), 1)

    await page.locator('[popovertarget="tasks-menu"]').click()
    await page.fill('#new-task', 'Zavolat')
    await page.fill('#new-task-due', '2020-01-01T10:00')
    await page.locator('#tasks-menu').getByRole('button', { name: 'Add the task' }).click()
    await page.locator('.together__late', { hasText: '1 late' }).first().waitFor()
    assert.deepEqual(await faultsOf(page), [])
    assert.deepEqual(complaints(page), [])
  }).timeout(180_000)
})
