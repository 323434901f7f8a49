import { DeliverySchema } from '#database/schema'

export default class Delivery extends DeliverySchema {}
