import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'
import '#routing/pages/wording'

router
  .group(() => {
    const { routing } = controllers
    router.get('tickets/:ticket_id/handover/create', [routing.Handovers, 'create'])
    router.post('tickets/:ticket_id/handover', [routing.Handovers, 'store'])
    router.get('handovers', [routing.Handovers, 'index'])
    router.get('handovers/:id', [routing.Handovers, 'show'])
    router.delete('handovers/:id', [routing.Handovers, 'destroy'])
    router.post('handovers/:id/acceptance', [routing.Settlements, 'accept'])
    router.post('handovers/:id/answer', [routing.Settlements, 'answer'])
    router.post('handovers/:id/refusal', [routing.Settlements, 'decline'])

    router.get('deputies', [routing.Deputies, 'index'])
    router.post('deputies', [routing.Deputies, 'store'])
    router.delete('deputies/:id', [routing.Deputies, 'destroy'])

    router.get('admin/agents/:id/offboarding', [routing.Offboardings, 'show'])
    router.post('admin/agents/:id/offboarding', [routing.Offboardings, 'store'])
    router.put('admin/agents/:id/offboarding', [routing.Offboardings, 'update'])
    router.delete('admin/agents/:id/offboarding', [routing.Offboardings, 'destroy'])
    router.delete('admin/agents/:id/offboarding/reassignment', [routing.Offboardings, 'undo'])
  })
  .use(middleware.auth())
