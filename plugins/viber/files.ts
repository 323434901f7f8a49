import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Desk, File, PublicRoutes } from '#plugin'
import { apiUrl, type ViberInbox } from './config.js'

/*
 * Viber takes no bytes, only the address of a file that it can fetch. What is sent lies for a day under a name that
 * nobody can guess, and is swept away afterwards.
 */

const LIVES_MS = 86_400_000
const NAME = /^[A-Za-z0-9_-]{43}$/

/** The public address of this desk, as Viber must be able to reach it; null when it has none. */
export function publicBase(inbox: ViberInbox): string | null {
  const given = inbox.config.webhookUrl ?? inbox.environment('APP_URL', '')
  if (!URL.canParse(given)) return null
  const { origin, protocol, pathname } = new URL(given)
  if (protocol !== 'https:' && !apiUrl(inbox).startsWith('http://')) return null
  return origin + (inbox.config.webhookUrl ? pathname.replace(/\/hooks\/.*$/, '') : pathname).replace(/\/+$/, '')
}

/** Lays a file out for Viber to fetch; gives its address and size, and the way to take it back when Viber did not want it. */
export async function layOut(file: File, inbox: ViberInbox, base: string): Promise<{ url: string; bytes: number; takeBack(): Promise<void> }> {
  const name = randomBytes(32).toString('base64url')
  const folder = await folderOf(inbox)
  const path = join(folder, name)
  const takeBack = () => rm(path, { force: true })
  try {
    await pipeline(await file.open(), createWriteStream(path, { mode: 0o600 }))
    const { size } = await stat(path)
    return { url: `${base}/public/viber/files/${inbox.key}/${name}/${encodeURIComponent(file.name)}`, bytes: size, takeBack }
  } catch (error) {
    await takeBack()
    throw error
  }
}

/** Where Viber fetches them. */
export function serveFiles(routes: PublicRoutes<any>) {
  routes.get(
    '/files/:inbox/:name/:as',
    async ({ params, response }, desk) => {
      const inbox = NAME.test(params.name) ? await desk.inbox(String(params.inbox)) : null
      const path = inbox ? join(await folderOf(inbox as ViberInbox), params.name) : ''
      const found = path ? await stat(path).catch(() => null) : null
      if (!found || desk.now().toMillis() - found.mtimeMs > LIVES_MS) return response.notFound()
      response.header('Content-Type', 'application/octet-stream').header('Content-Disposition', 'attachment').header('X-Content-Type-Options', 'nosniff').header('Content-Length', String(found.size))
      return response.stream(createReadStream(path))
    },
    { limit: { calls: 600, seconds: 60 } }
  )
}

/** Takes away what was laid out more than a day ago. */
export async function sweepFiles(desk: Desk<any>) {
  for (const inbox of await desk.inboxes()) {
    const folder = await folderOf(inbox as ViberInbox)
    for (const name of await readdir(folder)) {
      // Taken back meanwhile: that is what is wanted.
      const found = await stat(join(folder, name)).catch(() => null)
      if (found && desk.now().toMillis() - found.mtimeMs > LIVES_MS) await rm(join(folder, name), { force: true })
    }
  }
}

async function folderOf(inbox: ViberInbox): Promise<string> {
  const folder = join(await inbox.folder(), 'outgoing')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}
