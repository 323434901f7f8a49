/*
 * From sources to what runs: assets into public/assets, TypeScript into build/. Done only when a
 * source has changed since the last time; a start that finds nothing changed costs some 20 ms here.
 */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Trouble, node, root } from './install.mjs'

const SOURCES = ['app', 'bin', 'commands', 'config', 'database', 'plugins', 'resources', 'start', 'public']
const SINGLE = ['adonisrc.ts', 'package.json', 'package-lock.json', 'tsconfig.json']
const build = join(root, 'build')
const stamp = join(build, '.sources')

/** Brings build/ up to date. A type error is not a reason to stay down: `npm test` finds those. */
export function compile() {
  const now = fingerprint()
  if (existsSync(join(build, 'bin/server.js')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  console.log('Building the pages and the program.')
  rmSync(stamp, { force: true })

  if (existsSync(join(root, 'bin/assets.mjs'))) step('building the assets', ['bin/assets.mjs'])
  step('compiling', ['ace.js', 'build', '--ignore-ts-errors'])
  if (!existsSync(join(build, 'bin/server.js'))) throw new Trouble('compiling left no build/bin/server.js')
  // The build itself writes lists of controllers, so the sources are read again.
  writeFileSync(stamp, fingerprint())
}

function step(what, args) {
  const done = spawnSync(node(), args, { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'development', LOG_LEVEL: 'silent' } })
  if (done.status === 0) return
  throw new Trouble(`${what} failed:\n${done.stdout}\n${done.stderr}`)
}

/** Names, sizes and times of all sources, as one hash. */
function fingerprint() {
  const sum = createHash('sha256')
  for (const file of [...SINGLE.map((name) => join(root, name)), ...SOURCES.flatMap((name) => [...filesIn(join(root, name))])]) {
    const { size, mtimeMs } = statSync(file)
    sum.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return sum.digest('hex')
}

function* filesIn(folder) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name === 'tests' || path === join(root, 'public/assets')) continue
      yield* filesIn(path)
    } else yield path
  }
}
