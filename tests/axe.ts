/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const LOOKS = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 1440, height: 900, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
] as const

/** What axe finds wrong with the open page on a desk and on a phone, by day and by night; a line each. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const faults: string[] = []
  for (const { width, height, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await page.evaluate(run)
    faults.push(...found.map((fault) => `${page.url()} ${width} ${colorScheme}: ${fault}`))
  }
  return faults
}

async function run(): Promise<string[]> {
  // Colours fade into each other when the scheme changes; axe would measure the way there.
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))
  const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }
  const { violations } = await axe.run({ resultTypes: ['violations'], iframes: false })
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) => `${id} ${html.slice(0, 160)} ${failureSummary.split('\n').slice(1).join(' ').slice(0, 240)}`))
}
