import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'first_runs.show': { paramsTuple?: []; params?: {} }
    'first_runs.store': { paramsTuple?: []; params?: {} }
    'connections.create': { paramsTuple?: []; params?: {} }
    'colleagues.create': { paramsTuple?: []; params?: {} }
    'homes.redirect': { paramsTuple?: []; params?: {} }
    'admin.setup.homes.show': { paramsTuple?: []; params?: {} }
    'admin.setup.skips.store': { paramsTuple?: []; params?: {} }
    'admin.setup.skips.destroy': { paramsTuple?: []; params?: {} }
    'admin.setup.companies.edit': { paramsTuple?: []; params?: {} }
    'admin.setup.companies.update': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.index': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.store': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.setup.tags.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.setup.categories.store': { paramsTuple?: []; params?: {} }
    'admin.setup.categories.destroy': { paramsTuple: [ParamValue]; params: {'category': ParamValue} }
    'sessions.create': { paramsTuple?: []; params?: {} }
    'sessions.store': { paramsTuple?: []; params?: {} }
    'acceptances.show': { paramsTuple: [ParamValue]; params: {'secret': ParamValue} }
    'acceptances.store': { paramsTuple: [ParamValue]; params: {'secret': ParamValue} }
    'sessions.destroy': { paramsTuple?: []; params?: {} }
    'profiles.show': { paramsTuple?: []; params?: {} }
    'profiles.update': { paramsTuple?: []; params?: {} }
    'passwords.update': { paramsTuple?: []; params?: {} }
    'browsers.clear': { paramsTuple?: []; params?: {} }
    'browsers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tokens.store': { paramsTuple?: []; params?: {} }
    'tokens.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'availabilities.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.agents.index': { paramsTuple?: []; params?: {} }
    'admin.agents.store': { paramsTuple?: []; params?: {} }
    'admin.agents.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.agents.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.invitations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.invitations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.deactivations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.deactivations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.expulsions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.index': { paramsTuple?: []; params?: {} }
    'admin.teams.store': { paramsTuple?: []; params?: {} }
    'admin.teams.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.audits.index': { paramsTuple?: []; params?: {} }
    'views.index': { paramsTuple?: []; params?: {} }
    'views.show': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'views.news': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'planned.index': { paramsTuple?: []; params?: {} }
    'tickets.create': { paramsTuple?: []; params?: {} }
    'tickets.store': { paramsTuple?: []; params?: {} }
    'tickets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'cards.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'messages.index': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'messages.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'windows.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'notes.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'notes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'notes.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'notes.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'resolutions.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'resolutions.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'closures.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'closures.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'pendings.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'pendings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'snoozes.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'snoozes.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'reminders.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'reminders.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'spams.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'spams.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'assignments.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'claims.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'claims.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tags.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tags.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'properties.update': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'bulk_changes.create': { paramsTuple?: []; params?: {} }
    'bulk_changes.store': { paramsTuple?: []; params?: {} }
    'acts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ticket_mergers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'ticket_mergers.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'ticket_mergers.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'splits.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'splits.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'links.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'links.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'other_id': ParamValue} }
    'followings.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'followings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'side_messages.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.index': { paramsTuple?: []; params?: {} }
    'tasks.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tasks.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'task_completions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'task_completions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.index': { paramsTuple?: []; params?: {} }
    'saved_views.store': { paramsTuple?: []; params?: {} }
    'saved_views.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'view_positions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_copies.store': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'drafts.update': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'drafts.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'presences.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'presences.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'presences.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'readings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'uploads.store': { paramsTuple?: []; params?: {} }
    'attachments.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'attachments.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'mail_frames.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'image_allowances.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'deliveries.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'deliveries.update': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'deliveries.destroy': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'arrivals.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.download': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'handovers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'handovers.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'handovers.index': { paramsTuple?: []; params?: {} }
    'handovers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'handovers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'settlements.accept': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'settlements.answer': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'settlements.decline': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'customers.index': { paramsTuple?: []; params?: {} }
    'customers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'customers.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'addresses.store': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'addresses.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'customer_id': ParamValue,'id': ParamValue} }
    'pictures.show': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'mergers.create': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'mergers.store': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'hooks.show': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin': ParamValue,'inbox_key': ParamValue} }
    'hooks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin': ParamValue,'inbox_key': ParamValue} }
    'admin.channels.inboxes.try': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.index': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.create': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.store': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.inboxes.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.inboxes.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.inboxes.trial': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.checks.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.states.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.templates.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.pauses.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.pauses.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.removals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.incoming.index': { paramsTuple?: []; params?: {} }
    'admin.channels.incoming.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.replays.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.nothing_lost.show': { paramsTuple?: []; params?: {} }
    'admin.channels.jobs.index': { paramsTuple?: []; params?: {} }
    'admin.channels.jobs.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'searches.index': { paramsTuple?: []; params?: {} }
    'agent_doors': { paramsTuple: [ParamValue,...ParamValue[]]; params: {'plugin': ParamValue,'*': ParamValue[]} }
    'panels.show': { paramsTuple: [ParamValue,ParamValue,ParamValue,ParamValue]; params: {'id': ParamValue,'plugin': ParamValue,'panel': ParamValue,'connection': ParamValue} }
    'actions.create': { paramsTuple: [ParamValue,ParamValue,ParamValue]; params: {'plugin': ParamValue,'action': ParamValue,'connection': ParamValue} }
    'actions.store': { paramsTuple: [ParamValue,ParamValue,ParamValue]; params: {'plugin': ParamValue,'action': ParamValue,'connection': ParamValue} }
    'admin.plugins.index': { paramsTuple?: []; params?: {} }
    'admin.plugins.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.enablements.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.enablements.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugin_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.create': { paramsTuple: [ParamValue]; params: {'plugin_id': ParamValue} }
    'admin.plugins.connections.store': { paramsTuple: [ParamValue]; params: {'plugin_id': ParamValue} }
    'admin.plugins.connections.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'admin.plugins.connections.update': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'admin.plugins.connections.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'api.GET /tickets': { paramsTuple?: []; params?: {} }
    'api.POST /tickets': { paramsTuple?: []; params?: {} }
    'api.GET /tickets/{number}': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.PATCH /tickets/{number}': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/resolution': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/resolution': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/closure': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/closure': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/spam': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/spam': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/snooze': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/reminder': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/reminder': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/snooze': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/merge': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/merge': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/split': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/links': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/links': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/links/{other}': { paramsTuple: [ParamValue,ParamValue]; params: {'number': ParamValue,'other': ParamValue} }
    'api.GET /tickets/{number}/followers': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/following': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/following': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/drafts': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /bulk-changes': { paramsTuple?: []; params?: {} }
    'api.DELETE /acts/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /tickets/{number}/messages': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/messages': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /messages/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /messages/{id}/raw': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /planned-messages': { paramsTuple?: []; params?: {} }
    'api.DELETE /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /tickets/{number}/notes': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/notes': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /notes/{note_id}/attachments/{id}': { paramsTuple: [ParamValue,ParamValue]; params: {'note_id': ParamValue,'id': ParamValue} }
    'api.GET /tickets/{number}/thread': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/events': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/side-conversations': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/side-conversations': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /side-conversations/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /side-conversations/{id}/messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /side-conversations/{id}/messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /tasks': { paramsTuple?: []; params?: {} }
    'api.GET /tickets/{number}/tasks': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/tasks': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.PATCH /tasks/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /tasks/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /tickets/{number}/handover': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/handover': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /handovers': { paramsTuple?: []; params?: {} }
    'api.GET /handovers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /handovers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /handovers/{id}/acceptance': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /handovers/{id}/answer': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /handovers/{id}/refusal': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /attachments/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /uploads': { paramsTuple?: []; params?: {} }
    'api.GET /customers': { paramsTuple?: []; params?: {} }
    'api.POST /customers': { paramsTuple?: []; params?: {} }
    'api.GET /customers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /customers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /customers/{id}/merge': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /customers/{id}/timeline': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /customers/{id}/context': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /agents': { paramsTuple?: []; params?: {} }
    'api.GET /agents/me': { paramsTuple?: []; params?: {} }
    'api.GET /agents/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /agents': { paramsTuple?: []; params?: {} }
    'api.POST /agents/{id}/invitation': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /agents/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /teams': { paramsTuple?: []; params?: {} }
    'api.GET /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /teams': { paramsTuple?: []; params?: {} }
    'api.PATCH /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes': { paramsTuple?: []; params?: {} }
    'api.POST /inboxes': { paramsTuple?: []; params?: {} }
    'api.GET /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /inboxes/{id}/check': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes/{id}/health': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes/{id}/templates': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /inboxes/{id}/inbound': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /incoming': { paramsTuple?: []; params?: {} }
    'api.GET /incoming/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /incoming/{id}/replay': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /jobs': { paramsTuple?: []; params?: {} }
    'api.POST /jobs/{id}/retry': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /search': { paramsTuple?: []; params?: {} }
    'api.GET /tags': { paramsTuple?: []; params?: {} }
    'api.GET /views': { paramsTuple?: []; params?: {} }
    'api.POST /views': { paramsTuple?: []; params?: {} }
    'api.GET /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'event_stream': { paramsTuple?: []; params?: {} }
    'subscribe': { paramsTuple?: []; params?: {} }
    'unsubscribe': { paramsTuple?: []; params?: {} }
    'themes.store': { paramsTuple?: []; params?: {} }
    'helps.keys': { paramsTuple?: []; params?: {} }
    'helps.menu': { paramsTuple?: []; params?: {} }
    'kit.index': { paramsTuple?: []; params?: {} }
  }
  GET: {
    'first_runs.show': { paramsTuple?: []; params?: {} }
    'connections.create': { paramsTuple?: []; params?: {} }
    'colleagues.create': { paramsTuple?: []; params?: {} }
    'homes.redirect': { paramsTuple?: []; params?: {} }
    'admin.setup.homes.show': { paramsTuple?: []; params?: {} }
    'admin.setup.companies.edit': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.index': { paramsTuple?: []; params?: {} }
    'sessions.create': { paramsTuple?: []; params?: {} }
    'acceptances.show': { paramsTuple: [ParamValue]; params: {'secret': ParamValue} }
    'profiles.show': { paramsTuple?: []; params?: {} }
    'admin.agents.index': { paramsTuple?: []; params?: {} }
    'admin.agents.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.index': { paramsTuple?: []; params?: {} }
    'admin.teams.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.audits.index': { paramsTuple?: []; params?: {} }
    'views.index': { paramsTuple?: []; params?: {} }
    'views.show': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'views.news': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'planned.index': { paramsTuple?: []; params?: {} }
    'tickets.create': { paramsTuple?: []; params?: {} }
    'tickets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'cards.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'messages.index': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'windows.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'notes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_changes.create': { paramsTuple?: []; params?: {} }
    'ticket_mergers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'splits.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.index': { paramsTuple?: []; params?: {} }
    'tasks.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.index': { paramsTuple?: []; params?: {} }
    'presences.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'attachments.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'attachments.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'mail_frames.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.download': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'handovers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'handovers.index': { paramsTuple?: []; params?: {} }
    'handovers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'customers.index': { paramsTuple?: []; params?: {} }
    'customers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'pictures.show': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'mergers.create': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'hooks.show': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin': ParamValue,'inbox_key': ParamValue} }
    'admin.channels.inboxes.index': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.create': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.states.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.removals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.incoming.index': { paramsTuple?: []; params?: {} }
    'admin.channels.incoming.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.nothing_lost.show': { paramsTuple?: []; params?: {} }
    'admin.channels.jobs.index': { paramsTuple?: []; params?: {} }
    'searches.index': { paramsTuple?: []; params?: {} }
    'agent_doors': { paramsTuple: [ParamValue,...ParamValue[]]; params: {'plugin': ParamValue,'*': ParamValue[]} }
    'panels.show': { paramsTuple: [ParamValue,ParamValue,ParamValue,ParamValue]; params: {'id': ParamValue,'plugin': ParamValue,'panel': ParamValue,'connection': ParamValue} }
    'actions.create': { paramsTuple: [ParamValue,ParamValue,ParamValue]; params: {'plugin': ParamValue,'action': ParamValue,'connection': ParamValue} }
    'admin.plugins.index': { paramsTuple?: []; params?: {} }
    'admin.plugins.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.create': { paramsTuple: [ParamValue]; params: {'plugin_id': ParamValue} }
    'admin.plugins.connections.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'api.GET /tickets': { paramsTuple?: []; params?: {} }
    'api.GET /tickets/{number}': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/links': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/followers': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/drafts': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/messages': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /messages/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /messages/{id}/raw': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /planned-messages': { paramsTuple?: []; params?: {} }
    'api.GET /tickets/{number}/notes': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /notes/{note_id}/attachments/{id}': { paramsTuple: [ParamValue,ParamValue]; params: {'note_id': ParamValue,'id': ParamValue} }
    'api.GET /tickets/{number}/thread': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/events': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /tickets/{number}/side-conversations': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /side-conversations/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /side-conversations/{id}/messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /tasks': { paramsTuple?: []; params?: {} }
    'api.GET /tickets/{number}/tasks': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.GET /handovers': { paramsTuple?: []; params?: {} }
    'api.GET /handovers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /attachments/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /customers': { paramsTuple?: []; params?: {} }
    'api.GET /customers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /customers/{id}/timeline': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /customers/{id}/context': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /agents': { paramsTuple?: []; params?: {} }
    'api.GET /agents/me': { paramsTuple?: []; params?: {} }
    'api.GET /agents/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /teams': { paramsTuple?: []; params?: {} }
    'api.GET /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes': { paramsTuple?: []; params?: {} }
    'api.GET /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes/{id}/health': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /inboxes/{id}/templates': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /incoming': { paramsTuple?: []; params?: {} }
    'api.GET /incoming/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.GET /jobs': { paramsTuple?: []; params?: {} }
    'api.GET /search': { paramsTuple?: []; params?: {} }
    'api.GET /tags': { paramsTuple?: []; params?: {} }
    'api.GET /views': { paramsTuple?: []; params?: {} }
    'api.GET /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'event_stream': { paramsTuple?: []; params?: {} }
    'helps.keys': { paramsTuple?: []; params?: {} }
    'helps.menu': { paramsTuple?: []; params?: {} }
    'kit.index': { paramsTuple?: []; params?: {} }
  }
  HEAD: {
    'first_runs.show': { paramsTuple?: []; params?: {} }
    'connections.create': { paramsTuple?: []; params?: {} }
    'colleagues.create': { paramsTuple?: []; params?: {} }
    'homes.redirect': { paramsTuple?: []; params?: {} }
    'admin.setup.homes.show': { paramsTuple?: []; params?: {} }
    'admin.setup.companies.edit': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.index': { paramsTuple?: []; params?: {} }
    'sessions.create': { paramsTuple?: []; params?: {} }
    'acceptances.show': { paramsTuple: [ParamValue]; params: {'secret': ParamValue} }
    'profiles.show': { paramsTuple?: []; params?: {} }
    'admin.agents.index': { paramsTuple?: []; params?: {} }
    'admin.agents.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.index': { paramsTuple?: []; params?: {} }
    'admin.teams.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.audits.index': { paramsTuple?: []; params?: {} }
    'views.index': { paramsTuple?: []; params?: {} }
    'views.show': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'views.news': { paramsTuple: [ParamValue]; params: {'view': ParamValue} }
    'planned.index': { paramsTuple?: []; params?: {} }
    'tickets.create': { paramsTuple?: []; params?: {} }
    'tickets.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'cards.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'messages.index': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'windows.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'notes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'bulk_changes.create': { paramsTuple?: []; params?: {} }
    'ticket_mergers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'splits.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.index': { paramsTuple?: []; params?: {} }
    'tasks.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.index': { paramsTuple?: []; params?: {} }
    'presences.show': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'attachments.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'attachments.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'mail_frames.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.show': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'originals.download': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'handovers.create': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'handovers.index': { paramsTuple?: []; params?: {} }
    'handovers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'customers.index': { paramsTuple?: []; params?: {} }
    'customers.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'pictures.show': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'mergers.create': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'hooks.show': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin': ParamValue,'inbox_key': ParamValue} }
    'admin.channels.inboxes.index': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.create': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.edit': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.states.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.removals.create': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.incoming.index': { paramsTuple?: []; params?: {} }
    'admin.channels.incoming.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.nothing_lost.show': { paramsTuple?: []; params?: {} }
    'admin.channels.jobs.index': { paramsTuple?: []; params?: {} }
    'searches.index': { paramsTuple?: []; params?: {} }
    'panels.show': { paramsTuple: [ParamValue,ParamValue,ParamValue,ParamValue]; params: {'id': ParamValue,'plugin': ParamValue,'panel': ParamValue,'connection': ParamValue} }
    'actions.create': { paramsTuple: [ParamValue,ParamValue,ParamValue]; params: {'plugin': ParamValue,'action': ParamValue,'connection': ParamValue} }
    'admin.plugins.index': { paramsTuple?: []; params?: {} }
    'admin.plugins.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.create': { paramsTuple: [ParamValue]; params: {'plugin_id': ParamValue} }
    'admin.plugins.connections.edit': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'event_stream': { paramsTuple?: []; params?: {} }
    'helps.keys': { paramsTuple?: []; params?: {} }
    'helps.menu': { paramsTuple?: []; params?: {} }
    'kit.index': { paramsTuple?: []; params?: {} }
  }
  POST: {
    'first_runs.store': { paramsTuple?: []; params?: {} }
    'admin.setup.skips.store': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.store': { paramsTuple?: []; params?: {} }
    'admin.setup.categories.store': { paramsTuple?: []; params?: {} }
    'sessions.store': { paramsTuple?: []; params?: {} }
    'acceptances.store': { paramsTuple: [ParamValue]; params: {'secret': ParamValue} }
    'tokens.store': { paramsTuple?: []; params?: {} }
    'admin.agents.store': { paramsTuple?: []; params?: {} }
    'admin.invitations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.deactivations.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.expulsions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.store': { paramsTuple?: []; params?: {} }
    'tickets.store': { paramsTuple?: []; params?: {} }
    'messages.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'notes.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'resolutions.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'closures.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'pendings.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'snoozes.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'reminders.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'spams.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'assignments.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'claims.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tags.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'bulk_changes.store': { paramsTuple?: []; params?: {} }
    'ticket_mergers.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'splits.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'links.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'followings.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'sides.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'side_messages.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tasks.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'task_completions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.store': { paramsTuple?: []; params?: {} }
    'view_positions.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'draft_copies.store': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'presences.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'uploads.store': { paramsTuple?: []; params?: {} }
    'image_allowances.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'deliveries.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'arrivals.store': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'handovers.store': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'settlements.accept': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'settlements.answer': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'settlements.decline': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'addresses.store': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'mergers.store': { paramsTuple: [ParamValue]; params: {'customer_id': ParamValue} }
    'hooks.store': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin': ParamValue,'inbox_key': ParamValue} }
    'admin.channels.inboxes.try': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.store': { paramsTuple?: []; params?: {} }
    'admin.channels.inboxes.trial': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.checks.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.templates.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.pauses.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.replays.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.jobs.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'agent_doors': { paramsTuple: [ParamValue,...ParamValue[]]; params: {'plugin': ParamValue,'*': ParamValue[]} }
    'actions.store': { paramsTuple: [ParamValue,ParamValue,ParamValue]; params: {'plugin': ParamValue,'action': ParamValue,'connection': ParamValue} }
    'admin.enablements.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugin_checks.store': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.store': { paramsTuple: [ParamValue]; params: {'plugin_id': ParamValue} }
    'api.POST /tickets': { paramsTuple?: []; params?: {} }
    'api.POST /tickets/{number}/resolution': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/closure': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/spam': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/snooze': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/reminder': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/merge': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/split': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/links': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/following': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /bulk-changes': { paramsTuple?: []; params?: {} }
    'api.POST /tickets/{number}/messages': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /tickets/{number}/notes': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/side-conversations': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /side-conversations/{id}/messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /tickets/{number}/tasks': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /tickets/{number}/handover': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.POST /handovers/{id}/acceptance': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /handovers/{id}/answer': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /handovers/{id}/refusal': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /uploads': { paramsTuple?: []; params?: {} }
    'api.POST /customers': { paramsTuple?: []; params?: {} }
    'api.POST /customers/{id}/merge': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /agents': { paramsTuple?: []; params?: {} }
    'api.POST /agents/{id}/invitation': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /teams': { paramsTuple?: []; params?: {} }
    'api.POST /inboxes': { paramsTuple?: []; params?: {} }
    'api.POST /inboxes/{id}/check': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /inboxes/{id}/inbound': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /incoming/{id}/replay': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /jobs/{id}/retry': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.POST /views': { paramsTuple?: []; params?: {} }
    'subscribe': { paramsTuple?: []; params?: {} }
    'unsubscribe': { paramsTuple?: []; params?: {} }
    'themes.store': { paramsTuple?: []; params?: {} }
  }
  DELETE: {
    'admin.setup.skips.destroy': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.setup.categories.destroy': { paramsTuple: [ParamValue]; params: {'category': ParamValue} }
    'sessions.destroy': { paramsTuple?: []; params?: {} }
    'browsers.clear': { paramsTuple?: []; params?: {} }
    'browsers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'tokens.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.invitations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.deactivations.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'notes.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'resolutions.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'closures.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'pendings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'snoozes.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'reminders.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'spams.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'claims.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tags.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'acts.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'ticket_mergers.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'links.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'other_id': ParamValue} }
    'followings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tasks.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'task_completions.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'drafts.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'presences.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'readings.destroy': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'deliveries.destroy': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'handovers.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'addresses.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'customer_id': ParamValue,'id': ParamValue} }
    'admin.channels.inboxes.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.pauses.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.enablements.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.destroy': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'api.DELETE /tickets/{number}/resolution': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/closure': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/spam': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/reminder': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/snooze': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/merge': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /tickets/{number}/links/{other}': { paramsTuple: [ParamValue,ParamValue]; params: {'number': ParamValue,'other': ParamValue} }
    'api.DELETE /tickets/{number}/following': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /acts/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /tasks/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /tickets/{number}/handover': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.DELETE /handovers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.DELETE /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
  }
  PUT: {
    'admin.setup.companies.update': { paramsTuple?: []; params?: {} }
    'admin.setup.tags.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'profiles.update': { paramsTuple?: []; params?: {} }
    'passwords.update': { paramsTuple?: []; params?: {} }
    'availabilities.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.agents.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'drafts.update': { paramsTuple: [ParamValue,ParamValue]; params: {'ticket_id': ParamValue,'kind': ParamValue} }
    'admin.channels.inboxes.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.update': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
  }
  PATCH: {
    'admin.setup.tags.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.agents.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.teams.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'notes.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'properties.update': { paramsTuple: [ParamValue]; params: {'ticket_id': ParamValue} }
    'tasks.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'saved_views.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'deliveries.update': { paramsTuple: [ParamValue]; params: {'message_id': ParamValue} }
    'customers.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.channels.inboxes.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'admin.plugins.connections.update': { paramsTuple: [ParamValue,ParamValue]; params: {'plugin_id': ParamValue,'id': ParamValue} }
    'api.PATCH /tickets/{number}': { paramsTuple: [ParamValue]; params: {'number': ParamValue} }
    'api.PATCH /messages/{id}/delivery': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /tasks/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /customers/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /agents/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /teams/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /inboxes/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.PATCH /views/{id}': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
  }
  OPTIONS: {
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}