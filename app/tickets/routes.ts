import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'
import '#tickets/pages/plain_text'
import '#tickets/pages/wording'

router
  .group(() => {
    const { tickets } = controllers
    router.get('/', [tickets.Views, 'index'])
    router.get('views/:view', [tickets.Views, 'show'])
    router.get('views/:view/news', [tickets.Views, 'news'])
    router.get('planned', [tickets.Planned, 'index'])
    router.get('tickets/create', [tickets.Tickets, 'create'])
    router.post('tickets', [tickets.Tickets, 'store'])
    router.get('tickets/:id', [tickets.Tickets, 'show'])

    router.get('tickets/:ticket_id/card', [tickets.Cards, 'show'])
    router.get('tickets/:ticket_id/messages', [tickets.Messages, 'index'])
    router.post('tickets/:ticket_id/messages', [tickets.Messages, 'store'])
    router.get('tickets/:ticket_id/window', [tickets.Windows, 'show'])
    router.post('tickets/:ticket_id/notes', [tickets.Notes, 'store'])
    router.get('notes/:id/edit', [tickets.Notes, 'edit'])
    router.patch('notes/:id', [tickets.Notes, 'update'])
    router.delete('notes/:id', [tickets.Notes, 'destroy'])

    router.post('tickets/:ticket_id/resolution', [tickets.Resolutions, 'store'])
    router.delete('tickets/:ticket_id/resolution', [tickets.Resolutions, 'destroy'])
    router.post('tickets/:ticket_id/closure', [tickets.Closures, 'store'])
    router.delete('tickets/:ticket_id/closure', [tickets.Closures, 'destroy'])
    router.post('tickets/:ticket_id/pending', [tickets.Pendings, 'store'])
    router.delete('tickets/:ticket_id/pending', [tickets.Pendings, 'destroy'])
    router.post('tickets/:ticket_id/snooze', [tickets.Snoozes, 'store'])
    router.delete('tickets/:ticket_id/snooze', [tickets.Snoozes, 'destroy'])
    router.post('tickets/:ticket_id/reminder', [tickets.Reminders, 'store'])
    router.delete('tickets/:ticket_id/reminder', [tickets.Reminders, 'destroy'])
    router.post('tickets/:ticket_id/spam', [tickets.Spams, 'store'])
    router.delete('tickets/:ticket_id/spam', [tickets.Spams, 'destroy'])

    router.post('tickets/:ticket_id/automation', [tickets.Automations, 'store'])

    router.post('tickets/:ticket_id/assignment', [tickets.Assignments, 'store'])
    router.post('tickets/:ticket_id/claim', [tickets.Claims, 'store'])
    router.delete('tickets/:ticket_id/claim', [tickets.Claims, 'destroy'])
    router.post('tickets/:ticket_id/tags', [tickets.Tags, 'store'])
    router.delete('tickets/:ticket_id/tags', [tickets.Tags, 'destroy'])
    router.patch('tickets/:ticket_id/properties', [tickets.Properties, 'update'])
    router.get('bulk-changes/create', [tickets.BulkChanges, 'create'])
    router.post('bulk-changes', [tickets.BulkChanges, 'store'])
    router.delete('acts/:id', [tickets.Acts, 'destroy'])

    router.get('tickets/:ticket_id/merger/create', [tickets.TicketMergers, 'create'])
    router.post('tickets/:ticket_id/merger', [tickets.TicketMergers, 'store'])
    router.delete('tickets/:ticket_id/merger', [tickets.TicketMergers, 'destroy'])
    router.get('tickets/:ticket_id/split/create', [tickets.Splits, 'create'])
    router.post('tickets/:ticket_id/split', [tickets.Splits, 'store'])
    router.post('tickets/:ticket_id/links', [tickets.Links, 'store'])
    router.delete('tickets/:ticket_id/links/:other_id', [tickets.Links, 'destroy'])
    router.post('tickets/:ticket_id/following', [tickets.Followings, 'store'])
    router.delete('tickets/:ticket_id/following', [tickets.Followings, 'destroy'])

    router.get('tickets/:ticket_id/sides/create', [tickets.Sides, 'create'])
    router.post('tickets/:ticket_id/sides', [tickets.Sides, 'store'])
    router.get('sides/:id', [tickets.Sides, 'show'])
    router.post('sides/:id/messages', [tickets.SideMessages, 'store'])

    router.get('tasks', [tickets.Tasks, 'index'])
    router.post('tickets/:ticket_id/tasks', [tickets.Tasks, 'store'])
    router.get('tasks/:id/edit', [tickets.Tasks, 'edit'])
    router.patch('tasks/:id', [tickets.Tasks, 'update'])
    router.delete('tasks/:id', [tickets.Tasks, 'destroy'])
    router.post('tasks/:id/completion', [tickets.TaskCompletions, 'store'])
    router.delete('tasks/:id/completion', [tickets.TaskCompletions, 'destroy'])

    router.get('saved-views', [tickets.SavedViews, 'index'])
    router.post('saved-views', [tickets.SavedViews, 'store'])
    router.patch('saved-views/:id', [tickets.SavedViews, 'update'])
    router.delete('saved-views/:id', [tickets.SavedViews, 'destroy'])
    router.post('saved-views/:id/position', [tickets.ViewPositions, 'store'])
    router.post('tickets/:ticket_id/drafts/:kind/copy', [tickets.DraftCopies, 'store'])

    router.put('tickets/:ticket_id/drafts/:kind', [tickets.Drafts, 'update'])
    router.delete('tickets/:ticket_id/drafts/:kind', [tickets.Drafts, 'destroy'])
    router.get('tickets/:ticket_id/presence', [tickets.Presences, 'show'])
    router.post('tickets/:ticket_id/presence', [tickets.Presences, 'store'])
    router.delete('tickets/:ticket_id/presence', [tickets.Presences, 'destroy'])
    router.delete('tickets/:ticket_id/reading', [tickets.Readings, 'destroy'])

    router.post('uploads', [tickets.Uploads, 'store'])
    router.get('attachments/:id', [tickets.Attachments, 'show'])
    router.post('attachments/:id/retrieval', [tickets.Retrievals, 'store'])
    router.post('attachments/:id/link', [tickets.FileLinks, 'store'])
    router.delete('attachments/:id/link', [tickets.FileLinks, 'destroy'])
    router.get('notes/attachments/:id', [tickets.Attachments, 'note'])
    router.get('messages/:message_id/frame', [tickets.MailFrames, 'show'])
    router.get('messages/:message_id/images/:n', [tickets.RemoteImages, 'show'])
    router.post('messages/:message_id/images', [tickets.ImageAllowances, 'store'])
    router.get('messages/:message_id/reading', [tickets.Rereadings, 'show'])
    router.post('messages/:message_id/delivery', [tickets.Deliveries, 'store'])
    router.patch('messages/:message_id/delivery', [tickets.Deliveries, 'update'])
    router.delete('messages/:message_id/delivery', [tickets.Deliveries, 'destroy'])
    router.post('messages/:message_id/arrival', [tickets.Arrivals, 'store'])
    router.get('messages/:message_id/original', [tickets.Originals, 'show'])
    router.get('messages/:message_id/raw', [tickets.Originals, 'download'])
  })
  .use(middleware.auth())

/* Whoever has the address of a file that left as a link; nobody signs in for it. */
router.get('files/:token', [controllers.tickets.FileLinks, 'show'])
