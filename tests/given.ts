import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import Agent from '#people/agent'
import Inbox from '#channels/inbox'
import { findOrCreateCustomer } from '#customers/identity'
import { now, nowMs } from '#support/clock'
import { openTicket } from '#tickets/open_ticket'
import type { InboundMessage } from '#tickets/ticket/receiving'
import Ticket from '#tickets/ticket'
import { FakeChannel } from '#tests/fakes/fake_channel'

/*
 * Where a test starts: small worlds with speaking names.
 */

let counter = 0

export async function givenAgent(values: Partial<{ name: string; email: string; role: string; password: string; language: string; restricted: number }> = {}) {
  counter++
  return Agent.create({
    name: values.name ?? `Agent ${counter}`,
    email: values.email ?? `agent${counter}-${randomUUID().slice(0, 6)}@desk.test`,
    password: values.password ?? null,
    role: values.role ?? 'agent',
    language: values.language ?? 'en',
    theme: 'system',
    keyboard: 1,
    restricted: values.restricted ?? 0,
    availability: 'available',
    sessionEpoch: 0,
    createdAt: now(),
    updatedAt: now(),
  })
}

export async function givenTeam(name = `Team ${++counter}`): Promise<number> {
  const [row] = await db.knexQuery().table('teams').insert({ name, created_at: nowMs(), updated_at: nowMs() }).returning('id')
  return typeof row === 'object' ? row.id : row
}

export async function givenInbox(values: Partial<{ channel: string; name: string; address: string; undoSeconds: number; teamId: number; signature: string }> = {}) {
  counter++
  return Inbox.create({
    key: randomUUID(),
    channel: values.channel ?? 'email',
    name: values.name ?? `Inbox ${counter}`,
    address: values.address ?? `info${counter}@shop.test`,
    config: '{}',
    teamId: values.teamId ?? null,
    signature: values.signature ?? null,
    undoSeconds: values.undoSeconds ?? 0,
    closeAfterDays: 14,
    reopenWithinDays: 30,
    createdAt: now(),
    updatedAt: now(),
  })
}

/** A channel of the tests' own with one inbox, info@shop.test, in the registry until `restore`. */
export async function givenFakeChannel() {
  const fake = new FakeChannel('fake')
  const restore = fake.install()
  return { fake, inbox: await givenInbox({ channel: 'fake', address: 'info@shop.test' }), restore }
}

export async function givenCustomer(email = `customer${++counter}-${randomUUID().slice(0, 6)}@posta.test`, name = 'Anna Dvořáková') {
  return (await findOrCreateCustomer({ kind: 'email', value: email, name }, { by: null })).id
}

/** What a customer wrote, as the gateway hands it over. */
export function words(inboxId: number, customerId: number, values: Partial<InboundMessage> = {}): InboundMessage {
  return {
    kind: 'inbound',
    inboxId,
    author: { kind: 'customer', id: String(customerId) },
    fromName: 'Anna Dvořáková',
    fromAddress: 'anna@posta.test',
    subject: 'Kávovar',
    text: 'Dobrý den, kde je můj kávovar?',
    externalId: `<${randomUUID()}@posta.test>`,
    fingerprint: randomUUID(),
    receivedAt: nowMs(),
    ...values,
  }
}

/** A ticket with the customer's first message in it. */
export async function givenTicket(values: Partial<{ inbox: Inbox; customerId: number; subject: string; text: string; category: string; teamId: number; ownerId: number }> = {}) {
  const inbox = values.inbox ?? (await givenInbox())
  const customerId = values.customerId ?? (await givenCustomer())
  const ticket = await openTicket(
    { inboxId: inbox.id, channel: inbox.channel, customerId, subject: values.subject ?? 'Kávovar', category: values.category, teamId: values.teamId },
    { by: { kind: 'customer', id: customerId } }
  )
  await ticket.receive(words(inbox.id, customerId, values.text ? { text: values.text } : {}), { by: { kind: 'customer', id: customerId } })
  if (values.ownerId) {
    const { assign } = await import('#routing/assignment')
    await assign(ticket, { ownerId: values.ownerId }, { by: null })
  }
  return ticket
}

/** The ticket as the database has it now. */
export const fresh = (ticket: { id: number }) => Ticket.findOrFail(ticket.id)
