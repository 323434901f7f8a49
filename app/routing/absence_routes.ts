import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'
import '#routing/pages/absence_wording'

router
  .group(() => {
    const { routing } = controllers
    router.post('absences/check', [routing.Absences, 'check'])
    router.resource('absences', routing.Absences)
    router.post('absences/:id/return', [routing.Returns, 'store'])
    router.post('absences/:id/answer', [routing.CoverAnswers, 'store'])
    router.get('absences/:id/checklist', [routing.Checklists, 'show'])
    router.put('absences/:id/checklist', [routing.Checklists, 'update'])
    router.get('absences/:id/catch-up', [routing.CatchUps, 'show'])
    router.post('absences/:id/catch-up', [routing.CatchUps, 'store'])
    router.get('sick-leaves/create', [routing.SickLeaves, 'create'])
    router.post('sick-leaves', [routing.SickLeaves, 'store'])
    router.get('plans/:id', [routing.Plans, 'show'])
    router.put('plans/:id', [routing.Plans, 'update'])
    router.post('tickets/:ticket_id/keeping', [routing.Keepings, 'store'])
    router.post('tickets/:ticket_id/taking-back', [routing.TakingsBack, 'store'])
    router.delete('tickets/:ticket_id/taking-back', [routing.TakingsBack, 'destroy'])
  })
  .use(middleware.auth())
