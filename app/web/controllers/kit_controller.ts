import type { HttpContext } from '@adonisjs/core/http'

export default class KitController {
  /** Every component in every state, on one page: for looking at, and for axe. Not in production. */
  index({ view }: HttpContext) {
    return view.render('web/kit')
  }
}
