import { TicketSchema } from '#database/schema'

export default class Ticket extends TicketSchema {}
