import nodemailer from 'nodemailer'
import type { Health, Words } from '#plugin'
import { account, folderOf, type Account, type EmailInbox } from './config.js'
import { connectionWords } from './faults.js'
import type { Connect } from './imap_client.js'

/** Tries what was entered, both ways, and says in words what is wrong; the incoming side first. */
export async function checkInbox(inbox: EmailInbox, connect: Connect): Promise<Health> {
  const imap = account(inbox, 'imap')
  const smtp = account(inbox, 'smtp')
  const read = imap ? await tryImap(imap, inbox, connect) : {}
  const reason = read.reason ?? (smtp && (await whyNotSmtp(smtp)))
  return reason ? { ok: false, reason } : { ok: true, note: read.note ?? null }
}

/** Why the folder cannot be read; when it can, how many messages lie in the provider's folder for spam, where customers get lost. */
async function tryImap(login: Account, inbox: EmailInbox, connect: Connect): Promise<{ reason?: Words; note?: Words }> {
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
  const transport = nodemailer.createTransport({
    host: login.host,
    port: login.port,
    secure: login.tls === 'tls',
    requireTLS: login.tls === 'starttls',
    ignoreTLS: login.tls === 'none',
    ...(login.username ? { auth: { user: login.username, pass: login.password ?? '' } } : {}),
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
