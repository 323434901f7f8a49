import type Agent from '#people/agent'
import { addAgent } from '#people/agents'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { changeSettings } from '#support/settings'
import { transaction } from '#support/transaction'

export interface FirstRun {
  readonly name: string
  readonly email: string
  /** In clear. */
  readonly password: string
  readonly company: string
  readonly language: string
  readonly timeZone: string
}

/**
 * Makes the first admin and names the company; once in the life of a desk.
 *
 * @throws DomainError when somebody is here already, or two tried at once and the other was quicker.
 */
export async function makeFirstAdmin(run: FirstRun): Promise<Agent> {
  const { name, email, password, language } = run
  return transaction(async (trx) => {
    if (await trx.from('agents').select('id').first()) throw new DomainError('setup.errors.taken', 409)
    // The row is the claim: of two first visitors one inserts it.
    const claimed = await trx.knexQuery().table('settings').insert({ key: 'setup.started_at', value: String(nowMs()), updated_at: nowMs() }).onConflict('key').ignore().returning('key')
    if (claimed.length === 0) throw new DomainError('setup.errors.taken', 409)

    const admin = await addAgent({ name, email, password, language, role: 'admin' }, { by: null, via: 'page' })
    const settings = { 'company.name': run.company, 'company.language': language, 'company.time_zone': run.timeZone }
    await changeSettings(settings)
    await record('settings:changed', { keys: Object.keys(settings) }, { by: { kind: 'agent', id: admin.id } })
    return admin
  })
}
