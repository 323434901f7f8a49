/*
 * The command line: `node ace <command>`. TypeScript is read as it is here; the compiled
 * build has its own copy of this file's work in bin/console.js.
 */
import { node, root, run } from './bin/install.mjs'

// The native modules are compiled for one Node; another one would crash in them.
const wanted = Number(process.versions.node.split('.')[0]) < 24 ? node() : null
if (wanted) {
  process.exit(await run(wanted, process.argv.slice(1), { cwd: process.cwd() }))
}

// What reads TypeScript looks for tsconfig.json where it is called from, and a mail server's pipe calls from anywhere.
const from = process.cwd()
process.chdir(root)
await import('@poppinss/ts-exec')
process.chdir(from)
await import('./bin/console.ts')
