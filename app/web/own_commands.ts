import type { CommandMetaData } from '@adonisjs/ace/types'

/*
 * Commands of ours that bear the name of one of the framework's. Loaded after those, so ours count.
 */

/** With `--hmr` or `--watch` the framework's development server is meant. */
const developing = process.argv.some((arg) => ['--hmr', '--watch', '-w'].includes(arg))

export async function getMetaData(): Promise<CommandMetaData[]> {
  return developing ? [] : [(await serve()).serialize()]
}

export async function getCommand({ commandName }: CommandMetaData) {
  return commandName === 'serve' && !developing ? serve() : null
}

const serve = async () => (await import('../../commands/serve.js')).default
