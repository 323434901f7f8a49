import { findOrCreateCustomer } from '#customers/identity'
import { createCustomer } from '#customers/new_customer'
import Customer from '#customers/customer'
import { assign } from '#routing/assignment'
import { nowMs } from '#support/clock'
import { reading, transaction } from '#support/transaction'
import { takeUploads } from '#tickets/attachment'
import { sanitiseMail } from '#tickets/mail_html'
import { openTicket } from '#tickets/open_ticket'
import type Ticket from '#tickets/ticket'
import type { Call } from '../endpoint.js'
import { keepInputs, type FileInput } from '../files.js'
import { maySee, seenCustomers } from '../found.js'
import { plainText } from '../plain_text.js'
import { wrongField } from '../problem.js'
import { plainValues, responsible } from './ticket_changes.js'

interface NewTicketBody {
  subject: string
  inbox_id?: string
  customer: { id?: string; name?: string; email?: string; phone?: string }
  message: { text?: string; html?: string; attachments?: FileInput[]; direction: 'inbound' | 'outbound' }
  owner_id?: string | null
  team_id?: string | null
  priority?: string
  tags?: string[]
  custom?: Record<string, unknown>
}

type Opening = Call<any, NewTicketBody>

/** Customer, ticket and first message in one transaction. @returns the ticket's number */
export async function openByApi(call: Opening): Promise<number> {
  const { body, cause } = call
  const text = body.message.text ?? (body.message.html ? plainText(body.message.html) : '')
  if (text.trim() === '' && !body.message.html) throw wrongField('message.text', 'required', 'A message needs text or html')
  const custom = body.custom ? plainValues(body.custom) : null
  const uploadIds = await keepInputs(body.message.attachments, call.agent.id)

  return transaction(async () => {
    const inbox = await inboxFor(call)
    const customerId = await customerFor(call)
    const ticket = await openTicket(
      { inboxId: inbox.id, channel: inbox.channel, customerId, subject: body.subject, priority: body.priority, teamId: inbox.team_id, custom },
      cause
    )
    if (body.message.direction === 'inbound') await receive(ticket, call, text, uploadIds)
    else await ticket.reply({ text, html: body.message.html, subject: body.subject, to: recipient(body.customer), uploadIds }, cause)
    if (body.tags?.length) await ticket.tag({ add: body.tags }, cause)
    if (body.owner_id || body.team_id !== undefined) await assign(ticket, responsible(body), cause)
    return ticket.id
  })
}

/** The inbox that was named, else the first that the agent may use. */
async function inboxFor({ body, access }: Opening): Promise<{ id: number; channel: string; team_id: number | null }> {
  const query = reading().from('inboxes').whereNull('deleted_at').orderBy('id').select('id', 'channel', 'team_id')
  if (body.inbox_id !== undefined) query.where('id', Number(body.inbox_id))
  if (access !== 'all') query.whereIn('id', [...access])
  const inbox = await query.first()
  if (!inbox || !maySee(access, inbox.id)) throw wrongField('inbox_id', 'exists', 'There is no such inbox')
  return inbox
}

async function customerFor(call: Opening): Promise<number> {
  const { cause } = call
  const { customer } = call.body
  if (customer.id !== undefined) {
    const row = await seenCustomers(call).where('id', Number(customer.id)).select('id', 'merged_into_id').first()
    if (!row) throw wrongField('customer.id', 'exists', 'There is no such customer')
    return row.merged_into_id ?? row.id
  }
  if (!customer.name && !customer.email && !customer.phone) throw wrongField('customer', 'required', 'A customer needs an id, a name, an email or a phone')
  if (!customer.email && !customer.phone) return createCustomer({ name: customer.name! }, cause)

  const kind = customer.email ? 'email' : 'phone'
  const { id, created } = await findOrCreateCustomer({ kind, value: (customer.email ?? customer.phone)!, name: customer.name }, cause)
  // Somebody else's number stays theirs: only a new customer gets the second address.
  if (created && customer.email && customer.phone) await addPhone(id, customer.phone, cause)
  return id
}

async function addPhone(customerId: number, phone: string, cause: Opening['cause']) {
  const customer = await Customer.findOrFail(customerId, { client: reading() })
  await customer.addAddress('phone', phone, cause)
}

async function receive(ticket: Ticket, { body, agent, cause }: Opening, text: string, uploadIds: readonly number[]) {
  const clean = body.message.html ? sanitiseMail(body.message.html) : null
  await ticket.receive(
    {
      kind: 'inbound',
      inboxId: ticket.inboxId,
      author: { kind: 'customer', id: String(ticket.customerId) },
      fromName: body.customer.name,
      fromAddress: body.customer.email ?? body.customer.phone ?? (await firstAddress(ticket.customerId)),
      subject: body.subject,
      text,
      html: clean?.html,
      remoteImages: clean?.remoteImages,
      receivedAt: nowMs(),
      files: await takeUploads(uploadIds, agent.id),
    },
    cause
  )
}

async function firstAddress(customerId: number): Promise<string | null> {
  const row = await reading().from('addresses').where('customer_id', customerId).orderBy('id').select('value').first()
  return row?.value ?? null
}

function recipient({ email, name }: NewTicketBody['customer']) {
  return email ? [{ address: email, ...(name ? { name } : {}) }] : undefined
}

