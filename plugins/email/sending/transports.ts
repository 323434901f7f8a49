import { createHash } from 'node:crypto'
import type { Transporter } from 'nodemailer'
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool'
import type { Account } from '../config.js'

export type Post = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>

/** A pool that nobody used for so long gives its connections back. */
const IDLE_MS = 60_000

const pools = new Map<string, { post: Post; close: NodeJS.Timeout }>()

/** The connections to one SMTP server under one login; opened when needed, closed when idle. */
export async function postOf(account: Account): Promise<Post> {
  const { createTransport } = await import('nodemailer')
  const key = account.accessToken ? `${account.key}:${createHash('sha256').update(account.accessToken).digest('hex')}` : account.key
  const known = pools.get(key)
  if (known) {
    known.close.refresh()
    return known.post
  }
  const post = createTransport(optionsOf(account))
  const close = setTimeout(() => {
    pools.delete(key)
    post.close()
  }, IDLE_MS).unref()
  /* A connection that breaks while nobody uses it. */
  post.on('error', () => {})
  pools.set(key, { post, close })
  return post
}

/** Ends every connection; for tests and for a process that stops. */
export function closePosts() {
  for (const { post, close } of pools.values()) {
    clearTimeout(close)
    post.close()
  }
  pools.clear()
}

/** A password, or a token (XOAUTH2): nodemailer gets no means to renew it, that is ours. */
export function authOf(account: Account) {
  if (!account.username) return {}
  if (account.accessToken) return { auth: { type: 'OAuth2' as const, user: account.username, accessToken: account.accessToken } }
  return { auth: { user: account.username, pass: account.password ?? '' } }
}

function optionsOf(account: Account): SMTPPoolOptions {
  return {
    pool: true,
    maxConnections: 2,
    maxMessages: 50,
    /* Sending again is our decision alone: a pool that repeats by itself would send twice. */
    maxRequeues: 0,
    host: account.host,
    port: account.port,
    secure: account.tls === 'tls',
    requireTLS: account.tls === 'starttls',
    ignoreTLS: account.tls === 'none',
    ...authOf(account),
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
