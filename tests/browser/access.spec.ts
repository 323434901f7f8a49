import type { Page } from 'playwright'
import { test } from '@japa/runner'
import { now, nowMs } from '#support/clock'
import SavedView from '#tickets/saved_view'
import { startSide } from '#tickets/side'
import Task from '#tickets/task'
import db from '@adonisjs/lucid/services/db'
import { faultsOf } from '../axe.js'
import { fresh, givenInbox, givenTeam, givenTicket, words } from '../given.js'
import { closeWindows, deskUrl, givenPerson, openWindow } from '../window.js'

const ADMIN_PAGES = ['', '/company', '/tags', '/agents', '/teams', '/inboxes', '/inboxes/create', '/incoming', '/check', '/jobs', '/audit', '/plugins', '/plugins/email']

/** Everybody can use every page: no fault that axe knows, and nothing wider than its window. */
test.group('Journeys | every page for everybody', (group) => {
  group.each.teardown(closeWindows)
  let admin: Awaited<ReturnType<typeof givenPerson>>
  let pages: string[]
  group.setup(async () => {
    admin = await givenPerson('Eva Malá', 'admin')
    const colleague = await givenPerson('Tomáš Kučera')
    const team = await givenTeam('Reklamace a vrácení zboží ze zahraničí')
    const inbox = await givenInbox({ channel: 'email', name: 'Reklamace', teamId: team })
    const ticket = await givenTicket({ inbox, subject: 'Kávovar Perla s velmi dlouhým předmětem, který se nikam nevejde a stejně má být celý k přečtení', ownerId: colleague.id })
    await ticket.receive({ ...words(inbox.id, ticket.customerId), html: '<p>Dobrý <b>den</b> <img src="https://cizi.test/a.png"></p>' }, { by: { kind: 'customer', id: ticket.customerId } })
    await ticket.note({ text: 'Pozor @Tomáš' }, { by: { kind: 'agent', id: admin.id } })
    const reply = await ticket.reply({ text: 'Posíláme\n\nnový.' }, { by: { kind: 'agent', id: admin.id } })
    await db.from('deliveries').where('message_id', reply.id).update({ state: 'failed', error: '550 no such user' })
    await ticket.tag({ add: ['reklamace', 'zahraničí'] }, { by: { kind: 'agent', id: admin.id } })
    const other = await givenTicket({ inbox, subject: 'Druhý' })
    const failed = { inbox_id: inbox.id, state: 'failed', error: 'Broken: no header', attempts: 3, received_at: nowMs(), type: 'message/rfc822', external_id: 'x', raw_path: 'x', sha256: 'x', bytes: 10, due_at: nowMs(), via: 'poll', created_at: nowMs(), updated_at: nowMs() }
    const columns = await db.connection().columnsInfo('incoming_items')
    await db.table('incoming_items').insert(Object.fromEntries(Object.entries(failed).filter(([name]) => name in columns)))
    const cause = { by: { kind: 'agent' as const, id: admin.id } }
    const task = await Task.add(await fresh(ticket), { text: 'Zavolat zákaznici kvůli výměně kávovaru, který přišel podruhé rozbitý', ownerId: admin.id, dueAt: now().minus({ days: 1 }) }, cause)
    const side = await startSide(await fresh(ticket), { inbox, to: [{ address: 'reklamace@dopravce.test', name: 'Dopravce' }], subject: 'Zásilka 123', text: 'Kde je?' }, cause)
    await (await fresh(side)).receive({ ...words(inbox.id, side.customerId, { text: 'Hledáme ji.' }) }, { by: { kind: 'customer', id: side.customerId } })
    const view = await SavedView.save({ id: admin.id, role: 'admin' }, { name: 'Reklamace, které čekají déle než dva dny', filters: { status: 'open', tag: 'reklamace' }, everybody: true }, cause)
    // Whose inbox it was has left, and a colleague has one of their own: both have more to fill in.
    await db.from('inboxes').where('id', inbox.id).update({ farewell_of_id: colleague.id, farewell_text: 'Už tu není', farewell_from_at: nowMs(), farewell_until_at: nowMs() + 86_400_000 })
    await (await givenInbox({ channel: 'email', name: 't.kucera@' })).merge({ agentId: colleague.id }).save()
    pages = [
      '/tasks', `/tasks/${task.id}/edit`, '/saved-views', `/views/${view.key}`, `/sides/${side.id}`, ...['merger', 'split', 'sides'].map((act) => `/tickets/${ticket.id}/${act}/create`), `/bulk-changes/create?act=resolve&ticket_ids[]=${ticket.id}`, `/bulk-changes/create?act=merge&ticket_ids[]=${ticket.id}&ticket_ids[]=${other.id}`,
      '/views/waiting', '/views/mine', '/views/all?status=open&owner=none', `/tickets/${ticket.id}`, `/tickets/${ticket.id}?compose=note`, `/tickets/${ticket.id}/messages`, '/tickets/create',
      '/search', '/search?q=Perla', '/search?q=nicneniXYZ', '/customers', `/customers/${ticket.customerId}`, `/customers/${ticket.customerId}/merger`, '/profile', '/profile/notifications', '/profile/keys', '/notifications', '/palette?q=re', '/keys', '/menu',
      '/setup/inbox', '/setup/team', ...ADMIN_PAGES.map((path) => `/admin${path}`), `/admin/agents/${colleague.id}/edit`, `/admin/teams/${team}/edit`, `/admin/inboxes/${inbox.id}/edit`, `/admin/inboxes/${inbox.id}/removal`,
      '/tickets/99999999', '/api/docs', '/handovers', '/handovers?of=mine', '/deputies', `/tickets/${ticket.id}/handover/create?kind=ask`,
      `/admin/agents/${colleague.id}/work`, `/admin/teams/${team}/work`, `/admin/agents/${colleague.id}/offboarding`,
    ]
  })

  test('axe finds nothing, on a desk and on a phone, by day and by night', async ({ assert, browser }) => {
    const windows = await Promise.all([openWindow(browser, deskUrl(), admin), openWindow(browser, deskUrl(), admin)])
    const faults = await shared(pages, windows, async (page, address) => {
      await visit(page, address)
      return faultsOf(page)
    })
    const nobody = await openWindow(browser, deskUrl(), null)
    for (const address of ['/sign-in', '/invitations/long-gone', '/nowhere']) {
      await visit(nobody, address)
      faults.push(...(await faultsOf(nobody)))
    }
    const agent = await openWindow(browser, deskUrl(), await givenPerson())
    await agent.goto('/admin/agents')
    faults.push(...(await faultsOf(agent)))
    assert.deepEqual(faults, [])
  }).timeout(180_000)

  test('nothing is wider than its window, from 320 to 2560 px', async ({ assert, browser }) => {
    const windows = await Promise.all([openWindow(browser, deskUrl(), admin), openWindow(browser, deskUrl(), admin)])
    const wide = await shared(pages, windows, async (page, address) => {
      await visit(page, address)
      const found: string[] = []
      for (const width of [320, 390, 820, 1024, 1440, 1920, 2560]) {
        await page.setViewportSize({ width, height: 800 })
        found.push(...(await page.evaluate(tooWide)).map((what) => `${address} at ${width}: ${what}`))
      }
      return found
    })
    assert.deepEqual(wide, [])
  }).timeout(120_000)
})

async function visit(page: Page, address: string) {
  await page.setViewportSize({ width: 1440, height: 900 })
  const answer = await page.goto(address)
  if (!/99999999|long-gone|nowhere/.test(address) && answer?.status() !== 200) throw new Error(`${address} answers ${answer?.status()}`)
  // The card beside a ticket asks for itself.
  if (await page.locator('aside#card[hx-get]').count()) await page.locator('#card section').first().waitFor({ state: 'attached' })
}

/** Each address in whichever window is free. */
async function shared(addresses: readonly string[], windows: readonly Page[], work: (page: Page, address: string) => Promise<string[]>): Promise<string[]> {
  const waiting = [...addresses]
  const found: string[] = []
  await Promise.all(
    windows.map(async (page) => {
      for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) found.push(...(await work(page, address)))
    })
  )
  return found
}

function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  const culprit = [...document.body.querySelectorAll('*')].find((element) => element.getBoundingClientRect().right > clientWidth + 1)
  return [`${scrollWidth} px, by ${culprit?.outerHTML.slice(0, 120)}`]
}
