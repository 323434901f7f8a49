import db from '@adonisjs/lucid/services/db'
import { follow } from '#support/listeners'
import { every } from '#support/schedule'
import { sweepTemporary } from '#support/files'
import { defineJob } from '#support/jobs'
import { sweepPresences } from './presence.js'
import { sweepActs } from './act.js'
import { BYTES_JOB } from './purging.js'
import { tellDueTasks } from './task.js'
import { passTasksOf, takeTasksLeft } from './tasks_left.js'
import { dropUnused } from './unused_bytes.js'
import { atMost, listsBeside } from './views.js'
import { closeResolved, remindUnanswered, sweepUploads, wakeSnoozed } from './time_rules.js'

defineJob(BYTES_JOB, ({ sha256 }) => dropUnused(String(sha256)))

every('tickets:wake', 1, wakeSnoozed)
every('tickets:remind', 1, remindUnanswered)
every('tickets:close', 15, closeResolved)
every('tickets:tasks', 1, tellDueTasks)
every('tickets:acts', 60, sweepActs)
every('tickets:presences', 5, sweepPresences)
every('tickets:uploads', 60, sweepUploads)
every('support:temporary', 24 * 60, sweepTemporary)

/** What the reader has promised and not done. */
listsBeside.set('tasks', { href: '/tasks', count: (reader) => atMost(db.query().from('tasks').where('owner_id', reader.id).whereNull('done_at')) })

follow('tickets:tasks_left', ['agent:deactivated'], (events) => passTasksOf(events.map(({ payload }) => payload.agentId)))
follow('tickets:tasks_taken', ['ticket:assigned'], (events) => takeTasksLeft(events.map(({ payload }) => payload)))
