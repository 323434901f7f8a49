import { DraftSchema } from '#database/schema'

export default class Draft extends DraftSchema {}
