import { InboxSchema } from '#database/schema'

export default class Inbox extends InboxSchema {}
