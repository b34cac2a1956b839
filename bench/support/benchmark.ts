import type { Children } from '../../testing/process/children.ts'
import type { Application } from './application.ts'
import type { Fleet } from './fleet.ts'

/** Of what one version of the API costs against another: about the same. */
export const BAR_VERSIONS = 1.1

/** One thing that is measured, in the file of its name. */
export interface Benchmark {
  /** As a heading. */
  readonly title: string
  /** What is measured, how, and against what, in Markdown. */
  readonly method: string
  /** Where a bar is missed: why, and what it would take, in Markdown. */
  readonly limits?: string
  /** Programs that must be on PATH: without one of them it is left out, and said so. */
  readonly needs?: readonly string[]
  run(bench: Bench): Promise<readonly Figure[]>
}

/** What a benchmark works with; whatever it starts ends with the run. */
export interface Bench {
  /** Only shows that the code runs: its figures mean nothing. */
  readonly quick: boolean
  readonly children: Children
  /** The operator as it is in the image; built at the first call. */
  application(): Promise<Application>
  /** Mcrouters on a control plane, which all benchmarks of a run share; started at the first call. */
  fleet(): Promise<Fleet>
  /** Progress, for the person who waits. */
  say(line: string): void
}

/** A row of the table. */
export interface Figure {
  readonly what: string
  /** ms, µs, MiB, ×, or what is counted. */
  readonly unit: string
  /** One a round. */
  readonly samples: readonly number[]
  /** What the median must not exceed; left out for what is only stated. */
  readonly bar?: number
  /** What the figure is made of, or why it is so large. */
  readonly remark?: string
}
