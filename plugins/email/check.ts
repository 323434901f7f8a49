import type { Health, Words } from '#plugin'
import { account, folderOf, type Account, type EmailInbox } from './config.js'
import { connectionWords, Fault } from './faults.js'
import { forgetToken, signedIn } from './oauth/grant.js'
import { authOf } from './sending/transports.js'
import type { Connect } from './imap_client.js'

/** Tries what was entered, both ways, and says in words what is wrong; the incoming side first. */
export async function checkInbox(inbox: EmailInbox, connect: Connect): Promise<Health> {
  const imap = account(inbox, 'imap')
  const smtp = account(inbox, 'smtp')
  const read = imap ? await looked(inbox, imap, connect) : {}
  const reason = read.reason ?? (smtp && (await why(inbox, smtp, whyNotSmtp)))
  return reason ? { ok: false, reason } : { ok: true, note: read.note ?? null }
}

interface Looked {
  readonly reason?: Words
  /** How many messages lie in the provider's folder for spam, where customers get lost. */
  readonly note?: Words
}

async function looked(inbox: EmailInbox, login: Account, connect: Connect): Promise<Looked> {
  let note: Words | undefined
  const reason = await why(inbox, login, async (ready) => {
    const found = await tryImap(ready, inbox, connect)
    note = found.note
    return found.reason ?? null
  })
  return { ...(reason ? { reason } : {}), ...(note ? { note } : {}) }
}

async function why(inbox: EmailInbox, login: Account, ask: (login: Account) => Promise<Words | null>): Promise<Words | null> {
  try {
    const ready = await signedIn(inbox, login)
    const words = await ask(ready)
    if (words?.key === 'fault.login' && ready.accessToken) await forgetToken(inbox, ready.accessToken)
    return words
  } catch (error) {
    if (error instanceof Fault) return error.reason
    throw error
  }
}

async function tryImap(login: Account, inbox: EmailInbox, connect: Connect): Promise<Looked> {
  const folder = folderOf(inbox)
  try {
    const client = await connect(login)
    try {
      await client.open(folder)
      const junk = await client.count(inbox.config['spam.folder']?.trim() || null)
      return junk && junk.messages > 0 && junk.folder !== folder ? { note: { key: 'check.junk', values: { count: junk.messages, folder: junk.folder } } } : {}
    } catch (error) {
      const folders = await client.folders()
      if (folders.includes(folder)) throw error
      return { reason: { key: 'fault.folder', values: { folder, folders: folders.slice(0, 30).join(', ') } } }
    } finally {
      client.close()
    }
  } catch (error) {
    return { reason: connectionWords(error, 'imap', login) }
  }
}

async function whyNotSmtp(login: Account): Promise<Words | null> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host: login.host,
    port: login.port,
    secure: login.tls === 'tls',
    requireTLS: login.tls === 'starttls',
    ignoreTLS: login.tls === 'none',
    ...authOf(login),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
  })
  try {
    await transport.verify()
    return null
  } catch (error) {
    return connectionWords(error, 'smtp', login)
  } finally {
    transport.close()
  }
}
