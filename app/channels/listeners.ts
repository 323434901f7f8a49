import Inbox from '#channels/inbox'
import { checkAllInboxes, checkInbox } from '#channels/health'
import { askAboutUnknown, settleLapsed } from '#channels/outbound/deliver'
import { defineJob } from '#support/jobs'
import { follow } from '#support/listeners'
import { every } from '#support/schedule'
import { forgetRareWords } from '#channels/spam/filter'
import { learnFromTeam } from '#channels/spam/lessons'

defineJob('channels:check', async ({ inbox: id }) => {
  const inbox = await Inbox.find(id as number)
  if (inbox && !inbox.deletedAt && !inbox.isPaused) await checkInbox(inbox)
})

every('channels:health', 10, checkAllInboxes)
every('channels:lapsed', 1, settleLapsed)
every('channels:unknown', 0.25, askAboutUnknown)
every('channels:words', 24 * 60, forgetRareWords)

follow('spam-filter', ['ticket:marked_spam', 'ticket:unmarked_spam', 'message:queued'], learnFromTeam)
