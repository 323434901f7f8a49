import type { Page } from 'playwright'
import { test } from '@japa/runner'
import { faultsOf } from '../axe.js'
import { startDesk, type Desk } from '../servers/desk.js'
import { startDovecot, type Dovecot } from '../servers/dovecot.js'
import { closeWindows, complaints, openWindow, signIn } from '../window.js'

const EVA = { email: 'eva@obchod.test', password: 'tajne heslo 1' }
const PETR = { email: 'petr@obchod.test', password: 'tajne heslo 2' }

/** From an empty folder to a team with its first ticket, as an administrator goes. */
test.group('Journeys | the first run', (group) => {
  let desk: Desk
  let dovecot: Dovecot
  group.each.teardown(closeWindows)
  group.setup(async () => {
    ;[desk, dovecot] = await Promise.all([startDesk({ fresh: true }), startDovecot()])
    return async () => {
      await desk.stop()
      await dovecot.stop()
    }
  })

  test('the set-up leads from nothing to a ticket and a colleague, and sessions end when they are told to', async ({ assert, browser }) => {
    await dovecot.deliver('info', 'From: Karla <karla@posta.test>\r\nTo: info@obchod.test\r\nSubject: Prvni dotaz\r\nMessage-ID: <prvni@posta.test>\r\n\r\nDobry den\r\n')
    const page = await openWindow(browser, desk.url, null)
    await page.goto('/')
    await page.waitForURL('**/setup')
    assert.deepEqual(await faultsOf(page), [])
    await page.fill('[name="company"]', 'Obchod u lva')
    await page.selectOption('[name="language"]', 'en')
    await page.fill('[name="name"]', 'Eva Malá')
    await page.fill('[name="email"]', EVA.email)
    await page.fill('[name="password"]', EVA.password)
    await page.fill('[name="password_confirmation"]', EVA.password)
    await page.getByRole('button', { name: 'Begin' }).click()

    await page.waitForURL('**/setup/inbox')
    assert.deepEqual(await faultsOf(page), [])
    await page.fill('[name="name"]', 'Obchod')
    const values = { 'address': 'info@obchod.test', 'imap.host': '127.0.0.1', 'imap.port': String(dovecot.port), 'imap.username': 'info', 'imap.password': 'spatne' }
    for (const [name, value] of Object.entries(values)) await setting(page, name).fill(value)
    await setting(page, 'imap.tls').selectOption('none')
    await page.getByRole('button', { name: 'Test' }).click()
    await page.locator('#verdict').getByText('refused the user name or password of info').waitFor({ timeout: 20_000 })
    await setting(page, 'imap.password').fill(dovecot.password)
    await page.getByRole('button', { name: 'Test' }).click()
    await page.locator('#verdict .banner--done, #verdict [data-tone="done"]').waitFor()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()

    await page.waitForURL('**/setup/team')
    await page.fill('[name="name"]', 'Petr Novák')
    await page.fill('[name="email"]', PETR.email)
    await page.getByRole('button', { name: 'Invite' }).click()
    const link = await page.locator('.secret-once').innerText()
    assert.deepEqual(await faultsOf(page), [])

    const petr = await openWindow(browser, desk.url, null)
    await petr.goto(new URL(link).pathname)
    await petr.fill('[name="password"]', PETR.password)
    await petr.fill('[name="password_confirmation"]', PETR.password)
    await petr.getByRole('button', { name: 'Come in' }).click()
    await petr.waitForURL('**/views/waiting')
    await petr.locator('#list .row', { hasText: 'Prvni dotaz' }).waitFor({ timeout: 20_000 })

    const elsewhere = await openWindow(browser, desk.url, PETR, { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' })
    await petr.goto('/profile')
    await petr.locator('#sessions li', { hasText: 'Firefox' }).getByRole('button').click()
    await petr.locator('#sessions li', { hasText: 'Firefox' }).waitFor({ state: 'detached' })
    await elsewhere.goto('/views/mine')
    assert.equal(new URL(elsewhere.url()).pathname, '/sign-in', 'the ended session is out at the next click')

    await signIn(elsewhere, PETR)
    await petr.getByRole('button', { name: 'Sign out everywhere' }).click()
    await petr.waitForURL((address) => address.pathname === '/sign-in')
    await elsewhere.goto('/views/mine')
    assert.equal(new URL(elsewhere.url()).pathname, '/sign-in')
    await page.goto('/views/all')
    await page.locator('#list .row', { hasText: 'Prvni dotaz' }).waitFor()
    assert.deepEqual([page, petr, elsewhere].flatMap(complaints), [])
  })
})

const setting = (page: Page, name: string) => page.locator(`[name="config[${name.replace(/\./g, "][")}]"]`)
