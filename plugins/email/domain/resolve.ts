import { Resolver } from 'node:dns/promises'

/** What the check asks of the DNS; tests put their own answers in its place. A name that does not exist has an empty answer. */
export interface Resolve {
  txt(name: string): Promise<readonly string[]>
  mx(name: string): Promise<readonly string[]>
  addresses(name: string): Promise<readonly string[]>
}

const resolver = new Resolver({ timeout: 3000, tries: 2 })

export const dns: Resolve = {
  txt: async (name) => (await orNothing(resolver.resolveTxt(name))).map((parts) => parts.join('')),
  mx: async (name) => (await orNothing(resolver.resolveMx(name))).sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange),
  addresses: async (name) => [...(await orNothing(resolver.resolve4(name))), ...(await orNothing(resolver.resolve6(name)))],
}

async function orNothing<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer
  } catch (error) {
    if (['ENOTFOUND', 'ENODATA', 'NXDOMAIN'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
