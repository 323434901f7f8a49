/*
 * Damaged mails by the hundred thousand, as long as one likes:
 *   node_modules/.bin/node --import=@poppinss/ts-exec tests/fuzz/run.ts --count=200000 --seed=7
 * The suite reads 20,000 of seed 1 (tests/functional/channels/mail_fuzz.spec.ts).
 */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.js'

const { values } = parseArgs({ options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } })
const began = performance.now()
const result = await fuzz({ seed: Number(values.seed), count: Number(values.count) })
console.log({ ...result, failures: result.failures.slice(0, 20), seconds: Math.round((performance.now() - began) / 1000) })
process.exitCode = result.failures.length > 0 ? 1 : 0
