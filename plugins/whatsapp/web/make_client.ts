import { createRequire } from 'node:module'
import { lstat, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { WEB_URL } from '../config.js'
import type { MakeClient, SessionPlace } from './client.js'

const require = createRequire(import.meta.url)

/** Hosts of WhatsApp that its page needs; the browser resolves no other name, nor anything inside the network. */
const HOSTS = ['*.whatsapp.com', '*.whatsapp.net', '*.fbcdn.net', '*.facebook.com']

/**
 * The real thing: whatsapp-web.js on the system's Chromium. Loaded only here, and only in the process of a session.
 */
export const makeRealClient: MakeClient = async (place) => {
  // The library holds its address in a constant; a stand-in takes its place before anything reads it.
  if (place.url !== WEB_URL) require('whatsapp-web.js/src/util/Constants.js').WhatsWebURL = `${place.url.replace(/\/+$/, '')}/`
  const { default: library } = await import('whatsapp-web.js')
  const { Client, LocalAuth, MessageMedia } = library
  await removeStaleLock(join(place.folder, `session-${place.clientId}`))
  const client = new Client({
    authStrategy: new LocalAuth({ clientId: place.clientId, dataPath: place.folder }),
    puppeteer: { executablePath: place.chromium, headless: true, pipe: true, args: argumentsFor(place), timeout: 60_000 },
    webVersionCache: { type: 'local', path: join(place.folder, 'cache') } as never,
    userAgent: false as never,
    authTimeoutMs: 60_000,
  })
  return { client: client as never, media: ({ type, data, name }) => new MessageMedia(type, data, name) }
}

function argumentsFor({ url }: SessionPlace): string[] {
  const { hostname } = new URL(url)
  const reachable = [...new Set([hostname, ...(url === WEB_URL ? HOSTS : [])])]
  const flags = [
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-sync',
    '--no-pings',
    '--mute-audio',
    `--host-resolver-rules=MAP * ~NOTFOUND, ${reachable.map((host) => `EXCLUDE ${host}`).join(', ')}`,
  ]
  // Chromium refuses its sandbox to root; whoever runs the desk as a user of its own keeps it.
  return process.getuid?.() === 0 ? [...flags, '--no-sandbox'] : flags
}

/** A profile whose browser was killed keeps its lock (`SingletonLock` names host and process) and would not start again. */
async function removeStaleLock(profile: string) {
  const lock = join(profile, 'SingletonLock')
  if (!(await lstat(lock).catch(() => null))) return
  const pid = Number((await readlink(lock).catch(() => '')).split('-').at(-1))
  if (pid > 0 && isAlive(pid)) return
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) await rm(join(profile, name), { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
