import { TeamSchema } from '#database/schema'

export default class Team extends TeamSchema {}
