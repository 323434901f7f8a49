/*
 * Who hears of what: each domain registers its listeners and jobs. Imports only.
 */
import '#support/dispatcher'
import '#people/listeners'
import '#tickets/listeners'
import '#routing/listeners'
import '#channels/listeners'
import '#search/listeners'
import '#plugins/listeners'
import '#notifications/listeners'
import '#web/listeners'
