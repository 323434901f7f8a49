import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright'
import { test } from '@japa/runner'
import env from '#start/env'
import { sanitiseMail } from '#tickets/mail_html'
import { givenCustomer, givenInbox, givenTicket, words } from '../given.js'
import { closeWindows, complaints, deskUrl, givenPerson, openWindow, until } from '../window.js'
import { FAR, HOSTILE } from './hostile_html.js'

/** Frames of one ticket's page; a thread shows fifty. */
const A_PAGE = 40
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
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
      return route.fulfill({ contentType: 'image/png', body: PNG })
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

  for (const [name, clean] of [['as it is cleaned', true], ['even if the cleaning let everything through', false]] as const) {
    test(`${HOSTILE.length} hostile mails, each alone: none runs, none fetches anything, ${name}`, async ({ assert, browser }) => {
      const [inbox, customerId] = [await givenInbox(), await givenCustomer()]
      const page = await openWindow(browser, deskUrl(), await givenPerson())
      const foreign = await watch(page)
      const dialogs: string[] = []
      page.on('dialog', (dialog) => (dialogs.push(dialog.message()), void dialog.dismiss()))
      for (let from = 0; from < HOSTILE.length; from += A_PAGE) {
        const ticket = await givenTicket({ inbox, customerId, subject: 'Výhra!' })
        const some = HOSTILE.slice(from, from + A_PAGE)
        for (const html of some) {
          const mail = `<b>Dobrý den</b>${html}<b>konec</b>`
          await ticket.receive({ ...words(inbox.id, customerId), ...(clean ? sanitiseMail(mail) : { html: mail, remoteImages: 0 }) }, { by: { kind: 'customer', id: customerId } })
        }
        await page.goto(`/tickets/${ticket.id}`)
        await page.evaluate(() => document.querySelectorAll<HTMLIFrameElement>('iframe.mail-frame').forEach((frame) => (frame.loading = 'eager')))
        const frames = page.locator('iframe.mail-frame')
        await until('every mail has its frame', async () => (await frames.count()) === some.length)
        for (let at = 0; at < some.length; at++) await page.frameLocator('iframe.mail-frame').nth(at).getByText('Dobrý den').first().waitFor({ state: 'attached' })
        // Whatever a mail would fetch or run while it loads, it has by then.
        await page.waitForFunction(() => [...document.querySelectorAll<HTMLIFrameElement>('iframe.mail-frame')].every((frame) => frame.contentDocument?.readyState === 'complete'))
        assert.isFalse(await hacked(page), `one of ${from}–${from + some.length} ran`)
        assert.deepEqual(foreign, [], `one of ${from}–${from + some.length} fetched`)
        assert.match(page.url(), new RegExp(`/tickets/${ticket.id}$`), 'none led the reader away')
      }
      assert.deepEqual(dialogs, [])
    })
  }

  test('pictures come once by a click, and from then on for a sender who is always allowed, and always through us', async ({ assert, browser }) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)
    }).listen(0, '127.0.0.1')
    await new Promise((ready) => server.once('listening', ready))
    const picture = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pixel.png`
    env.set('OUTBOUND_ALLOW', '127.0.0.1')
    try {
      const inbox = await givenInbox()
      const customerId = await givenCustomer('newsletter@posta.test')
      const write = async (subject: string) => {
        const ticket = await givenTicket({ inbox, customerId, subject })
        await ticket.receive({ ...words(inbox.id, customerId, { fromAddress: 'newsletter@posta.test' }), ...sanitiseMail(`<p>Dobrý den</p><img src="${picture}" alt="pixel">`) }, { by: { kind: 'customer', id: customerId } })
        return ticket
      }
      const first = await write('Novinky 1')
      const page = await openWindow(browser, deskUrl(), await givenPerson())
      const direct: string[] = []
      page.on('request', (request) => (request.url().startsWith(picture) ? direct.push(request.url()) : undefined))
      await page.goto(`/tickets/${first.id}`)
      await page.frameLocator('iframe.mail-frame').getByText('Dobrý den').waitFor()
      assert.deepEqual(asked, [])
      const fetched = () => page.waitForResponse(/\/messages\/\d+\/images\/0$/)
      const [answer] = await Promise.all([fetched(), page.locator('#thread').getByRole('link', { name: 'Show' }).click()])
      assert.equal(answer.status(), 200)
      await Promise.all([fetched(), page.reload().then(() => page.locator('#thread').getByRole('button', { name: 'Always from this sender' }).click())])

      const second = await write('Novinky 2')
      await Promise.all([fetched(), page.goto(`/tickets/${second.id}`)])
      assert.equal(await page.locator('.mail__shut').count(), 0, 'there is nothing to ask any more')
      assert.isAbove(asked.length, 1)
      assert.deepEqual(direct, [], 'the reader’s browser asks nobody but us')
      assert.deepEqual(complaints(page), [])
    } finally {
      env.set('OUTBOUND_ALLOW', '')
      server.closeAllConnections()
      server.close()
    }
  })
})
