import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import env from '#start/env'
import { now } from './clock.js'
import { DomainError } from './domain_error.js'

/** A file kept under DATA_DIR/drive. `path` is relative to it. */
export interface KeptFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** The first bytes, for sniffing what it is. */
  readonly head: Buffer
}

const HEAD_BYTES = 4100

/**
 * Keeps what arrived, byte for byte, under `raw/<year>/<month>/<day>/`. It is on the disk when
 * this returns: written to tmp/, fsynced, renamed. A crash leaves a stray file, never a row without its file.
 *
 * @param maxBytes - throws FileTooLarge beyond it and keeps nothing.
 */
export async function keepRaw(body: Uint8Array | NodeJS.ReadableStream, { maxBytes = Infinity } = {}): Promise<KeptFile> {
  const written = await writeTemporary(body, maxBytes)
  return settle(written, join('raw', now().toFormat('yyyy/MM/dd'), randomUUID()))
}

/**
 * Keeps an attachment or picture, named by its content: written once, shared by rows.
 *
 * @param maxBytes - throws FileTooLarge beyond it and keeps nothing.
 */
export async function keepFile(body: Uint8Array | NodeJS.ReadableStream, { maxBytes = Infinity } = {}): Promise<KeptFile> {
  const written = await writeTemporary(body, maxBytes)
  return settle(written, contentPath(written.sha256))
}

/** Where a file with this content lies. */
export function contentPath(sha256: string) {
  return join('files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

/** Opens a kept file. The stream errors with ENOENT if it was purged. */
export function openKept(path: string, range?: { start: number; end: number }): ReadStream {
  return createReadStream(join(drive(), path), range)
}

/** Whether a kept file is still there, and how long it is in bytes. */
export async function keptBytes(path: string): Promise<number | null> {
  return (await statOf(path))?.size ?? null
}

/** When a kept file was written, ms; null if it is not there. */
export async function keptAt(path: string): Promise<number | null> {
  return (await statOf(path))?.mtimeMs ?? null
}

async function statOf(path: string) {
  try {
    return await stat(join(drive(), path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Removes a kept file; one that is not there is no error. For retention, erasure and the sweep only. */
export async function dropKept(path: string) {
  await rm(join(drive(), path), { force: true })
}

/** Empties tmp/ of what a crash left there more than a day ago. */
export async function sweepTemporary() {
  const folder = temporary()
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > 86_400_000) await rm(path, { recursive: true, force: true })
  }
}

export class FileTooLarge extends DomainError {
  constructor(readonly maxBytes: number) {
    super('errors.file_too_large', 413, { megabytes: Math.round(maxBytes / 1_000_000) })
  }
}

const drive = () => join(env.get('DATA_DIR'), 'drive')
const temporary = () => join(env.get('DATA_DIR'), 'tmp')

interface Written {
  temporary: string
  bytes: number
  sha256: string
  head: Buffer
}

async function writeTemporary(body: Uint8Array | NodeJS.ReadableStream, maxBytes: number): Promise<Written> {
  const path = join(temporary(), randomUUID())
  const hash = createHash('sha256')
  const file = await unlessMissing(() => open(path, 'wx', 0o600), () => mkdir(temporary(), { recursive: true }))
  let bytes = 0
  let head = Buffer.alloc(0)

  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : (body as Readable)) {
      const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array)
      bytes += piece.length
      if (bytes > maxBytes) throw new FileTooLarge(maxBytes)
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES - head.length)])
      hash.update(piece)
      await file.write(piece)
    }
    await file.sync()
  } catch (error) {
    await file.close()
    await unlink(path).catch(() => {})
    throw error
  }
  await file.close()
  return { temporary: path, bytes, sha256: hash.digest('hex'), head }
}

async function settle(written: Written, path: string): Promise<KeptFile> {
  const target = join(drive(), path)
  await unlessMissing(() => rename(written.temporary, target), () => makeFolder(dirname(target)))
  await syncFolder(dirname(target))
  return { path, bytes: written.bytes, sha256: written.sha256, head: written.head }
}

/** The folder is there nearly always, so it is made only when it was missed. */
async function unlessMissing<T>(work: () => Promise<T>, make: () => Promise<unknown>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await make()
    return work()
  }
}

/** A new folder is on the disk only when its parent has been synced too. */
async function makeFolder(folder: string) {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!first) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
}

/** Syncs that are asked for and have not begun: whoever asks meanwhile shares them. */
const coming = new Map<string, Promise<void>>()
const running = new Map<string, Promise<void>>()

/** Of several files put into one folder at once, one sync serves all: it only has to begin after the last of them. */
function syncFolder(folder: string): Promise<void> {
  const shared = coming.get(folder)
  if (shared) return shared
  const before = running.get(folder)?.catch(() => {}) ?? Promise.resolve()
  const own = before.then(() => {
    coming.delete(folder)
    const now = sync(folder)
    running.set(folder, now)
    return now.finally(() => running.get(folder) === now && running.delete(folder))
  })
  coming.set(folder, own)
  return own
}

async function sync(folder: string) {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
