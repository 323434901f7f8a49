import { AgentSchema } from '#database/schema'

export default class Agent extends AgentSchema {}
