import type { Readable } from 'node:stream'
import type { DateTime } from 'luxon'
import { later, refused, sent, unknown, type OutgoingMessage, type Reason, type Sent } from '#plugin'
import { account, type Account, type EmailInbox } from '../config.js'
import { connectionWords, Fault } from '../faults.js'
import { forgetToken, signedIn } from '../oauth/grant.js'
import { compose, messageIdOf, recipientsOf } from './compose.js'
import { refusalWords } from './refusals.js'
import { postOf, type Post } from './transports.js'

/** For so long a server that says "not now" is asked again. */
const PATIENCE_HOURS = 48
/** Pauses between tries in seconds; the last one repeats. */
const PAUSES = [5, 20, 60, 300, 900, 1800, 3600, 7200, 14_400]
/** How long a message waits that could not go because nobody told us how. */
const UNCONFIGURED_MINUTES = 10

interface SendError extends Error {
  code?: string
  command?: string
  response?: string
  responseCode?: number
  rejectedErrors?: SendError[]
}

/**
 * Sends one message by SMTP. Whatever happens before the server lets us begin with the contents may be
 * tried again; a break after that is `unknown`, because the message may have left.
 */
export async function sendMail(message: OutgoingMessage, inbox: EmailInbox): Promise<Sent> {
  const configured = account(inbox, 'smtp')
  if (!configured) return later({ key: 'send.noSmtp' }, inbox.now().plus({ minutes: UNCONFIGURED_MINUTES }))
  let login: Account
  try {
    login = await signedIn(inbox, configured)
  } catch (error) {
    // Not a byte has left; the reply waits for the consent as it would for a password.
    if (error instanceof Fault) return later(error.reason, pauseAfter(message, inbox))
    throw error
  }

  const { mail, files } = await compose(message, inbox)
  const contents = { begun: false }
  try {
    const done = await posted(await postOf(login), mail, contents)
    const dropped = (done.rejectedErrors ?? []) as SendError[]
    if (dropped.length > 0) return partly(message, done.accepted.map(String), done.rejected.map(String), dropped)
    return sent(messageIdOf(message, inbox))
  } catch (error) {
    if ((error as SendError).code === 'EAUTH' && login.accessToken) await forgetToken(inbox, login.accessToken)
    return outcome(error as SendError, contents.begun, message, inbox, login)
  } finally {
    for (const file of files) (file as Readable).destroy()
  }
}

/**
 * nodemailer with an ear for the moment when the contents begin: the connection asks for the stream's
 * bytes only once the server has accepted sender and recipients.
 */
function posted(post: Post, mail: object, contents: { begun: boolean }) {
  if (!listening.has(post)) {
    listening.add(post)
    post.use('stream', (prepared, done) => {
      const watched = (prepared.data as { contents?: { begun: boolean } }).contents
      const source = prepared.message.createReadStream.bind(prepared.message)
      prepared.message.createReadStream = (options) => {
        const stream = source(options)
        const pipe = stream.pipe.bind(stream)
        stream.pipe = (target, pipeOptions) => {
          if (watched) watched.begun = true
          return pipe(target, pipeOptions)
        }
        return stream
      }
      done()
    })
  }
  return post.sendMail({ ...mail, contents } as Parameters<Post['sendMail']>[0])
}

const listening = new WeakSet<Post>()

function outcome(error: SendError, begun: boolean, message: OutgoingMessage, inbox: EmailInbox, login: Account): Sent {
  const code = error.responseCode
  const response = error.response ?? error.message
  if (error.code === 'EAUTH') return later(connectionWords(error, 'smtp', login), pauseAfter(message, inbox))
  if (error.code === 'EENVELOPE' && !code) return refused({ key: 'send.addressWrong', values: { to: message.to.value, code: 0 }, detail: error.message })
  if (error.code === 'EMESSAGE' && !code && !begun) return refused({ key: 'send.tooBig', values: { to: message.to.value, code: 0 }, detail: error.message }, { tooLarge: true })
  if (error.code === 'ESTREAM') return later({ key: 'send.fileUnreadable', detail: error.message }, pauseAfter(message, inbox))

  const answered = code !== undefined && error.command !== 'CONN'
  if (answered && code >= 500) {
    const words = refusalWords(response, code, message.to.value)
    return refused(words, { tooLarge: words.key === 'send.tooBig' })
  }
  if (answered) return patiently(refusalWords(response, code, message.to.value), message, inbox)
  if (begun) return unknown({ key: 'send.unknown', detail: response })
  return patiently(connectionWords(error, 'smtp', login), message, inbox)
}

/** Some were accepted, some not: the message is out, and sending it again would reach the first twice. */
function partly(message: OutgoingMessage, accepted: readonly string[], rejected: readonly string[], errors: readonly SendError[]): Sent {
  return refused({
    key: 'send.partly',
    values: { accepted: accepted.join(', '), rejected: rejected.join(', '), count: recipientsOf(message) },
    detail: errors.map((error) => error.response ?? error.message).join(' · ').slice(0, 500),
  })
}

function patiently(reason: Reason, message: OutgoingMessage, inbox: EmailInbox): Sent {
  const since = message.firstTriedAt
  if (since && inbox.now().diff(since).as('hours') >= PATIENCE_HOURS) {
    const detail = typeof reason === 'string' ? reason : reason.detail
    return refused({ key: 'send.gaveUp', values: { hours: PATIENCE_HOURS, to: message.to.value }, ...(detail ? { detail } : {}) })
  }
  return later(reason, pauseAfter(message, inbox))
}

/** The next try; a little apart from others that failed at the same moment. */
function pauseAfter(message: OutgoingMessage, inbox: EmailInbox): DateTime {
  const seconds = PAUSES[Math.min(message.attempts, PAUSES.length - 1)]
  return inbox.now().plus({ seconds: Math.round(seconds * (1 + Math.random() * 0.2)) })
}
