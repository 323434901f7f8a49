import '#people/browser_name'
import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

router
  .group(() => {
    router.get('sign-in', [controllers.people.Sessions, 'create'])
    router.post('sign-in', [controllers.people.Sessions, 'store'])
  })
  .use(middleware.guest())

// Signed in or not: a link to a new password is followed in whichever browser is open.
router.get('invitations/:secret', [controllers.people.Acceptances, 'show'])
router.post('invitations/:secret', [controllers.people.Acceptances, 'store'])

router
  .group(() => {
    router.get('session', [controllers.people.Sessions, 'show'])
    router.delete('session', [controllers.people.Sessions, 'destroy'])

    router.get('profile', [controllers.people.Profiles, 'show'])
    router.put('profile', [controllers.people.Profiles, 'update'])
    router.get('profile/keys', [controllers.people.Keymaps, 'show'])
    router.put('profile/keys', [controllers.people.Keymaps, 'update'])
    router.delete('profile/keys', [controllers.people.Keymaps, 'destroy'])
    router.put('profile/password', [controllers.people.Passwords, 'update'])
    router.delete('profile/browsers', [controllers.people.Browsers, 'clear'])
    router.delete('profile/browsers/:id', [controllers.people.Browsers, 'destroy']).where('id', /^[0-9a-f]+$/)
    router.post('profile/tokens', [controllers.people.Tokens, 'store'])
    router.delete('profile/tokens/:id', [controllers.people.Tokens, 'destroy'])
    router.put('agents/:id/availability', [controllers.people.Availabilities, 'update'])

    router
      .group(() => {
        router.resource('agents', controllers.people.Agents).only(['index', 'store', 'edit', 'update'])
        router.post('agents/:id/invitation', [controllers.people.Invitations, 'store'])
        router.delete('agents/:id/invitation', [controllers.people.Invitations, 'destroy'])
        router.post('agents/:id/deactivation', [controllers.people.Deactivations, 'store'])
        router.delete('agents/:id/deactivation', [controllers.people.Deactivations, 'destroy'])
        router.post('agents/:id/expulsion', [controllers.people.Expulsions, 'store'])
        router.resource('teams', controllers.people.Teams).only(['index', 'store', 'edit', 'update', 'destroy'])
        router.get('teams/:id/work', [controllers.people.TeamWorks, 'show'])
        router.put('teams/:id/work', [controllers.people.TeamWorks, 'update'])
        router.get('agents/:id/work', [controllers.people.AgentWorks, 'show'])
        router.put('agents/:id/work', [controllers.people.AgentWorks, 'update'])
        router.get('audit', [controllers.people.Audits, 'index'])
      })
      .prefix('admin')
      .as('admin')
  })
  .use(middleware.auth())
