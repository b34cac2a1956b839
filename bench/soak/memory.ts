import { median } from '../support/statistics.ts'

/** One look at a process. */
export interface Sample {
  readonly part: string
  readonly pid: number
  /** Milliseconds since the start of the soak. */
  readonly at: number
  /** Resident. */
  readonly mebibytes: number
  /** Objects that have lasted for two collections, by its own word; undefined when it gave none. */
  readonly heapMebibytes: number | undefined
  readonly descriptors: number
}

/** How a process was in the first and in the last quarter of its longest life: medians. */
export interface Trend {
  readonly part: string
  readonly minutes: number
  readonly mebibytes: Quarters
  readonly heapMebibytes: Quarters
  readonly descriptors: Quarters
  readonly peak: number
}

/** NaN for a quarter without a sample. */
export type Quarters = readonly [first: number, last: number]

/** The longest life of each part; none for a part that was seen fewer than four times. */
export function trends(samples: readonly Sample[]): readonly Trend[] {
  const parts = [...new Set(samples.map(({ part }) => part))]
  return parts.flatMap((part) => {
    const life = longestLife(samples.filter((sample) => sample.part === part))
    return life.length < 4 ? [] : [trendOf(part, life)]
  })
}

function longestLife(samples: readonly Sample[]): readonly Sample[] {
  const lives = Map.groupBy(samples, ({ pid }) => pid).values()
  return [...lives].reduce((longest, life) => (life.length > longest.length ? life : longest), [])
}

function trendOf(part: string, life: readonly Sample[]): Trend {
  const quarter = Math.floor(life.length / 4)
  const first = life.slice(0, quarter)
  const last = life.slice(-quarter)
  const both = (read: (sample: Sample) => number | undefined): Quarters => [
    middle(first.map(read)),
    middle(last.map(read)),
  ]
  return {
    part,
    minutes: ((life.at(-1)?.at ?? 0) - (life[0]?.at ?? 0)) / 60_000,
    mebibytes: both(({ mebibytes }) => mebibytes),
    heapMebibytes: both(({ heapMebibytes }) => heapMebibytes),
    descriptors: both(({ descriptors }) => descriptors),
    peak: Math.max(...life.map(({ mebibytes }) => mebibytes)),
  }
}

function middle(samples: readonly (number | undefined)[]): number {
  const known = samples.filter((sample) => sample !== undefined)
  return known.length === 0 ? Number.NaN : median(known)
}
