/*
 * What start and test share: packages that match the lockfile, and the Node that runs the desk.
 * Runs on any Node from 18 on and imports nothing, because it runs before there is anything to import.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const modules = join(root, 'node_modules')
const stamp = join(modules, '.opora-installed')
const sqlite = join(modules, 'sqlite3/build/Release/node_sqlite3.node')
const packagedNode = join(modules, `node-linux-${process.arch}`)

/** A failure that is told in words, without a stack. */
export class Trouble extends Error {}

/** Prints a failure and ends the process: words for what was foreseen, the stack for the rest. */
export function fail(error) {
  console.error(error instanceof Trouble ? `\n${error.message}\n` : error)
  process.exit(1)
}

/** Runs `npm ci` unless node_modules already are what package-lock.json says. */
export async function install() {
  const wanted = hash(join(root, 'package-lock.json'))
  if (installed(wanted)) return

  console.log('Installing the packages. The first time takes about three minutes, because the database driver is compiled.')
  const code = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: {
      ...process.env,
      // Native modules are compiled for the Node that runs them, with the headers that came with it.
      npm_config_nodedir: packagedNode,
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
      PUPPETEER_SKIP_DOWNLOAD: '1',
    },
    shell: process.platform === 'win32',
  })
  if (code !== 0) throw new Trouble(whyInstallFailed())
  writeFileSync(stamp, wanted + '\n')
}

function installed(wanted) {
  if (!existsSync(sqlite)) return false
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8').trim() === wanted
  if (!matchesLockfile()) return false
  writeFileSync(stamp, wanted + '\n')
  return true
}

/** Packages that somebody installed by hand: npm left a list of them, which must name the same versions. */
function matchesLockfile() {
  const list = join(modules, '.package-lock.json')
  if (!existsSync(list)) return false
  const present = JSON.parse(readFileSync(list, 'utf8')).packages
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === '' || present[path]?.version === version || (optional && !present[path])
  )
}

function whyInstallFailed() {
  const missing = [
    ['python3', 'python3'],
    ['make', 'make'],
    ['g++', 'g++'],
  ].filter(([command]) => !has(command))
  if (!missing.length) return 'npm ci failed: what it said is above. Start again when that is put right; nothing was changed but node_modules.'
  return [
    `npm ci failed, and this machine cannot compile the database driver: ${missing.map(([command]) => command).join(', ')} is missing.`,
    `Install it and start again:  apt-get install ${missing.map(([, name]) => name).join(' ')}`,
  ].join('\n')
}

/**
 * The Node that runs the desk: the one in node_modules, so that everybody runs the same;
 * the machine's own where that one does not run and this one is 24 or newer.
 */
export function node() {
  const packaged = join(packagedNode, 'bin/node')
  if (existsSync(packaged) && spawnSync(packaged, ['--version']).status === 0) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Trouble(`The desk needs Node 24. None came with the packages for ${process.platform}/${process.arch}, and this is Node ${process.versions.node}.`)
}

/** Whether the machine has this command. */
export const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** Runs a program in the project's folder and gives its exit code; SIGINT and SIGTERM are passed on to it. */
export function run(command, args, options = {}) {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    const pass = (signal) => child.kill(signal)
    process.on('SIGINT', pass)
    process.on('SIGTERM', pass)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass)
      process.off('SIGTERM', pass)
      done(code ?? (signal ? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1) : 1))
    })
  })
}

const hash = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
