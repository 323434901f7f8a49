import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

/**
 * Reads DATA_DIR/secrets.json into the environment and makes the file at the very
 * first start. Losing it makes encrypted settings unreadable, so it is part of a backup.
 */
export function loadSecrets(dataDir: string) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'secrets.json')

  for (const [name, value] of Object.entries(read(path) ?? make(path))) {
    process.env[name] ??= value
  }
}

function read(path: string): Record<string, string> | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function make(path: string): Record<string, string> {
  const secrets = { APP_KEY: randomBytes(32).toString('base64url') }
  try {
    writeFileSync(path, JSON.stringify(secrets, null, 2) + '\n', { mode: 0o600, flag: 'wx', flush: true })
    return secrets
  } catch (error) {
    // Two processes may start for the first time together: the first file counts.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return read(path)!
    throw error
  }
}
