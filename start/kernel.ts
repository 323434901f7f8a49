import router from '@adonisjs/core/services/router'
import server from '@adonisjs/core/services/server'

server.errorHandler(() => import('#web/exception_handler'))

server.use([
  () => import('#web/middleware/container_bindings_middleware'),
  () => import('#web/middleware/assets_middleware'),
  () => import('#plugins/middleware/doors_middleware'),
  () => import('#web/middleware/public_files_middleware'),
  () => import('#api/door_middleware'),
])

router.use([
  () => import('#web/middleware/pages_first_middleware'),
  () => import('#web/middleware/compression_middleware'),
  () => import('#web/middleware/body_middleware'),
  () => import('#people/middleware/page_session_middleware'),
  // Before the shield: what it refuses is said in the reader's language too.
  () => import('@adonisjs/auth/initialize_auth_middleware'),
  () => import('#people/middleware/page_shield_middleware'),
  () => import('#people/middleware/initialize_bouncer_middleware'),
  () => import('#web/middleware/reader_middleware'),
])

export const middleware = router.named({
  auth: () => import('#people/middleware/auth_middleware'),
  guest: () => import('#people/middleware/guest_middleware'),
  role: () => import('#people/middleware/role_middleware'),
})

// Ids are numbers that an id column can hold; anything else names nothing, and never reaches the database.
for (const name of ['id', 'ticket_id', 'message_id', 'customer_id', 'connection']) router.where(name, /^\d{1,9}$/)
