/*
 * The command line: `node ace <command>`. TypeScript is read as it is here; the compiled
 * build has its own copy of this file's work in bin/console.js.
 */
import '@poppinss/ts-exec'
await import('./bin/console.ts')
