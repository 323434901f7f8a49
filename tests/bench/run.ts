/*
 * What `npm run bench` does (bin/bench.mjs starts it with the packaged Node): a desk of its own in a temporary folder,
 * filled to each size in turn, measured over HTTP in a process of its own. docs/benchmarks.md says what each figure is.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RunningDesk } from '../servers/desk.js'
import { measureLimits } from './limits.js'
import { mailMix } from './mails.js'
import { measure, type Figures } from './measure.js'
import { machine, table, type Report } from './report.js'
import { fill, furnish } from './world.js'

const { values: asked } = parseArgs({
  options: {
    sizes: { type: 'string' },
    seconds: { type: 'string' },
    mails: { type: 'string' },
    small: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    profile: { type: 'string' },
    client: { type: 'string' },
  },
})
const sizes = (asked.sizes ?? (asked.small ? '2000' : '10000,100000')).split(',').map(Number)
const extent = { seconds: Number(asked.seconds ?? (asked.small ? 1.5 : 5)), mails: Number(asked.mails ?? (asked.small ? 300 : 3000)), replies: asked.small ? 50 : 300 }
if (sizes.some((size) => !Number.isInteger(size) || size < 1) || !(extent.seconds > 0) || !Number.isInteger(extent.mails)) throw new Error('--sizes=10000,100000 --seconds=5 --mails=3000')

const folder = mkdtempSync(join(tmpdir(), 'opora-bench-'))
const tell = (words: string) => void process.stderr.write(`${words}\n`)
const run = Date.now().toString(36)

/** A desk of its own for each size, measured from its second start on. */
async function measureSize(size: number): Promise<Figures> {
  const dataDir = join(folder, String(size))
  const flags = asked.profile ? ['--cpu-prof', `--cpu-prof-dir=${asked.profile}`] : []
  const desk = new RunningDesk({ dataDir, compiled: true, env: asked.client ? { DB_CLIENT: asked.client } : {}, flags })
  try {
    await desk.start()
    await desk.firstRun()
    await desk.stop()
    const db = desk.database()
    const smtpPort = await furnish(db, desk)
    tell(`${size.toLocaleString('en')} tickets.`)
    const from = performance.now()
    fill(db, size)
    const filled = (performance.now() - from) / 1000
    // The files are in the system's cache, as after an update.
    const coldStart = await desk.start()
    const measured = await measure(desk, db, smtpPort, extent, `${run}-${size}`, (what) => tell(`  ${what}`))
    await desk.stop()
    const database = statSync(join(dataDir, 'opora.sqlite')).size / 2 ** 20
    db.close()
    return { tickets: size, filled, coldStart, ...measured, database }
  } catch (error) {
    tell(desk.said)
    throw error
  } finally {
    await desk.kill()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

try {
  const limits = await measureLimits(folder, mailMix(400, `limit-${run}`), { seconds: Math.min(extent.seconds, 3), messages: asked.small ? 3000 : 30_000 })
  const figures: Figures[] = []
  for (const size of sizes.sort((a, b) => a - b)) figures.push(await measureSize(size))
  const report: Report = { at: new Date().toISOString(), machine: machine(), limits, sizes: figures }
  if (asked.out) writeFileSync(asked.out, JSON.stringify(report, null, 2) + '\n')
  console.log(asked.json ? JSON.stringify(report, null, 2) : table(report))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
