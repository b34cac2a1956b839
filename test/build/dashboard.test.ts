import { readFileSync } from 'node:fs'
import t from 'tap'
import { dashboard } from '../../build/dashboard/dashboard.ts'
import { openMetrics } from '../../build/dashboard/picture/openmetrics.ts'
import { MINUTES } from '../../build/dashboard/picture/scenario/course.ts'
import { scenario } from '../../build/dashboard/picture/scenario/scenario.ts'
import type { Series } from '../../build/dashboard/picture/scenario/series.ts'
import { escaped } from '../../build/dashboard/picture/svg.ts'
import { inUnit } from '../../build/dashboard/picture/units.ts'
import { exportedMetrics } from '../monitoring/scraped.ts'

const PICTURE = readFileSync(new URL('../../docs/dashboard.svg', import.meta.url), 'utf8')

t.test('the picture shows every panel, and says that it is not Grafana', async (t) => {
  for (const { title = '' } of dashboard.panels ?? [])
    t.ok(PICTURE.includes(`>${escaped(title)}</text>`), title)
  t.match(PICTURE, /not by Grafana; the numbers are made up/)
  t.notMatch(PICTURE, /<script|NaN|Infinity|undefined/)
})

t.test('it is made of series that the operator exports', async (t) => {
  const exported = await exportedMetrics()
  for (const { name, labels } of scenario) {
    const known = exported.get(name)
    t.ok(known, name)
    t.same(
      Object.keys(labels).filter((label) => !known?.has(label)),
      [],
      `labels of ${name}`,
    )
  }
})

t.test('a counter is the sum of its rates from when it began, and a series may end', async (t) => {
  const counter: Series = { name: 'a_total', type: 'counter', labels: { pod: 'x' }, at: () => 2, resetAt: 3 }
  const gauge: Series = { name: 'b', type: 'gauge', labels: {}, at: (minute) => (minute < 1 ? 7 : undefined) }
  const lines = openMetrics([counter, gauge], 1000).split('\n')
  t.strictSame(lines.slice(0, 5), [
    '# TYPE a counter',
    'a_total{pod="x"} 120 1000',
    'a_total{pod="x"} 240 1060',
    'a_total{pod="x"} 360 1120',
    'a_total{pod="x"} 120 1180',
  ])
  t.strictSame(lines.slice(MINUTES + 2), ['# TYPE b gauge', 'b{} 7 1000', '# EOF', ''])
})

t.test('values are short', async (t) => {
  for (const [value, unit, said] of [
    [0.334, 'percentunit', '33.4 %'],
    [0.00025, 's', '250 µs'],
    [0.02, 's', '20 ms'],
    [90, 's', '1.5 min'],
    [7200, 's', '2 h'],
    [4200, 'ops', '4.2 k/s'],
    [12, 'ops', '12 /s'],
    [3_000_000, 'short', '3 M'],
    [0, 'short', '0'],
  ] as const)
    t.equal(inUnit(value, unit), said)
})
