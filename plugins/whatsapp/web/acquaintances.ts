import type { WaClient } from './client.js'
import type { PlainPerson } from './plain.js'

/** Who an id of the page stands for: a number, a privacy id whose digits are no number, or both. Asked once for each. */
export class Acquaintances {
  readonly #known = new Map<string, PlainPerson>()

  constructor(private readonly client: Pick<WaClient, 'getContactLidAndPhone'>) {}

  async person(id: string, name?: string): Promise<PlainPerson> {
    const known = this.#known.get(id)
    if (known) return name ? { ...known, name } : known
    const isLid = id.endsWith('@lid')
    let [lid, pn] = isLid ? [id, undefined as string | undefined] : [undefined as string | undefined, id]
    try {
      const [found] = await this.client.getContactLidAndPhone([id])
      lid = found?.lid ?? lid
      pn = found?.pn ?? pn
    } catch {
      // The page does not know; what the id itself says is enough to answer.
    }
    const person = { ...(pn ? { number: digits(pn) } : {}), ...(lid ? { lid: digits(lid) } : {}) }
    this.#known.set(id, person)
    return name ? { ...person, name } : person
  }
}

const digits = (id: string) => id.split('@')[0].split(':')[0]
