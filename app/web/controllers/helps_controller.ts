import type { HttpContext } from '@adonisjs/core/http'

/** Small pages for where the frame's own places are not: no JavaScript, or a phone. */
export default class HelpsController {
  /** The keyboard map; with JavaScript it opens as a dialog. */
  keys({ view }: HttpContext) {
    return view.render('web/keys')
  }

  /** Everything that stands in the navigation on a wide screen. */
  menu({ view }: HttpContext) {
    return view.render('web/menu')
  }
}
