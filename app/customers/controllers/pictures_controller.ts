import type { HttpContext } from '@adonisjs/core/http'
import Customer from '#customers/customer'
import CustomerPolicy from '#customers/customer_policy'
import { DomainError } from '#support/domain_error'
import { sendFile } from '#tickets/attachment_response'

export default class PicturesController {
  /** The picture that a channel had of this person. */
  async show(ctx: HttpContext) {
    const customer = await Customer.findOrFail(ctx.params.customer_id)
    await ctx.bouncer.with(CustomerPolicy).authorize('view', customer)
    if (!customer.pictureSha256 || !customer.pictureType) throw new DomainError('errors.404.text', 404)
    return sendFile(ctx, { name: 'picture', type: customer.pictureType, sha256: customer.pictureSha256 })
  }
}
