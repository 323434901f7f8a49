import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class AgentCreate extends BaseCommand {
  static commandName = 'agent:create'
  static description = 'Add an agent who can sign in at once'
  static options: CommandOptions = { startApp: true }

  @flags.string({ description: 'The address to sign in with', required: true })
  declare email: string

  @flags.string({ description: 'The name that colleagues and customers see', required: true })
  declare name: string

  @flags.string({ description: 'The password, at least 10 characters; without one a link to set it is printed' })
  declare password?: string

  @flags.string({ description: 'admin, supervisor, agent or viewer', default: 'agent' })
  declare role: string

  @flags.boolean({ description: 'Print JSON' })
  declare json: boolean

  async run() {
    const { migrate } = await import('#support/migrations')
    const { addAgent } = await import('#people/agents')
    const { ROLES } = await import('#people/roles')
    const { appUrl } = await import('#config/app')
    const { DomainError } = await import('#support/domain_error')

    await migrate(this.app)
    const role = ROLES.find((known) => known === this.role)
    if (!role) return this.#refuse(`Roles are ${[...ROLES].reverse().join(', ')}`)
    if (!/^\S+@\S+$/.test(this.email)) return this.#refuse('The e-mail address is not one')
    if (this.password !== undefined && this.password.length < 10) return this.#refuse('The password needs at least 10 characters')

    const cause = { by: null, via: 'command' }
    try {
      const agent = await addAgent({ name: this.name, email: this.email, role, password: this.password }, cause)
      const invite = this.password ? null : `${appUrl}/invitations/${await agent.invite(cause)}`
      const told = { id: String(agent.id), email: agent.email, role: agent.role, invite_url: invite }
      process.stdout.write(this.json ? `${JSON.stringify(told)}\n` : `${invite ?? agent.id}\n`)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      const { default: i18n } = await import('@adonisjs/i18n/services/main')
      this.#refuse(i18n.locale('en').t(error.key, error.values))
    }
  }

  #refuse(reason: string) {
    process.stderr.write(`${reason}\n`)
    this.exitCode = 1
  }
}
