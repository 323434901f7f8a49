import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { accessibleInboxIds } from '#people/access'
import Handover from '#routing/handover/handover'
import HandoverPolicy from '#routing/handover_policy'
import { ask, escalate, handOver } from '#routing/handover/give'
import { handovers, readHandovers } from '#routing/handover/handover_list'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'
import { sayDone, sayDoneAt } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { mustSee, ticketToWorkOn } from '#tickets/pages/ticket_page'
import type Ticket from '#tickets/ticket'
import Tickets from '#tickets/ticket'

const KINDS = ['transfer', 'ask', 'escalate'] as const
const PAGE = 50

const handoverValidator = vine.create({
  kind: vine.enum(KINDS),
  /** `agent-3` or `team-2`; an escalation finds its own way. */
  to: vine.string().regex(/^(agent|team)-\d{1,9}$/).optional(),
  note: vine.string().trim().maxLength(20_000).nullable().optional(),
  due_at: vine.string().maxLength(40).nullable().optional(),
})

export default class HandoversController {
  /** What was asked of me, and what I asked; each with its answer. */
  async index(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const mine = ctx.request.input('of') === 'mine'
    const before = Number(ctx.request.input('before')) || null
    const query = handovers(mine ? { by: agent.id } : { waitsFor: agent.id }, await accessibleInboxIds(agent))
    if (before) query.where('handovers.id', '<', before)
    const rows = await readHandovers(query.orderBy('handovers.id', 'desc').limit(PAGE + 1))
    return ctx.view.render('routing/handovers/index', { rows: rows.slice(0, PAGE), older: rows.length > PAGE ? rows[PAGE - 1]!.id : null, mine, people: await directory() })
  }

  /** The dialogs of the ticket as a page, for browsers without JavaScript. */
  async create(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const kind = KINDS.find((one) => one === ctx.request.input('kind')) ?? 'transfer'
    const people = await directory()
    return ctx.view.render('routing/handovers/create', { kind, people, sheet: await readSheet(ticket.id, ctx.by, people) })
  }

  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { kind, to, note, due_at: dueAt } = await ctx.request.validateUsing(handoverValidator)
    const cause = { by: ctx.by }
    const handover =
      kind === 'transfer'
        ? await handOver(ticket, { to: receiver(to), note }, cause)
        : kind === 'ask'
          ? await ask(ticket, { to: receiver(to), text: note ?? '', dueAt: dueAt ? momentOf(dueAt, ctx.format.zone) : null }, cause)
          : await escalate(ticket, { reason: note ?? '' }, cause)
    const { agents, teams } = await directory()
    const name = (handover.toKind === 'agent' ? agents : teams).get(handover.toId)?.name ?? ''
    const said = { done: `handover_${kind}`, values: { to: name }, undo: { action: `/handovers/${handover.id}`, method: 'DELETE' } }
    if (ctx.request.input('page')) return sayDoneAt(ctx, `/tickets/${ticket.id}`, said)
    return sayDone(ctx, ticket.id, said)
  }

  /** One hand-over with all that can be said to it. */
  async show(ctx: HttpContext) {
    const { handover } = await handoverOf(ctx)
    const [row] = await readHandovers(handovers({}, 'all').where('handovers.id', handover.id))
    return ctx.view.render('routing/handovers/show', {
      row,
      people: await directory(),
      maySettle: await ctx.bouncer.with(HandoverPolicy).allows('settle', handover),
      mayWithdraw: await ctx.bouncer.with(HandoverPolicy).allows('withdraw', handover),
    })
  }

  /** Takes it back. */
  async destroy(ctx: HttpContext) {
    const { handover, ticket } = await handoverOf(ctx)
    await ctx.bouncer.with(HandoverPolicy).authorize('withdraw', handover)
    await handover.withdraw({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'handover_withdrawn' })
  }
}

/** The hand-over of the address, if its reader may see the ticket. */
export async function handoverOf(ctx: HttpContext): Promise<{ handover: Handover; ticket: Ticket }> {
  const handover = await Handover.findOrFail(ctx.params.id)
  const ticket = await Tickets.findOrFail(handover.ticketId)
  await mustSee(ctx.auth.getUserOrFail(), ticket.inboxId)
  return { handover, ticket }
}

function receiver(to: string | undefined) {
  const [kind, id] = (to ?? '').split('-')
  return kind === 'team' ? { teamId: Number(id) } : kind === 'agent' ? { agentId: Number(id) } : {}
}

function momentOf(text: string, zone: string): DateTime {
  const at = DateTime.fromISO(text, { zone })
  if (!at.isValid) throw new DomainError('routing.errors.due_past', 422)
  return at.toUTC()
}
