import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'
import '#notifications/pages/bell'

router
  .group(() => {
    const { notifications } = controllers
    router.get('notifications', [notifications.Notifications, 'index'])
    router.get('notifications/bell', [notifications.Notifications, 'bell'])
    router.post('notifications/seen', [notifications.Notifications, 'seen'])
    router.get('notifications/:id', [notifications.Notifications, 'show'])

    router.get('profile/notifications', [notifications.Choices, 'edit'])
    router.put('profile/notifications', [notifications.Choices, 'update'])

    router.get('profile/devices/key', [notifications.Devices, 'key'])
    router.post('profile/devices', [notifications.Devices, 'store'])
    router.post('profile/devices/test', [notifications.Devices, 'test'])
    router.post('profile/devices/shown', [notifications.Devices, 'shown'])
    router.delete('profile/devices', [notifications.Devices, 'forget'])
    router.delete('profile/devices/:id', [notifications.Devices, 'destroy'])

  })
  .use(middleware.auth())
