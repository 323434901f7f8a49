import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class TokenCreate extends BaseCommand {
  static commandName = 'token:create'
  static description = 'Make an API token for an agent; it is printed alone, once'
  static options: CommandOptions = { startApp: true }

  @flags.string({ description: "The agent's e-mail address", required: true })
  declare email: string

  @flags.string({ description: 'What the token is for', required: true })
  declare name: string

  @flags.string({ description: 'read, write, admin; separated by commas', default: 'read,write' })
  declare abilities: string

  @flags.number({ description: 'Days until it expires; never unless given' })
  declare days?: number

  @flags.boolean({ description: 'Print JSON' })
  declare json: boolean

  async run() {
    const { migrate } = await import('#support/migrations')
    const { findByEmail } = await import('#people/agents')
    const { ABILITIES, createToken } = await import('#people/api_token')
    const { now } = await import('#support/clock')

    await migrate(this.app)
    const asked = this.abilities.split(',').map((ability) => ability.trim())
    const abilities = ABILITIES.filter((ability) => asked.includes(ability))
    if (abilities.length === 0 || abilities.length !== new Set(asked).size) return this.#refuse(`Abilities are ${ABILITIES.join(', ')}`)
    const agent = await findByEmail(this.email)
    if (!agent?.isActive) return this.#refuse(`There is no agent with the address ${this.email}`)

    const expiresAt = this.days ? now().plus({ days: this.days }) : null
    const { token, plain } = await createToken(agent, { name: this.name, abilities, expiresAt }, { by: null, via: 'command' })
    const told = { id: String(token.id), token: plain, agent_id: String(agent.id), name: this.name, abilities, expires_at: expiresAt?.toISO() ?? null }
    // Straight to stdout: a script takes it as it is.
    process.stdout.write(`${this.json ? JSON.stringify(told) : plain}\n`)
  }

  #refuse(reason: string) {
    process.stderr.write(`${reason}\n`)
    this.exitCode = 1
  }
}
