/*
 * `npm test`: everything the tests need, then the tests (tests/run.ts). Runs on any Node from 18 on.
 * Names after it choose: checks, sqlite, postgres, browser, faults. `npm test -- sqlite`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Trouble, fail, has, install, node, run } from './install.mjs'

const SERVERS = [
  { of: 'dovecot-imapd', is: () => existsSync('/usr/sbin/dovecot') || has('dovecot') },
  { of: 'redis-server', is: () => has('redis-server') },
  { of: 'chromium', is: () => existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium') },
  { of: 'rspamd', is: () => has('rspamd') },
  { of: 'postgresql', is: () => existsSync('/usr/lib/postgresql') || has('initdb') },
]

async function test() {
  await install()
  provideServers()
  process.exitCode = await run(node(), ['--import=@poppinss/ts-exec', 'tests/run.ts', ...process.argv.slice(2)])
}

/** The real servers that the tests start in temporary folders: installed when we may, named when we may not. */
function provideServers() {
  const missing = SERVERS.filter(({ is }) => !is()).map(({ of }) => of)
  if (!missing.length) return
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    throw new Trouble(`The tests run against real servers, and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not on this machine.\nInstall what is missing and run them again:  sudo sh -c '${command}'`)
  }
  console.log(`Installing what the tests run against: ${missing.join(', ')}.`)
  // RUNLEVEL=1 keeps the packages from starting their own servers: ours live in temporary folders.
  const done = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } })
  const still = SERVERS.filter(({ is }) => !is()).map(({ of }) => of)
  if (still.length) throw new Trouble(`Could not install ${still.join(', ')} (apt-get ended with ${done.status}).`)
}

test().catch(fail)
