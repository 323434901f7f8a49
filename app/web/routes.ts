import '#web/live'
import app from '@adonisjs/core/services/app'
import router from '@adonisjs/core/services/router'
import transmit from '@adonisjs/transmit/services/main'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

transmit.registerRoutes()

router
  .group(() => {
    router.post('theme', [controllers.web.Themes, 'store'])
    router.get('keys', [controllers.web.Helps, 'keys'])
    router.get('menu', [controllers.web.Helps, 'menu'])
  })
  .use(middleware.auth())
if (!app.inProduction) router.get('kit', [controllers.web.Kit, 'index'])
