import { randomUUID } from 'node:crypto'
import i18nManager from '@adonisjs/i18n/services/main'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { appUrl } from '#config/app'
import { noticeInboxes, sendNotice } from '#channels/outbound/notice'
import { nowMs } from '#support/clock'
import { setting } from '#support/settings'
import { transaction } from '#support/transaction'
import { linesOf, type Line } from './lines.js'

const MOST_LINES = 50
/** A mail of which its worker died is never sent again by itself: nobody can tell whether it left. */
const ABANDONED_MS = 5 * 60_000
const TRIES = 5

/**
 * One mail with all that waits, to each agent who has not looked for a while. The mail is a row before it leaves,
 * and leaves once: a crash in between leaves it `unknown`, and the page shows what it would have told anyway.
 */
export async function mailDue() {
  await db.from('notification_mails').where('state', 'sending').where('updated_at', '<', nowMs() - ABANDONED_MS).update({ state: 'unknown', updated_at: nowMs() })
  const due = await db.from('notifications').where('mail_at', '<=', nowMs()).groupBy('agent_id').select('agent_id').limit(100)
  for (const { agent_id: agentId } of due) await write(agentId)
  const pending = await db.from('notification_mails').where('state', 'pending').where('updated_at', '<=', nowMs()).orderBy('id').limit(50)
  for (const mail of pending) await send(mail)
}

/** Gathers what is due and unseen of one agent into a mail. */
async function write(agentId: number) {
  await transaction(async (trx) => {
    const rows = await trx.from('notifications').where('agent_id', agentId).where('mail_at', '<=', nowMs()).orderBy('id', 'desc').select('id', 'seen_at').limit(500)
    const ids = rows.map(({ id }) => id as number)
    const unseen = rows.filter(({ seen_at: seen }) => seen === null).map(({ id }) => id as number)
    const agent = await trx.from('agents').where('id', agentId).whereNull('deactivated_at').select('id').first()
    let mailId: number | null = null
    if (agent && unseen.length > 0) {
      const [made] = await trx.knexQuery().table('notification_mails').insert({ agent_id: agentId, reference: `notice.${randomUUID()}`, state: 'pending', count: unseen.length, created_at: nowMs(), updated_at: nowMs() }).returning('id')
      mailId = made.id
    }
    await trx.from('notifications').whereIn('id', ids).update({ mail_at: null })
    if (mailId !== null) await trx.from('notifications').whereIn('id', unseen).update({ mail_id: mailId })
  })
}

async function send(mail: any) {
  const claimed = await db.from('notification_mails').where({ id: mail.id, state: 'pending' }).update({ state: 'sending', attempts: mail.attempts + 1, updated_at: nowMs() })
  if (Number(claimed) !== 1) return
  const agent = await db.from('agents').where('id', mail.agent_id).select('email', 'language').first()
  const rows = await db.from('notifications').where('mail_id', mail.id).whereNull('seen_at').orderBy('id', 'desc').limit(MOST_LINES)
  const inboxId = await noticeInbox()
  // Everything was looked at meanwhile, or there is no way for mail: the page has told it all.
  if (rows.length === 0 || inboxId === null) return settle(mail.id, 'failed', rows.length === 0 ? null : 'no inbox')

  const i18n = i18nManager.locale(agent.language)
  const lines = await linesOf(rows, i18n)
  const company = await setting('company.name')
  const outcome = await sendNotice(inboxId, {
    reference: mail.reference,
    to: agent.email,
    fromName: company,
    subject: i18n.t('notifications.mail.subject', { company, count: lines.length }),
    ...body(lines, (key, values) => i18n.t(key, values)),
  })
  const error = outcome.outcome === 'sent' ? null : JSON.stringify(outcome.reason)
  if (error) logger.warn({ mail: mail.id, outcome: outcome.outcome, error }, 'A digest did not leave')
  if (outcome.outcome === 'later' && mail.attempts + 1 < TRIES) {
    await db.from('notification_mails').where({ id: mail.id, state: 'sending' }).update({ state: 'pending', error, updated_at: nowMs() + 60_000 * 2 ** mail.attempts })
    return
  }
  await settle(mail.id, outcome.outcome === 'sent' ? 'sent' : outcome.outcome === 'unknown' ? 'unknown' : 'failed', error)
}

async function settle(id: number, state: string, error: string | null) {
  await db.from('notification_mails').where({ id, state: 'sending' }).update({ state, error, updated_at: nowMs() })
}

/** The inbox that an admin chose for notices, else the first that can carry them; null when there is none, or notices are off. */
export async function noticeInbox(): Promise<number | null> {
  const chosen = await setting('notifications.inbox_id')
  if (chosen === 0) return null
  const able = await noticeInboxes()
  return able.find(({ id }) => id === chosen)?.id ?? able[0]?.id ?? null
}

function body(lines: readonly Line[], t: (key: string, values?: object) => string): { text: string; html: string } {
  const said = lines.map((line) => ({ words: line.subject ? `${line.text}: ${line.subject}` : line.text, link: `${appUrl}${line.href}` }))
  const foot = t('notifications.mail.foot')
  return {
    text: [t('notifications.mail.lead'), ...said.map(({ words, link }) => `- ${words}\n  ${link}`), foot, `${appUrl}/profile/notifications`].join('\n\n'),
    html: `<p>${escape(t('notifications.mail.lead'))}</p><ul>${said.map(({ words, link }) => `<li><a href="${escape(link)}">${escape(words)}</a></li>`).join('')}</ul><p><a href="${escape(appUrl)}/profile/notifications">${escape(foot)}</a></p>`,
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter])
