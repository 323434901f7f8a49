import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

router
  .group(() => {
    router.post('inboxes/check', [controllers.channels.Checks, 'store']).as('inboxes.try')
    router.resource('inboxes', controllers.channels.Inboxes).only(['index', 'create', 'store', 'edit', 'update', 'destroy'])
    router.post('inboxes/:id/trial', [controllers.channels.Checks, 'store']).as('inboxes.trial')
    router.post('inboxes/:id/check', [controllers.channels.Checks, 'update'])
    router.get('inboxes/:id/state', [controllers.channels.States, 'show'])
    router.post('inboxes/:id/templates', [controllers.channels.Templates, 'store'])
    router.post('inboxes/:id/pause', [controllers.channels.Pauses, 'store'])
    router.delete('inboxes/:id/pause', [controllers.channels.Pauses, 'destroy'])
    router.post('inboxes/:id/auto-reply', [controllers.channels.AutoReplies, 'store'])
    router.get('senders', [controllers.channels.Senders, 'index'])
    router.post('senders', [controllers.channels.Senders, 'store'])
    router.delete('senders/:id', [controllers.channels.Senders, 'destroy'])
    router.get('inboxes/:id/removal', [controllers.channels.Removals, 'create'])
    router.get('incoming', [controllers.channels.Incoming, 'index'])
    router.get('incoming/:id/original', [controllers.channels.Incoming, 'show'])
    router.post('incoming/:id/replay', [controllers.channels.Replays, 'store'])
    router.resource('imports', controllers.channels.Imports).only(['index', 'create', 'store', 'show'])
    router.post('imports/survey', [controllers.channels.ImportSurveys, 'store'])
    router.post('imports/files', [controllers.channels.ImportFiles, 'store'])
    router.delete('imports/:id/run', [controllers.channels.ImportRuns, 'destroy'])
    router.post('imports/:id/run', [controllers.channels.ImportRuns, 'store'])
    router.get('check', [controllers.channels.NothingLost, 'show'])
    router.get('jobs', [controllers.channels.Jobs, 'index'])
    router.post('jobs/:id/retry', [controllers.channels.Jobs, 'update'])
  })
  .prefix('admin')
  .as('admin.channels')
  .use(middleware.auth())
