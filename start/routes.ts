/*
 * Every address of the desk: each domain keeps its own. Imports only.
 */
import '#web/routes'
import '#setup/routes'
import '#people/routes'
import '#routing/absence_routes'
import '#tickets/routes'
import '#routing/routes'
import '#customers/routes'
import '#channels/routes'
import '#channels/admin_routes'
import '#search/routes'
import '#plugins/routes'
import '#notifications/routes'
import '#api/routes'
