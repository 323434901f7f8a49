import type { Browser, BrowserContextOptions, Page } from 'playwright'

export interface Person {
  readonly email: string
  readonly password: string
}

/**
 * A browser window of its own in which this person has signed in through the page, in English unless told.
 * Whatever the page's scripts throw fails the test that opened it: see `complaints`.
 */
export async function openWindow(browser: Browser, url: string, person: Person | null, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints(page).push(error.message))
  page.on('console', (message) => message.type() === 'error' && /Content.Security.Policy/i.test(message.text()) && complaints(page).push(message.text()))
  if (person) await signIn(page, person)
  return page
}

/** Signs in through the page, and leaves the pointer where no list is. */
export async function signIn(page: Page, { email, password }: Person) {
  await page.goto('/sign-in')
  await page.fill('input[name="email"]', email)
  await page.fill('input[name="password"]', password)
  await Promise.all([page.waitForURL((address) => !address.pathname.startsWith('/sign-in')), page.press('input[name="password"]', 'Enter')])
  await page.mouse.move(5, 5)
}

const heard = new WeakMap<Page, string[]>()

/** What went wrong in the page's scripts so far. */
export function complaints(page: Page): string[] {
  const known = heard.get(page) ?? []
  heard.set(page, known)
  return known
}

/** Until the page hears of changes (SSE is there). */
export const live = (page: Page) => page.locator('body[data-live="on"]').waitFor()

/** Asks again and again until it is so; the message says what never came. */
export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>, ms = 10_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const found = await ask()
    if (found) return found
    if (Date.now() > end) throw new Error(`Never came: ${what}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
}
