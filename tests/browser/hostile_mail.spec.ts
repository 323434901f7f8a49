import type { Page } from 'playwright'
import { test } from '@japa/runner'
import { sanitiseMail } from '#tickets/mail_html'
import { givenCustomer, givenInbox, givenTicket, words } from '../given.js'
import { closeWindows, complaints, deskUrl, givenPerson, openWindow } from '../window.js'

const FAR = 'http://tracker.test'
const SCRIPTS = `<script>parent.hacked=1</script><img src=x onerror="parent.hacked=1"><svg onload="parent.hacked=1"></svg><a href="javascript:parent.hacked=1">Klikněte</a><iframe srcdoc="<script>parent.parent.hacked=1</script>"></iframe><form action="${FAR}/form"><button>Odeslat</button></form><meta http-equiv="refresh" content="0;url=${FAR}/meta">`
const REQUESTS = `<link rel="stylesheet" href="${FAR}/link.css"><style>@import url(${FAR}/import.css); body{background:url(${FAR}/body.png)}</style><div style="background:url('${FAR}/style.png')">b</div><table background="${FAR}/table.png"><tr><td>t</td></tr></table><video src="${FAR}/v.mp4" poster="${FAR}/p.png"></video><img srcset="${FAR}/set.png 2x"><picture><source srcset="${FAR}/source.png"></picture><object data="${FAR}/o"></object>`
const PICTURE = `<p>Dobrý den</p><img src="${FAR}/pixel.png" alt="pixel">`

/** What a stranger's mail may do in the ticket: be read, and nothing else until somebody allows its pictures. */
test.group('Journeys | hostile mail', (group) => {
  group.each.teardown(closeWindows)

  /** Every request that left for anywhere but the desk. */
  const watch = async (page: Page) => {
    const foreign: string[] = []
    await page.context().route(`${FAR}/**`, (route) => {
      foreign.push(route.request().url())
      return route.fulfill({ contentType: 'image/png', body: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') })
    })
    return foreign
  }
  const hacked = (page: Page) => page.evaluate(() => 'hacked' in window)

  for (const [name, clean] of [['as it is cleaned', true], ['even if the cleaning let everything through', false]] as const) {
    test(`no script runs and nothing is fetched: ${name}`, async ({ assert, browser }) => {
      const html = SCRIPTS + REQUESTS + PICTURE
      const ticket = await givenTicket({ subject: 'Výhra!' })
      await ticket.receive({ ...words(ticket.inboxId, ticket.customerId), ...(clean ? sanitiseMail(html) : { html, remoteImages: 1 }) }, { by: { kind: 'customer', id: ticket.customerId } })
      const page = await openWindow(browser, deskUrl(), await givenPerson())
      const foreign = await watch(page)
      await page.goto(`/tickets/${ticket.id}`)
      await page.locator('#thread .entry').last().scrollIntoViewIfNeeded()
      const frame = page.frameLocator('iframe.mail-frame')
      await frame.getByText('Dobrý den').waitFor()
      const link = frame.getByText('Klikněte')
      if (await link.count()) await link.click()
      await page.waitForLoadState('networkidle')
      assert.isFalse(await hacked(page))
      assert.deepEqual(foreign, [])
    })
  }

  test('pictures come once by a click, and from then on for a sender who is always allowed', async ({ assert, browser }) => {
    const inbox = await givenInbox()
    const customerId = await givenCustomer('newsletter@posta.test')
    const write = async (subject: string) => {
      const ticket = await givenTicket({ inbox, customerId, subject })
      await ticket.receive({ ...words(inbox.id, customerId, { fromAddress: 'newsletter@posta.test' }), ...sanitiseMail(PICTURE) }, { by: { kind: 'customer', id: customerId } })
      return ticket
    }
    const first = await write('Novinky 1')
    const page = await openWindow(browser, deskUrl(), await givenPerson())
    const foreign = await watch(page)
    await page.goto(`/tickets/${first.id}`)
    await page.frameLocator('iframe.mail-frame').getByText('Dobrý den').waitFor()
    assert.deepEqual(foreign, [])
    const fetched = () => page.waitForResponse(`${FAR}/pixel.png`)
    await Promise.all([fetched(), page.locator('#thread').getByRole('link', { name: 'Show' }).click()])
    await Promise.all([fetched(), page.reload().then(() => page.locator('#thread').getByRole('button', { name: 'Always from this sender' }).click())])

    const second = await write('Novinky 2')
    await Promise.all([fetched(), page.goto(`/tickets/${second.id}`)])
    assert.equal(await page.locator('.mail__shut').count(), 0, 'there is nothing to ask any more')
    assert.deepEqual(complaints(page), [])
  })
})
