import '#web/live'
import app from '@adonisjs/core/services/app'
import router from '@adonisjs/core/services/router'
import transmit from '@adonisjs/transmit/services/main'
import { controllers } from '#generated/controllers'

transmit.registerRoutes()

router.post('theme', [controllers.web.Themes, 'store'])
if (!app.inProduction) router.get('kit', [controllers.web.Kit, 'index'])
