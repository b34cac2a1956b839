import type { Panel } from '@grafana/schema'
import { record, records, text } from '../../../reconciler/observe/untyped.ts'
import type { Prometheus } from '../../../testing/prometheus.ts'
import { type Chosen, filledIn } from '../chosen.ts'

/** What a panel shows. */
export interface Queried {
  readonly panel: Panel
  readonly lines: readonly Line[]
}

export interface Line {
  readonly legend: string
  readonly labels: Readonly<Record<string, unknown>>
  /** Unix time in seconds, and the value. */
  readonly points: readonly (readonly [time: number, value: number])[]
}

/** Of the time from `start` to `end`, in Unix seconds. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly step: number
}

export async function queried(
  prometheus: Prometheus,
  panel: Panel,
  chosen: Chosen,
  { start, end, step }: Window,
): Promise<Queried> {
  const lines: Line[] = []
  for (const { expr, legendFormat, instant } of records(panel.targets)) {
    const query = filledIn(text(expr), chosen)
    const found =
      instant === true ? await prometheus.query(query, end) : await prometheus.range(query, start, end, step)
    lines.push(...found.map((series) => lineOf(series, text(legendFormat))))
  }
  return { panel, lines }
}

function lineOf({ metric, value, values }: Readonly<Record<string, unknown>>, format: string): Line {
  const labels = record(metric)
  const points: unknown[] = Array.isArray(values) ? values : [value]
  return {
    legend: format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => text(labels[label])),
    labels,
    points: points.map((point) =>
      Array.isArray(point) ? [Number(point[0]), Number(point[1])] : [0, Number.NaN],
    ),
  }
}
