import nodemailer from 'nodemailer'
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
  const reason = (imap && (await why(inbox, imap, (login) => whyNotImap(login, folderOf(inbox), connect)))) ?? (smtp && (await why(inbox, smtp, whyNotSmtp)))
  return reason ? { ok: false, reason } : { ok: true }
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

async function whyNotImap(login: Account, folder: string, connect: Connect): Promise<Words | null> {
  try {
    const client = await connect(login)
    try {
      await client.open(folder)
      return null
    } catch (error) {
      const folders = await client.folders()
      if (folders.includes(folder)) throw error
      return { key: 'fault.folder', values: { folder, folders: folders.slice(0, 30).join(', ') } }
    } finally {
      client.close()
    }
  } catch (error) {
    return connectionWords(error, 'imap', login)
  }
}

async function whyNotSmtp(login: Account): Promise<Words | null> {
  const transport = nodemailer.createTransport({
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
