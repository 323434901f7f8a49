import { defineJob } from '#support/jobs'
import { sweepSessions } from '#people/session_store'

defineJob('people:sweep-sessions', () => sweepSessions())
