import { checkAllPlugins } from '#plugins/health'
import { scheduleJobs } from '#plugins/jobs'
import { hearForPlugins } from '#plugins/listening'
import { every } from '#support/schedule'

hearForPlugins()
scheduleJobs()
every('plugins:health', 10, checkAllPlugins, { outside: true })
