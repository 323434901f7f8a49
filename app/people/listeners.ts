import { every } from '#support/schedule'
import { sweepSessions } from '#people/session_store'

every('people:sweep-sessions', 60, sweepSessions)
