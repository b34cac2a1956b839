import { median } from '../support/statistics.ts'

/** One look at a process. */
export interface Sample {
  readonly part: string
  readonly pid: number
  /** Milliseconds since the start of the soak. */
  readonly at: number
  readonly mebibytes: number
  readonly descriptors: number
}

/** How a process was in the first and in the last quarter of its longest life: medians. */
export interface Trend {
  readonly part: string
  readonly minutes: number
  readonly mebibytes: readonly [first: number, last: number]
  readonly descriptors: readonly [first: number, last: number]
  readonly peak: number
}

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
  const both = (read: (sample: Sample) => number) =>
    [median(first.map(read)), median(last.map(read))] as const
  return {
    part,
    minutes: ((life.at(-1)?.at ?? 0) - (life[0]?.at ?? 0)) / 60_000,
    mebibytes: both(({ mebibytes }) => mebibytes),
    descriptors: both(({ descriptors }) => descriptors),
    peak: Math.max(...life.map(({ mebibytes }) => mebibytes)),
  }
}
