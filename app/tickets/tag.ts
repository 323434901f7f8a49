import { TagSchema } from '#database/schema'

export default class Tag extends TagSchema {}
