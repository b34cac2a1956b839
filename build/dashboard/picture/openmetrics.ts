import { MINUTES } from './scenario/course.ts'
import type { Series } from './scenario/series.ts'

/**
 * What a Prometheus would have scraped once a minute, in the format from which `promtool tsdb create-blocks-from openmetrics` makes its files.
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @param start Unix time in seconds
 */
export function openMetrics(series: readonly Series[], start: number): string {
  const families = Map.groupBy(series, ({ name }) => name)
  const texts = [...families].map(([name, members]) => {
    const type = members[0]?.type ?? 'gauge'
    const family = type === 'counter' ? name.replace(/_total$/, '') : name
    return `# TYPE ${family} ${type}\n${members.map((one) => samplesOf(one, start)).join('')}`
  })
  return `${texts.join('')}# EOF\n`
}

function samplesOf({ name, type, labels, at, resetAt }: Series, start: number): string {
  const text = Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')
  let counted = 0
  let lines = ''
  for (let minute = 0; minute <= MINUTES; minute += 1) {
    const value = at(minute)
    if (minute === resetAt) counted = 0
    if (value === undefined) continue
    counted += 60 * value
    lines += `${name}{${text}} ${type === 'counter' ? counted : value} ${start + 60 * minute}\n`
  }
  return lines
}
