/*
 * Builds what browsers load: one stylesheet, one script, one sprite of icons and one font, each named
 * by its content (so that it may be cached for ever) and compressed once, here, not at each request.
 * Plain Node: `node bin/assets.mjs`. Called by bin/start.mjs and bin/test.mjs; takes about 200 ms.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = resolve(fileURLToPath(new URL('../', import.meta.url)))

/**
 * Writes `public/assets/` anew and returns its manifest: the plain name to the fingerprinted one.
 * The new folder replaces the old one in one step, so that a running desk never sees half of it.
 */
export async function buildAssets() {
  const out = join(root, 'public/assets')
  const fresh = `${out}.${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })

  const files = [...(await bundle()), await icons()]
  const manifest = {}
  for (const { name, file, body } of files) {
    manifest[name] = file
    await writeFile(join(fresh, file), body)
    if (extname(file) === '.woff2') continue
    await writeFile(join(fresh, `${file}.br`), brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
    await writeFile(join(fresh, `${file}.gz`), gzipSync(body, { level: 9 }))
  }
  await writeFile(join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

  await rm(out, { recursive: true, force: true })
  await rename(fresh, out)
  return manifest
}

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { app: 'resources/js/app.js', styles: 'resources/css/app.css' },
    outdir: join(root, 'public/assets'),
    publicPath: '/assets/',
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    supported: { nesting: true },
    loader: { '.woff2': 'file' },
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  })
  return outputFiles.map(({ path, contents }) => {
    const file = basename(path)
    return { name: file.replace(/-[A-Z0-9]{8}(?=\.)/, ''), file, body: Buffer.from(contents) }
  })
}

async function icons() {
  const body = await readFile(join(root, 'resources/icons.svg'))
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 8).toUpperCase()
  return { name: 'icons.svg', file: `icons-${hash}.svg`, body }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, file] of Object.entries(await buildAssets())) console.log(`${name} → public/assets/${file}`)
}
