import edge from 'edge.js'
import type { I18n } from '@adonisjs/i18n'
import type { HttpContext } from '@adonisjs/core/http'
import { nowMs } from '#support/clock'
import { sayReason } from '#plugins/reasons'
import { pluginRegistry } from '#plugins/registry'
import type { TicketRow } from '#tickets/ticket_list'
import { stampOf } from './list.js'
import type { Bounce, Mailbox } from '#tickets/message_parts'
import type { Directory } from './directory.js'
import type { Fact } from './facts.js'
import type { Sheet } from './sheet.js'
import type { Entry, Facts } from './thread.js'
import { readableAddress, type ReplyWay } from './way.js'

type Format = HttpContext['format']

const HOUR_MS = 3_600_000

/*
 * Words and small choices that the desk's templates share. Colour is chosen here beside its words, never instead.
 */

const words = {
  stampOf,
  nowMs,

  channelIcon: (channel: string) => pluginRegistry.all().find(({ id }) => id === channel)?.icon ?? 'chat',

  /** The name of a team's or inbox's own view. */
  ownName: (key: string, { teams }: Directory, rows: readonly TicketRow[]) => {
    const [kind, id] = key.split('-')
    return (kind === 'team' ? teams.get(Number(id))?.name : rows[0]?.inboxName) ?? key
  },

  /** When this row wants somebody, in a word or two. */
  dueOf: (row: TicketRow, format: Format) => {
    if (row.snoozedUntil) return { key: null, at: row.snoozedUntil, text: format.short(row.snoozedUntil), icon: 'snooze', tone: '' }
    // Answered, and still ours to finish: nobody waits, so no clock runs on the screen.
    const answered = row.lastAgentMessageAt !== null && row.lastAgentMessageAt >= (row.lastCustomerMessageAt ?? 0)
    if (row.waitingSinceAt && !answered && ['new', 'open'].includes(row.status)) return { key: 'waits', at: row.waitingSinceAt, text: format.since(row.waitingSinceAt), icon: 'clock', tone: '' }
    const at = row.resolvedAt ?? row.closedAt ?? row.lastAgentMessageAt ?? row.updatedAt
    return { key: null, at, text: format.short(at), icon: row.status === 'resolved' || row.status === 'closed' ? 'check' : answered ? 'reply' : null, tone: '' }
  },

  /** What is left of the window for answers, where somebody still has to answer; null where that is of no matter. */
  windowOf: (row: { readonly windowUntilAt: number | null; readonly windowPersonUntilAt: number | null; readonly status: string }, i18n: I18n, format: Format) => {
    if (row.windowUntilAt === null || !['new', 'open', 'pending', 'snoozed'].includes(row.status)) return null
    const at = nowMs()
    const left = row.windowUntilAt - at
    if (left > 0) return { icon: 'clock', tone: left <= HOUR_MS ? 'late' : left <= 4 * HOUR_MS ? 'soon' : '', text: i18n.t('chat.window.left', { span: format.span(left) }), title: i18n.t('chat.window.title', { time: moment(format, row.windowUntilAt) }) }
    const byPerson = (row.windowPersonUntilAt ?? 0) - at
    if (byPerson > 0) return { icon: 'clock', tone: 'soon', text: i18n.t('chat.window.person', { span: format.span(byPerson) }), title: i18n.t('chat.window.person_title', { time: moment(format, row.windowPersonUntilAt!) }) }
    return { icon: 'lock', tone: 'late', text: i18n.t('chat.window.closed'), title: i18n.t('chat.window.closed_title') }
  },

  windowText: (i18n: I18n, format: Format, { mode, until, hours, unreachable }: ReplyWay, channel: string) => {
    const values = { channel, hours: hours ?? 0, time: until ? moment(format, until) : '', span: until ? format.span(until - nowMs()) : '' }
    if (mode === 'unreachable') return unreachable ? i18n.t('chat.mode.unreachable', { channel, reason: reasonText(i18n, unreachable) }) : i18n.t('chat.mode.unreachable_plain', { channel })
    if ((mode === 'template' || mode === 'closed') && hours === null) return i18n.t(`chat.mode.${mode}_never`, values)
    return i18n.t(`chat.mode.${mode}`, values)
  },

  readableAddress,

  /** An address of a customer as people read it: of a chat's own id, which chat it is. */
  addressText: (i18n: I18n, value: string) => {
    const [, channel] = /^([a-z][a-z_-]*):/.exec(value) ?? []
    return channel && i18n.hasMessage(`desk.channel.${channel}`) ? i18n.t(`desk.channel.${channel}`) : value
  },

  /** Who wrote it: of a chat that gives no names the customer, whose name was learned later. */
  authorOf: (item: Entry, sheet: Sheet) => (item.kind === 'inbound' && item.author === item.address && item.address?.startsWith(`${sheet.channel}:`) ? sheet.customer.name : item.author),

  recipientOf: (one: Mailbox, sheet: Sheet) => one.name || (one.address.startsWith(`${sheet.channel}:`) ? sheet.customer.name : readableAddress(one)),

  ownerText: (row: TicketRow, i18n: I18n) => {
    const first = (name: string | null) => name?.split(' ')[0] ?? ''
    if (row.ownerId && (row.actingId || row.actingTeamId)) return `${first(row.ownerName)} → ${row.actingName ? first(row.actingName) : row.actingTeamName}`
    return row.ownerName ? first(row.ownerName) : (row.teamName ?? i18n.t('desk.free'))
  },

  sheetOwner: (sheet: Sheet, i18n: I18n) => {
    const acting = sheet.acting ?? sheet.actingTeam
    const owner = sheet.owner ? (acting ? `${sheet.owner.name} → ${acting.name}` : sheet.owner.name) : null
    return [owner, sheet.team?.name].filter(Boolean).join(' · ') || i18n.t('desk.free')
  },

  chipText: (i18n: I18n, { agents, teams }: Directory, { name, value }: { name: string; value: string }) => {
    if (name === 'owner') return value === 'none' ? i18n.t('desk.free') : (agents.get(Number(value))?.name ?? value)
    if (name === 'team') return teams.get(Number(value))?.name ?? value
    if (name === 'status') return value.split(',').map((one) => i18n.t(`desk.status.${one}`)).join(', ')
    if (name === 'priority') return i18n.t(`desk.priority.${value}`)
    if (name === 'category') return i18n.t(`desk.category.${value}`, undefined, value)
    if (name === 'channel') return i18n.t(`desk.channel.${value}`, undefined, value)
    return value
  },

  factText: (i18n: I18n, format: Format, { key, values, because }: Fact) => {
    const who = values.actor === 'agent' ? String(values.who) : i18n.t(`desk.actor.${values.actor}`)
    const say = (kind: string, value: unknown) => (value ? i18n.t(`desk.${kind}.${value}`, undefined, String(value)) : '')
    const kind = key === 'ticket_prioritised' ? 'priority' : key === 'ticket_categorised' ? 'category' : key === 'ticket_opened_again' ? 'status' : 'wait'
    const text = i18n.t(`desk.event.${key}`, { ...values, who, from: say(kind, values.from), value: say(kind, values.value), until: values.until ? format.short(Number(values.until)) : '', from_time: typeof values.from === 'number' ? format.short(values.from) : '', sign: reasonText(i18n, String(values.sign)) }, `${who} · ${key.replace('_', ' ')}`)
    // A cause without words (the stored item it came from) is for the audit and the API, not for the reader.
    return because && i18n.hasMessage(`desk.because.${because.key}`) ? `${text} · ${i18n.t(`desk.because.${because.key}`, { id: because.id })}` : text
  },

  /** Where a new day begins among the entries of a thread. */
  dayMarks: (items: readonly (Entry | Facts)[], format: Format) => {
    let last = ''
    return items.map((item) => {
      const key = format.dayKey(item.at) ?? ''
      if (key === last) return null
      last = key
      return { key, text: format.heading(item.at) }
    })
  },

  deliveryText: (i18n: I18n, format: Format, { state, dueAt, sentAt, deliveredAt, readAt, error, at }: NonNullable<Entry['delivery']>) => {
    const time = (moment: number | null) => format.short(moment ?? at)
    if (state === 'read') return `${i18n.t('desk.delivery.delivered', { time: time(deliveredAt ?? sentAt) })} · ${i18n.t('desk.delivery.read', { time: time(readAt) })}`
    if (state === 'delivered') return i18n.t('desk.delivery.delivered', { time: time(deliveredAt) })
    if (state === 'sent') return i18n.t('desk.delivery.sent', { time: time(sentAt) })
    if (state === 'pending' && error) return i18n.t('desk.delivery.again', { time: format.short(dueAt), reason: reasonText(i18n, error) })
    if (state === 'failed') return i18n.t('desk.delivery.failed', { reason: reasonText(i18n, error) })
    return i18n.t(`desk.delivery.${state}`, { time: format.ahead(dueAt) })
  },

  reasonText,

  /** What came of a mail, and what to do, in the words of its channel. */
  bounceText: (i18n: I18n, channel: string, { recipient, reason, diagnostic }: Bounce) => i18n.t(`${channel}.bounce.${reason}`, { recipient }, i18n.t('mail.bounce_other', { recipient, reason: diagnostic ?? reason })),

  /** A reason of the spam filters: a few are ours and have words, the others are the filter's own. */
  spamReason: (i18n: I18n, reason: string) => i18n.t(`mail.spam_reasons.${reason.replace(/\W.*$/, '')}`, undefined, reason),
}

/** A moment to come, with its day and its time. @param at - ms UTC */
const moment = (format: Format, at: number) => `${format.day(at)} ${format.clock(at)}`

/** Why something failed, in the reader's language where its plugin knows the reason. */
function reasonText(i18n: I18n, stored: string | null): string {
  return sayReason(i18n, stored) || i18n.t('desk.no_reason')
}

for (const [name, word] of Object.entries(words)) edge.global(name, word)
