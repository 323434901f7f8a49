import { Piscina } from 'piscina'
import { sanitiseMail, type CleanHtml } from '#tickets/mail_html'

/** In characters. A shorter one is cleaned in less time than it takes to hand over. */
const LONG = 128 * 1024
const MOST_MS = 5000
const MOST_MB = 200

let pool: Piscina | undefined

/** `sanitiseMail` for what a stranger sends, at any length: a long one in a thread of its own, and not at all when that takes too long. */
export async function sanitiseApart(html: string): Promise<CleanHtml> {
  if (html.length <= LONG) return sanitiseMail(html)
  pool ??= new Piscina({
    filename: new URL(import.meta.url.endsWith('.ts') ? './mail_html_worker.ts' : './mail_html_worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
  })
  return pool.run(html, { signal: AbortSignal.timeout(MOST_MS) }).catch(() => ({ html: null, remoteImages: 0 }))
}
