import type { Page } from 'playwright'
import { test } from '@japa/runner'
import { faultsOf } from '../axe.js'
import { FakeGraph } from '../fakes/graph.js'
import { SmtpSink } from '../fakes/smtp_sink.js'
import { startDesk, type Desk } from '../servers/desk.js'
import { closeWindows, complaints, live, openWindow, until } from '../window.js'

const PETR = { name: 'Petr Novák', email: 'petr@obchod.test', password: 'tajne heslo 2' }
const HOUR_MS = 3_600_000

/** The whole way of a chat: the platform's fake, the real server process, a browser, and a clock that moves. */
function journeys(title: string, setup: { channel: string; graph: () => FakeGraph; config: (graph: FakeGraph) => object; person: string }) {
  test.group(`Journeys | ${title}`, (group) => {
    let desk: Desk
    let graph: FakeGraph
    let sink: SmtpSink
    let hook: string
    /** How far the desk's clock is ahead, ms. */
    let ahead = 0
    group.each.teardown(closeWindows)
    group.setup(async () => {
      ;[graph, sink] = await Promise.all([setup.graph().start(), new SmtpSink().start()])
      desk = await startDesk({ env: { META_GRAPH_URL: graph.url, TEST_CLOCK: '1' } })
      await desk.api('POST', '/agents', { ...PETR, role: 'agent', language: 'en' })
      const inbox = await desk.api('POST', '/inboxes', { channel: setup.channel, name: 'Kavárna', undo_seconds: 0, config: { app_secret: graph.secret, ...setup.config(graph) } })
      await desk.api('POST', '/inboxes', { channel: 'email', name: 'Pošta', undo_seconds: 0, config: { address: 'info@obchod.test', smtp: { host: '127.0.0.1', port: sink.port, tls: 'none' } } })
      graph.profiles.set(setup.person, { name: 'Eva Horáková', first_name: 'Eva', last_name: 'Horáková' })
      hook = `${desk.url}/hooks/${setup.channel}/${inbox.key}`
      return async () => {
        await desk.stop()
        await graph.stop()
        await sink.stop()
      }
    })

    const there = () => Date.now() + ahead
    const write = (text: string) => graph.emit(hook, graph.body([graph.text(setup.person, text, {}, there())]))
    const move = async (hours: number) => {
      ahead += hours * HOUR_MS
      await desk.api('POST', '/test/clock', { now: new Date(there()).toISOString() })
    }
    /** The customer stands beside the ticket on a wide window, and behind a button on this one. */
    const openCard = (page: Page) => page.getByRole('button', { name: 'Customer card' }).click()
    const row = (page: Page) => page.locator('#list .row', { hasText: 'Eva Horáková' })

    test('a message comes in, is answered, delivered and read; the window closes, and another way is offered', async ({ assert, browser }) => {
      const page = await openWindow(browser, desk.url, PETR)
      page.setDefaultTimeout(30_000)
      await page.goto('/views/waiting')
      await live(page)
      await write('Dobrý den, máte to i v modré? Můj e-mail je eva.horakova@posta.test')
      await row(page).waitFor()
      await row(page).locator('.row__window', { hasText: 'answer within 23' }).waitFor()

      await row(page).click()
      await page.locator('#reply_window', { hasText: 'you can answer freely' }).waitFor()
      assert.equal(await page.locator('#reply-cc, #reply-subject').count(), 0, 'a chat has neither copies nor a subject')
      await page.locator('#reply-form input[type=file]').setInputFiles({ name: 'obrovský.png', mimeType: 'image/png', buffer: Buffer.alloc(26_000_000) })
      await page.getByText('is larger than').first().waitFor()
      await page.fill('#reply-text', 'Ano, máme ')
      await page.locator('#reply-form').getByRole('button', { name: 'Emoji' }).press('Enter')
      await page.locator('#emoji-menu button:focus').waitFor()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
      await page.locator('#reply-form .composer__count', { hasText: / of / }).waitFor()
      assert.equal(await page.inputValue('#reply-text'), 'Ano, máme 😀')
      assert.deepEqual(await faultsOf(page), [])
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.locator('#reply-form').getByRole('button', { name: 'Send to Eva' }).click()
      await page.locator('.entry--out .delivery', { hasText: 'Sent' }).waitFor()
      assert.equal(graph.sends[0].body.message.text, 'Ano, máme 😀')

      await acknowledge()
      await page.locator('.entry--out .delivery', { hasText: 'read' }).waitFor()

      await page.goto(page.url())
      await openCard(page)
      await page.locator('#card').getByRole('button', { name: 'Add to this customer' }).click()
      await page.locator('#card .contacts').getByText('eva.horakova@posta.test').waitFor({ state: 'attached' })

      await move(26)
      await page.goto(page.url())
      await page.locator('#reply-form[data-shut]').getByText('takes no more answers').waitFor()
      await page.locator('.ticket__facts .due', { hasText: 'window closed' }).waitFor()
      assert.equal(await page.locator('#reply-text').count(), 0, 'what would be refused is not offered')
      assert.deepEqual(await faultsOf(page), [])
      await page.setViewportSize({ width: 1440, height: 900 })

      await page.locator('#reply-form').getByRole('link', { name: 'eva.horakova@posta.test' }).click()
      await page.fill('#reply-text', 'Píšeme e-mailem: máme modrou i žlutou.')
      await page.locator('#reply-form').getByRole('button', { name: /^Send to/ }).click()
      await sink.received(1, 30_000)
      assert.deepEqual(sink.mails[0].to, ['eva.horakova@posta.test'])
      assert.include(sink.mails[0].mail.text!, 'modrou i žlutou')
      assert.lengthOf(graph.sends, 1)

      await write('Děkuji, píšu zase sem')
      await page.locator('#thread').getByText('Děkuji, píšu zase sem').waitFor()
      await page.goto(page.url().split('?')[0])
      await page.locator('#reply_window', { hasText: 'you can answer freely' }).waitFor()
      assert.lengthOf((await desk.api('GET', '/tickets')).data, 1)
      assert.deepEqual(complaints(page), [])
    })

    test('an answer that the channel would refuse is refused in words, to a program too; without JavaScript all is there', async ({ assert, browser }) => {
      await move(30)
      const [ticket] = (await desk.api('GET', '/tickets')).data
      assert.deepInclude(ticket.reply_window, { mode: 'closed', until: null })
      await assert.rejects(() => desk.api('POST', `/tickets/${ticket.number}/messages`, { text: 'Pozdě' }), /422.*last wrote more than 24 hours ago/)
      const page = await openWindow(browser, desk.url, PETR, { javaScriptEnabled: false })
      page.setDefaultTimeout(30_000)
      await page.goto(`/tickets/${ticket.number}`)
      await page.locator('#reply-form[data-shut]').getByText('takes no more answers').waitFor()
      await page.locator('#reply-form').getByRole('link', { name: 'eva.horakova@posta.test' }).waitFor()
    })

    /** The platform says that the last message was read, in its own way. */
    async function acknowledge() {
      const { mid } = await until('the send', async () => graph.sends.at(-1), 30_000)
      if (graph.object === 'page') await graph.emit(hook, graph.body([graph.event(setup.person, { delivery: { mids: [mid], watermark: there() + 1000 } }, there())]))
      await graph.emit(hook, graph.body([graph.event(setup.person, { read: graph.object === 'page' ? { watermark: there() + 1000 } : { mid } }, there())]))
    }
  })
}

journeys('Messenger', {
  channel: 'messenger',
  graph: () => new FakeGraph(),
  config: (graph) => ({ page_id: graph.account, page_access_token: graph.token, app_id: '777' }),
  person: '55501',
})

journeys('Instagram', {
  channel: 'instagram',
  graph: () => new FakeGraph({ object: 'instagram', account: '17840001' }),
  config: (graph) => ({ login_kind: 'business', ig_account_id: graph.account, access_token: graph.token }),
  person: '88001',
})
