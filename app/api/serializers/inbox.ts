import type { I18n } from '@adonisjs/i18n'
import { readConfigMasked } from '#channels/inbox_config'
import { sayReason } from '#plugins/reasons'
import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { anything, id, idOf, integer, iso, listOf, mapOf, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { namedAgent } from './ticket.js'

export const inboxSchema = name(
  'Inbox',
  object({
    id,
    key: nullable(text('stands in hook addresses; admins only')),
    channel: text(),
    name: text(),
    address: nullable(text('the address customers write to')),
    team: nullable(namedAgent),
    agent_id: { ...nullable(id), description: 'whose personal inbox it is' },
    signature: nullable(text()),
    undo_seconds: integer,
    link_above_mb: nullable(integer),
    link_days: integer,
    close_after_days: integer,
    reopen_within_days: integer,
    auto_reply: { ...yesNo, description: 'whether a new ticket is confirmed to the customer' },
    auto_reply_text: nullable(text()),
    auto_reply_stopped_at: nullable({ ...time, description: 'the breaker stopped the confirmations; a person starts them again' }),
    farewell: nullable({ ...object({ agent_id: id, heir_id: nullable(id), text: nullable(text('told once to whoever writes')), until: time }), description: 'whose inbox it was has left; runs until then' }),
    paused_at: nullable(time),
    config: nullable({ ...mapOf(anything), description: "the channel's own settings, secrets masked; admins only" }),
    created_at: time,
    updated_at: time,
  })
)

export const healthSchema = name(
  'InboxHealth',
  object({
    inbox_id: id,
    state: oneOf('ok', 'failing', 'paused', 'unknown'),
    ok: nullable(yesNo),
    reason: nullable(text('what is wrong, in words')),
    failures: integer,
    since: nullable(time),
    checked_at: nullable(time),
    received_at: nullable({ ...time, description: 'when something last came in' }),
    sent_at: nullable({ ...time, description: 'when something last went out' }),
    waiting: object({ incoming: integer, deliveries: integer }),
  })
)

export const templateSchema = name(
  'Template',
  object({
    id,
    name: text(),
    language: text("the provider's code"),
    body: text('with {{1}}, {{2}} … for the placeholders'),
    placeholders: listOf(text('what to write into it')),
    state: oneOf('approved', 'pending', 'rejected', 'paused'),
    category: nullable(text()),
  })
)

type Row = Record<string, any>

export function templateJson(row: Row) {
  return { id: idOf(row.id as number), name: row.name, language: row.language, body: row.body, placeholders: JSON.parse(row.placeholders), state: row.state, category: row.category }
}

/** Rows of `inboxes`; the channel's settings only for admins, and never a secret. */
export async function inboxesJson(rows: readonly Row[], forAdmin: boolean) {
  const teams: Row[] = await reading().from('teams').whereIn('id', rows.map((row) => row.team_id).filter(Boolean)).select('id', 'name')
  return rows.map((row) => {
    const team = teams.find((one) => one.id === row.team_id)
    return {
      id: idOf(row.id as number),
      key: forAdmin ? row.key : null,
      channel: row.channel,
      name: row.name,
      address: row.address,
      team: team ? { id: idOf(team.id as number), name: team.name } : null,
      agent_id: idOf(row.agent_id as number | null),
      signature: row.signature,
      undo_seconds: row.undo_seconds,
      link_above_mb: row.link_above_mb,
      link_days: row.link_days,
      close_after_days: row.close_after_days,
      reopen_within_days: row.reopen_within_days,
      auto_reply: Boolean(row.auto_reply),
      auto_reply_text: row.auto_reply_text,
      auto_reply_stopped_at: iso(row.auto_reply_stopped_at),
      farewell: Number(row.farewell_until_at ?? 0) > nowMs() ? { agent_id: idOf(row.farewell_of_id as number), heir_id: idOf(row.farewell_heir_id as number | null), text: row.farewell_text, until: iso(row.farewell_until_at) } : null,
      paused_at: iso(row.paused_at),
      config: forAdmin ? readConfigMasked(row as { channel: string; config: string }) : null,
      created_at: iso(row.created_at),
      updated_at: iso(row.updated_at),
    }
  })
}

export async function inboxHealthJson(inboxId: number, i18n: I18n) {
  const db = reading()
  const inbox = await db.from('inboxes').where('id', inboxId).select('paused_at').firstOrFail()
  const health = await db.from('inbox_health').where('inbox_id', inboxId).first()
  const [incoming] = await db.from('incoming_items').where('inbox_id', inboxId).whereIn('state', ['stored', 'processing']).count('* as total')
  const [deliveries] = await db.from('deliveries').where('inbox_id', inboxId).whereIn('state', ['pending', 'sending']).count('* as total')
  return {
    inbox_id: idOf(inboxId),
    state: inbox.paused_at !== null ? 'paused' : !health ? 'unknown' : health.ok ? 'ok' : 'failing',
    ok: health ? Boolean(health.ok) : null,
    reason: health?.reason ? sayReason(i18n, health.reason) : null,
    failures: health?.failures ?? 0,
    since: iso(health?.since_at),
    checked_at: iso(health?.checked_at),
    received_at: iso(health?.received_at),
    sent_at: iso(health?.sent_at),
    waiting: { incoming: Number(incoming.total), deliveries: Number(deliveries.total) },
  }
}
