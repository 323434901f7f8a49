import { IncomingItemSchema } from '#database/schema'

export default class IncomingItem extends IncomingItemSchema {}
