import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t from 'tap'
import { filledIn } from '../../build/dashboard/chosen.ts'
import { dashboard } from '../../build/dashboard/dashboard.ts'
import { record, records, text } from '../../reconciler/observe/untyped.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { eventually } from '../../testing/deadline.ts'
import { skipWithout } from './prometheus-tools.ts'
import { exportedMetrics, ofTheExporter, ofTheReconciler } from './scraped.ts'
import { startScraping } from './scraping.ts'

const RULES = fileURLToPath(new URL('../../charts/mcrouter-operator/files/alerts.yaml', import.meta.url))

const panels = records(dashboard.panels).filter(({ type }) => type !== 'row')
const queries = [
  ...panels.flatMap(({ title, targets }) =>
    records(targets).map(({ expr }) => ({ of: text(title), expr: text(expr) })),
  ),
  ...records(dashboard.annotations?.list).map(({ name, expr }) => ({ of: text(name), expr: text(expr) })),
]
const variables = records(dashboard.templating?.list)
const rules = records(record(load(readFileSync(RULES, 'utf8'))).groups).flatMap((group) =>
  records(group.rules),
)

t.test('panels have places of their own, and each says what it shows', async (t) => {
  const placed = dashboard.panels ?? []
  t.equal(new Set(placed.map(({ id }) => id)).size, placed.length)
  const cells = placed.flatMap(({ gridPos }) => {
    const { x = 24, y = 0, w = 0, h = 0 } = gridPos ?? {}
    t.ok(x + w <= 24)
    return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`)
  })
  t.equal(new Set(cells).size, cells.length, 'none lies on another')
  t.ok(panels.length > 20)
  for (const { title, description } of panels) t.ok(text(description) !== '', text(title))
  t.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
})

t.test('what rules and the dashboard ask for is what the operator exports', async (t) => {
  const exported = await exportedMetrics()
  const names = [
    ...queries.map(({ expr }) => expr),
    ...rules.map(({ expr }) => text(expr)),
    ...variables.map(({ query }) => text(record(query).query)),
  ].flatMap((query) => query.match(/\b(mcrouter|memcached)_\w+/g) ?? [])
  t.ok(names.length > 50)
  for (const name of new Set(names)) t.ok(exported.has(name), name)
})

/** Whether its value is one that a panel can show: 0 / 0 is data as well. */
function isNumber({ value }: JsonObject): boolean {
  return Array.isArray(value) && Number.isFinite(Number(value[1]))
}

/** As Grafana sends it, with windows that a test can wait for. */
function asked(expr: string): string {
  const chosen = { namespace: 'shop', mcrouter: 'cache', pool: '.*', rateInterval: '5s' }
  return filledIn(expr, chosen).replaceAll('[1h] offset 1d', '[5s] offset 1s')
}

t.test(
  'a Prometheus has data for every query, and evaluates every rule',
  { skip: skipWithout('prometheus') },
  async (t) => {
    const start = Date.now()
    const metrics = async () =>
      `${await ofTheReconciler()}${ofTheExporter(Math.floor((Date.now() - start) / 1000))}`
    const prometheus = await startScraping(t, metrics, RULES)
    t.ok(queries.length > 25)
    for (const { of, expr } of queries) {
      t.notMatch(asked(expr), '$', `${of}: all of it is filled in`)
      const found = await eventually(`${of} has data: ${asked(expr)}`, async () => {
        const series = await prometheus.query(asked(expr))
        return series.length > 0 && series
      })
      t.ok(found.some(isNumber), `${of}: ${JSON.stringify(found)}`)
    }
    for (const { name, query } of variables.filter(({ type }) => type === 'query')) {
      const [, series = '', label = ''] =
        /^label_values\((.*), (\w+)\)$/.exec(text(record(query).query)) ?? []
      const found = records(await prometheus.query(asked(series)))
      t.ok(found.length > 0 && found.every(({ metric }) => text(record(metric)[label]) !== ''), text(name))
    }
    const groups = await eventually('all rules were evaluated', async () => {
      const found = records((await prometheus.ask('rules')).groups).flatMap((group) => records(group.rules))
      return found.length === rules.length && found.every(({ health }) => health !== 'unknown') && found
    })
    for (const { name, health, lastError } of groups) t.equal(health, 'ok', `${name} ${lastError ?? ''}`)
    const states = new Map(groups.map(({ name, state }) => [name, state]))
    // What this Mcrouter is said to be: with a scale that waits, and a container that was killed.
    t.equal(states.get('McrouterScaleStuck'), 'pending')
    t.equal(states.get('McrouterMemoryNearLimit'), 'pending')
  },
)
