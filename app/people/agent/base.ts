import type { NormalizeConstructor } from '@adonisjs/core/types/helpers'
import type { AgentSchema } from '#database/schema'

export type AgentClass = NormalizeConstructor<typeof AgentSchema>
