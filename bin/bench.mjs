/*
 * `npm run bench`: how quick the desk is on this machine (tests/bench, docs/benchmarks.md). Runs on any Node from 18 on.
 * `npm run bench -- --small` takes a minute; --sizes=10000,100000 --seconds=5 --mails=3000 --json --out=FILE.
 */
import { compile } from './compile.mjs'
import { fail, install, node, run } from './install.mjs'

async function bench() {
  await install()
  compile()
  process.exitCode = await run(node(), ['--import=@poppinss/ts-exec', 'tests/bench/run.ts', ...process.argv.slice(2)])
}

bench().catch(fail)
