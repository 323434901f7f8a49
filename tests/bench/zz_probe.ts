import { RunningDesk } from '../servers/desk.js'
import { existsSync } from 'node:fs'
import { load } from './load.js'
import { fill, furnish } from './world.js'
const dataDir = '/tmp/benchx/data'
const fresh = !existsSync(dataDir)
const prof = process.argv.includes('--prof')
const paths = process.argv.slice(2).filter((a) => a.startsWith('/'))
const desk = new RunningDesk({ dataDir, compiled: true, flags: prof ? ['--cpu-prof', '--cpu-prof-dir=/tmp/benchx/prof'] : [], env: process.env.SERVER_ENV ? JSON.parse(process.env.SERVER_ENV) : {} })
await desk.start()
if (fresh) {
  await desk.firstRun()
  await desk.stop()
  const db = desk.database()
  furnish(db)
  fill(db, 10_000)
  await desk.start()
}
const v = await desk.signIn()
console.log('idle', desk.memory())
for (const path of paths) {
  for (const connections of process.argv.includes('--eight') ? [1, 8] : [1]) {
    const r = await load(desk.url, v.cookie, () => ({ path }), { connections, seconds: Number(process.env.SECS ?? 3) })
    const page = await v.get(path)
    console.log(path, connections, 'p50', r.p50.toFixed(1), 'p99', r.p99.toFixed(1), 'rps', r.perSecond.toFixed(0), 'bytes', page.body.length)
  }
}
console.log(desk.memory())
await desk.stop()
