import type { ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/* The processes of a browser: how much memory they hold, and their end. Reads /proc; elsewhere it knows nothing. */

const PATIENCE_MS = 5000

interface Running {
  readonly pid: number
  readonly parent: number
  /** When it began, in ticks since the machine started: with the pid it names one process and no later one. */
  readonly began: string
  readonly pages: number
}

/** Memory of a process and all its descendants, in megabytes. */
export async function memoryOf(pid: number | undefined): Promise<number> {
  if (!pid) return 0
  const pages = (await treeOf(pid)).reduce((sum, one) => sum + one.pages, 0)
  return Math.round((pages * 4096) / 1_000_000)
}

/** Ends a child and whatever it has started, and waits until they are gone. */
export async function endTree(child: ChildProcess): Promise<void> {
  const tree = child.pid ? await treeOf(child.pid) : []
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGKILL')
  for (const one of tree) if (await isStill(one)) kill(one.pid)
  await Promise.race([gone, pause(PATIENCE_MS)])
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const left = (await Promise.all(tree.map(isStill))).some(Boolean)
    if (!left) return
    await pause(50)
  }
}

/** The process and its descendants, as they are now. */
async function treeOf(root: number): Promise<readonly Running[]> {
  const all = await running()
  const tree = all.filter(({ pid }) => pid === root)
  for (let at = 0; at < tree.length; at++) tree.push(...all.filter(({ parent }) => parent === tree[at].pid))
  return tree
}

async function running(): Promise<Running[]> {
  const names = await readdir('/proc').catch(() => [] as string[])
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))))
  return found.filter((one) => one !== null)
}

/** Fields of /proc/<pid>/stat (proc(5)); what stands before them in brackets may hold anything. */
async function statOf(pid: number): Promise<Running | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : { pid, parent: Number(fields[1]), began: fields[19], pages: Number(fields[21]) }
}

async function isStill({ pid, began }: Running): Promise<boolean> {
  return (await statOf(pid))?.began === began
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went by itself a moment ago.
  }
}
