/// <reference lib="dom" />
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright'
import hash from '@adonisjs/core/services/hash'
import { givenAgent } from './given.js'

export interface Person {
  readonly email: string
  readonly password: string
}

/** The desk of this process. */
export const deskUrl = () => `http://${process.env.HOST}:${process.env.PORT}`

const PASSWORD = 'tajne heslo 1'
let hashed: Promise<string> | undefined

/** An agent of the desk of this process who can sign in through the page. */
export async function givenPerson(name = 'Petr Novák', role = 'agent'): Promise<Person & { id: number; name: string }> {
  const { id, email } = await givenAgent({ name, role, password: await (hashed ??= hash.make(PASSWORD)) })
  return { id, name, email, password: PASSWORD }
}

/**
 * A browser window of its own in which this person has signed in through the page, in English unless told.
 * Whatever the page's scripts throw fails the test that opened it: see `complaints`.
 */
export async function openWindow(browser: Browser, url: string, person: Person | null, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(10_000)
  opened.add(context)
  context.once('close', () => opened.delete(context))
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints(page).push(error.message))
  page.on('console', (message) => message.type() === 'error' && /Content.Security.Policy/i.test(message.text()) && complaints(page).push(message.text()))
  if (person) await signIn(page, person)
  return page
}

const opened = new Set<BrowserContext>()

/** For `group.each.teardown`: an open window would keep the desk from ending. */
export async function closeWindows() {
  await Promise.all([...opened].map((context) => context.close()))
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
