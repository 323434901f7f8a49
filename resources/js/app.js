/*
 * What the desk does beyond forms and links. Every page works without it.
 */
import './htmx.js'
import './overlays.js'
import './live.js'
import './desk.js'
import './keys.js'
import './presence.js'
import './notices.js'
import './palette.js'
import './countdown.js'
import './conditions.js'
import './alpine/composer.js'
import './mentions.js'
import Alpine from './alpine.js'

Alpine.start()
