import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createMetrics } from '../../exporter/metrics.ts'
import { onPath } from '../../testing/pool.ts'
import { run } from '../../testing/process/command.ts'
import { exposed, MCROUTER, MEMCACHED } from '../exporter/target.ts'
import { scrapeConfig } from '../support/scrape-config.ts'

const text = readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8')

t.test('every metric is explained', async (t) => {
  const { registry } = createMetrics({ running: () => 0, targets: () => ({ mcrouter: 0, memcached: 0 }) })
  const own = (await registry.getMetricsAsJSON()).map(({ name }) => name)
  const told = [
    ...`${exposed('mcrouter', MCROUTER)}${exposed('memcached', MEMCACHED)}`.matchAll(/^# TYPE (\S+)/gm),
  ]
  const names = [...own.filter((name) => name.startsWith('mcrouter_')), ...told.map(([, name = '']) => name)]
  t.ok(names.length > 80)
  // Those of the crawler and of slabs by what they begin with, and some of connections by what they end with.
  const grouped =
    /^memcached_(lru_crawler|slab)_|^memcached_connections_(rejected|yielded|listener_disabled)_total$/
  for (const name of names.filter((one) => !grouped.test(one))) t.ok(text.includes(`\`${name}`), name)
})

const promtool = onPath('promtool') === undefined && 'no promtool: it is in the Debian package prometheus'

for (const job of ['mcrouter', 'mcrouter-operator'] as const) {
  t.test(`Prometheus takes the scrape configuration ${job}`, { skip: promtool }, async (t) => {
    const file = join(t.testdir(), 'prometheus.yml')
    await writeFile(file, JSON.stringify(scrapeConfig([], 'localhost:8080', job)))
    const { code, stdout, stderr } = await run('promtool', ['check', 'config', file])
    t.equal(code, 0, `${stdout}${stderr}`)
  })
}
