import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { freePort, startServer, temporaryFolder, unprivileged, type Started } from './processes.js'

/**
 * A PostgreSQL of our own in a temporary folder, with one empty database `opora`. Durability is off:
 * the tests that pull the plug do it on SQLite.
 */
export async function startPostgres(): Promise<Started & { url: string }> {
  const owner = unprivileged('postgres')
  const folder = temporaryFolder('postgres', owner)
  const port = await freePort()
  const bin = binaries()

  const made = spawnSync(join(bin, 'initdb'), ['-D', join(folder, 'data'), '-U', 'opora', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...owner, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error ?? ''}`)

  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 60 }
  const server = await startServer(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], port, folder, { ...owner, stopBy: 'SIGINT' })

  const client = await connected(port)
  await client.query('CREATE DATABASE opora')
  await client.end()
  return { ...server, url: `postgres://opora@127.0.0.1:${port}/opora` }
}

/** It listens before it is ready, and says so for a moment (57P03). */
async function connected(port: number): Promise<pg.Client> {
  for (let patience = 300; ; patience--) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'opora', database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      if ((error as { code?: string }).code !== '57P03' || patience === 0) throw error
      await new Promise((wake) => setTimeout(wake, 100))
    }
  }
}

/** Debian keeps the server's programs out of the path, a folder a version. */
function binaries(): string {
  const versions = '/usr/lib/postgresql'
  const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] : undefined
  if (newest) return join(versions, newest, 'bin')
  const found = spawnSync('sh', ['-c', 'dirname "$(command -v initdb)"'], { encoding: 'utf8' }).stdout.trim()
  if (existsSync(join(found, 'initdb'))) return found
  throw new Error('PostgreSQL is not installed: apt-get install postgresql')
}
