import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { givenInbox, givenTicket } from '../given.js'
import { closeWindows, deskUrl, givenPerson, openWindow } from '../window.js'

const MOST_KB = 150
const MOST_REQUESTS = 12

test.group('Page weight', (group) => {
  group.each.teardown(closeWindows)

  test('the ticket list, seen for the first time, is at most 150 KB on the wire in at most 12 requests', async ({ assert, browser, cleanup }) => {
    const inbox = await givenInbox()
    // The other journeys share this desk and look at the first page of its lists.
    cleanup(async () => void (await db.from('tickets').where('inbox_id', inbox.id).update({ status: 'closed', waiting_since_at: null })))
    for (let n = 0; n < 55; n++) await givenTicket({ inbox, subject: `Kde je moje objednávka ${n}`, text: `Dobrý den, už týden čekám na zásilku ${n}, kdy dorazí? Děkuji za odpověď.` })
    const signedIn = await openWindow(browser, deskUrl(), await givenPerson('Jana Malá'))
    // A browser that has never been here, but for the cookie.
    const page = await openWindow(browser, deskUrl(), null, { storageState: await signedIn.context().storageState() })

    const carried: Promise<{ url: string; bytes: number }>[] = []
    page.on('requestfinished', (request) => carried.push(request.sizes().then((sizes) => ({ url: request.url(), bytes: sizes.responseBodySize + sizes.responseHeadersSize }))))
    let asked = 0
    page.on('request', () => asked++)
    await page.goto('/views/waiting')
    await page.locator('[data-row]').nth(49).waitFor()
    await page.waitForTimeout(1000)

    const all = await Promise.all(carried)
    const told = all.map(({ url, bytes }) => `${(bytes / 1000).toFixed(1)} KB ${new URL(url).pathname}`).join('\n')
    const kb = all.reduce((sum, { bytes }) => sum + bytes, 0) / 1000
    assert.isAtMost(asked, MOST_REQUESTS, told)
    assert.isAtMost(kb, MOST_KB, told)
  })
})
