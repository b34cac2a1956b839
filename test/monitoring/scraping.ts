import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Test } from 'tap'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { Children } from '../../testing/process/children.ts'
import { type Prometheus, startPrometheus } from '../../testing/prometheus.ts'

/**
 * Starts a Prometheus that scrapes what `metrics` answers once a second and evaluates the rules; it ends with the test.
 * @param rules path of their file
 */
export async function startScraping(
  t: Test,
  metrics: () => Promise<string>,
  rules: string,
): Promise<Prometheus> {
  const target = createServer(async (_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(await metrics())
  }).listen(0, LOOPBACK)
  await once(target, 'listening')
  t.teardown(() => target.close().closeAllConnections())
  const address = target.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const programs = new Children('prometheus')
  t.teardown(() => programs.end())
  const targets = [`${LOOPBACK}:${address.port}`]
  return await startPrometheus(programs, {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'test', honor_labels: true, static_configs: [{ targets }] }],
  })
}
