import { MessageSchema } from '#database/schema'

export default class Message extends MessageSchema {}
