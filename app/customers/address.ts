import { AddressSchema } from '#database/schema'

export default class Address extends AddressSchema {}
