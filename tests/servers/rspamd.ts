import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ended, freePort } from './processes.js'

/**
 * A real rspamd from a temporary configuration on a free loopback port: one worker that checks, no
 * Redis, and nothing that asks the world outside. Needs Debian's `rspamd`.
 */
export async function startRspamd(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const base = await mkdtemp(join(tmpdir(), 'rspamd-'))
  const port = await freePort()
  await chmod(base, 0o777)
  for (const folder of ['run', 'db', 'log']) {
    await mkdir(join(base, folder))
    await chmod(join(base, folder), 0o777)
  }
  await writeFile(join(base, 'tld.dat'), 'com\ncz\ntest\n')
  await writeFile(join(base, 'rspamd.conf'), configuration(base, port))
  const child = spawn('rspamd', ['--no-fork', '--insecure', '--config', join(base, 'rspamd.conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-4000)))
  const stop = async () => {
    await ended(child, 'SIGTERM')
    await rm(base, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  for (let waited = 0; waited < 30_000; waited += 100) {
    if (child.exitCode !== null) throw new Error(`rspamd ended at once: ${said}`)
    const answer = await fetch(`${url}/ping`).catch(() => null)
    if (answer?.ok) return { url, stop }
    await pause(100)
  }
  await stop()
  throw new Error(`rspamd did not answer: ${said}`)
}

function configuration(base: string, port: number): string {
  return `
options {
  pidfile = "${base}/run/rspamd.pid";
  dbdir = "${base}/db";
  rundir = "${base}/run";
  tempdir = "${base}/run";
  filters = "";
  # The whole list of domains takes half a minute to compile.
  url_tld = "${base}/tld.dat";
  disable_hyperscan = true;
  dns { nameserver = ["127.0.0.1:1:1"]; timeout = 0.1s; retransmits = 1; }
  gtube_patterns = "all";
}
logging { type = "console"; level = "error"; }
actions { reject = 15; add_header = 6; greylist = 4; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; enabled = true; }
`
}
