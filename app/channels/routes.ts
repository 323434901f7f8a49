import router from '@adonisjs/core/services/router'

const HooksController = () => import('#channels/controllers/hooks_controller')

router.get('/hooks/:plugin/:inbox_key', [HooksController, 'show'])
router.post('/hooks/:plugin/:inbox_key', [HooksController, 'store'])
