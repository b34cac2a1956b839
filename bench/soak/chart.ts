import { median } from '../support/statistics.ts'
import type { Sample } from './memory.ts'

const MOST_POINTS = 60

/**
 * Resident memory over time, as GitHub draws it (https://mermaid.js.org/syntax/xyChart.html); a line for each part, in
 * this order. While a part was down its line stays where it was.
 */
export function chartOf(samples: readonly Sample[], parts: readonly string[]): string {
  const end = Math.max(1, ...samples.map(({ at }) => at))
  const lines = parts.map((part) =>
    points(
      samples.filter((sample) => sample.part === part),
      end,
    ),
  )
  const highest = Math.ceil((Math.max(1, ...lines.flat()) * 1.1) / 10) * 10
  return [
    '```mermaid',
    'xychart-beta',
    `    x-axis "minutes" 0 --> ${Math.max(1, Math.round(end / 60_000))}`,
    `    y-axis "MiB" 0 --> ${highest}`,
    ...lines.map((line) => `    line [${line.join(', ')}]`),
    '```',
  ].join('\n')
}

/** The median of each of equally long times. */
function points(samples: readonly Sample[], end: number): number[] {
  const count = Math.min(MOST_POINTS, samples.length)
  let before = samples[0]?.mebibytes ?? 0
  return Array.from({ length: count }, (_, index) => {
    const from = (index / count) * end
    const until = ((index + 1) / count) * end
    const within = samples.filter(({ at }) => at >= from && (at < until || index === count - 1))
    if (within.length > 0) before = median(within.map(({ mebibytes }) => mebibytes))
    return Math.round(before)
  })
}
