import { writeFileSync } from 'node:fs'
import type { NamedReporterContract } from '@japa/runner/types'

export interface Totals {
  passed: number
  failed: number
}

/** Leaves the sums of a run in the file that tests/run.ts named, which adds them up over all runs. */
export function totals(path: string): NamedReporterContract {
  return {
    name: 'totals',
    handler(runner, emitter) {
      emitter.on('runner:end', () => {
        const { aggregates, hasError } = runner.getSummary()
        const failed = aggregates.failed + aggregates.skipped + aggregates.todo
        writeFileSync(path, JSON.stringify({ passed: aggregates.passed, failed: hasError ? Math.max(failed, 1) : failed } satisfies Totals))
      })
    },
  }
}
