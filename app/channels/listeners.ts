import '#channels/terms'
import Inbox from '#channels/inbox'
import { noticeDowntime } from '#channels/gaps'
import { checkAllInboxes, checkInbox } from '#channels/health'
import { keepCopy, lookForProof } from '#channels/outbound/copies'
import { askAboutUnknown, settleLapsed } from '#channels/outbound/deliver'
import { fetchAsked, fetchMissing } from '#channels/missing_files'
import { learnProfile } from '#channels/profiles'
import { renewInboxes } from '#channels/renewal'
import { giveSignal } from '#channels/signals'
import { readAllTemplates, readTemplatesAnew } from '#channels/templates'
import { defineJob } from '#support/jobs'
import { follow, listen } from '#support/listeners'
import { every } from '#support/schedule'
import { dropRaw, forgetItems, purgeAgedSpam, RAW_JOB } from '#channels/spam/aged'
import { forgetRareWords } from '#channels/spam/filter'
import { learnFromTeam } from '#channels/spam/lessons'
import { whenPurged } from '#tickets/purging'

defineJob('channels:check', async ({ inbox: id }) => {
  const inbox = await Inbox.find(id as number)
  if (inbox && !inbox.deletedAt && !inbox.isPaused) await checkInbox(inbox)
})
defineJob('channels:copy', ({ delivery }) => keepCopy(Number(delivery)))
defineJob('channels:proof', ({ delivery }) => lookForProof(Number(delivery)))
defineJob('channels:templates', async ({ inbox: id }) => {
  const inbox = await Inbox.find(id as number)
  if (inbox) await readTemplatesAnew(inbox)
})
defineJob('channels:profile', (data) => learnProfile(data as unknown as Parameters<typeof learnProfile>[0]))
defineJob(RAW_JOB, ({ item }) => dropRaw(Number(item)))
whenPurged('channels', { forget: forgetItems })
defineJob('channels:files', ({ message, round }) => fetchMissing(Number(message), Number(round)))
defineJob('channels:signal', (data) => giveSignal(data as unknown as Parameters<typeof giveSignal>[0]))

every('channels:health', 10, checkAllInboxes, { outside: true })
every('channels:lapsed', 1, settleLapsed)
every('channels:unknown', 0.25, askAboutUnknown)
every('channels:templates', 60, readAllTemplates, { outside: true })
every('channels:renewal', 24 * 60, renewInboxes, { outside: true })
every('channels:alive', 1, noticeDowntime)
every('channels:spam', 10, purgeAgedSpam)
every('channels:words', 24 * 60, forgetRareWords)

follow('spam-filter', ['ticket:marked_spam', 'ticket:unmarked_spam', 'message:queued'], learnFromTeam)
listen('missing-files', ['file:asked'], ({ payload }) => fetchAsked(payload.attachmentId))
