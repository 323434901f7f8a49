import { CustomerSchema } from '#database/schema'

export default class Customer extends CustomerSchema {}
