/*
 * `npm start` and `npm run demo`: from a fresh clone to a desk that answers, and the second time straight to it.
 * Runs on any Node from 18 on. All state is under DATA_DIR; besides it only node_modules, build and public/assets are written.
 */
import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { compile } from './compile.mjs'
import { Trouble, fail, install, node, root, run } from './install.mjs'
import { ENVIRONMENT, FLAGS } from './program.mjs'

const demo = process.argv.includes('--demo')

async function start() {
  await install()
  compile()

  const dataDir = process.env.DATA_DIR ?? (demo ? 'storage/demo' : 'storage')
  const env = {
    ...ENVIRONMENT,
    ...process.env,
    NODE_ENV: 'production',
    HOST: process.env.HOST ?? '127.0.0.1',
    PORT: process.env.PORT ?? '3333',
    DATA_DIR: isAbsolute(dataDir) ? dataDir : resolve(root, dataDir),
    ...(demo ? { DEMO: '1' } : {}),
  }
  const settings = existsSync(join(root, '.env')) ? [`--env-file=${join(root, '.env')}`] : []

  if (demo && !existsSync(join(env.DATA_DIR, 'demo.json'))) {
    console.log('Furnishing the demo: a Czech e-shop with its customers. Once, under a minute.')
    const code = await run(node(), [...settings, 'build/ace.js', 'demo:seed'], { env })
    if (code !== 0) throw new Trouble('The demo could not be furnished: what went wrong is above.')
  }
  process.exitCode = await run(node(), [...settings, ...FLAGS, 'build/bin/server.js'], { env })
}

start().catch(fail)
