import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { DEPLOY_FILE } from '../../build/deploy.ts'
import { record, records, text } from '../../reconciler/observe/untyped.ts'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { Children } from '../../testing/process/children.ts'
import { startPrometheus } from '../../testing/prometheus.ts'
import { type FoundPort, scrapeConfig } from '../support/scrape-config.ts'
import { skipWithout } from './prometheus-tools.ts'

const SAID = 'mcrouter_operator_of{namespace="shop",mcrouter="cache"} 1\nmcrouter_operator_own 1\n'

/** The ports of the operator's own pods, as discovery finds them, all at one address. */
function found(address: string): FoundPort[] {
  const deployments = records(loadAll(readFileSync(DEPLOY_FILE, 'utf8'))).filter(
    ({ kind }) => kind === 'Deployment',
  )
  return deployments.flatMap(({ metadata, spec }) => {
    const { metadata: ofPod, spec: pod } = record(record(spec).template)
    const labels = Object.entries(record(record(ofPod).labels)).map(([key, value]) => [key, text(value)])
    const ports = records(record(pod).containers).flatMap((container) => records(container.ports))
    return ports.map((port) => ({
      namespace: 'mcrouter-system',
      pod: text(record(metadata).name),
      labels: Object.fromEntries(labels),
      name: text(port.name),
      address,
    }))
  })
}

t.test(
  'the scrape job for the operator takes its plain ports, and leaves a series in the namespace that it is of',
  { skip: skipWithout('prometheus') },
  async (t) => {
    const target = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(SAID)
    }).listen(0, LOOPBACK)
    await once(target, 'listening')
    t.teardown(() => target.close().closeAllConnections())
    const address = target.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const ports = found(`${LOOPBACK}:${address.port}`)
    t.ok(ports.length > 1)
    const programs = new Children('operator-job')
    t.teardown(() => programs.end())
    const prometheus = await startPrometheus(
      programs,
      scrapeConfig(ports, 'localhost:8080', 'mcrouter-operator'),
    )
    const labels = async (name: string) => {
      const series = await eventually(
        name,
        async () => {
          const all = await prometheus.query(name)
          return all.length > 0 && all
        },
        { withinMs: 30_000 },
      )
      return series.map(({ metric }) => record(metric))
    }
    const pod = 'mcrouter-operator-reconciler'
    t.match(await labels('mcrouter_operator_of'), [{ namespace: 'shop', mcrouter: 'cache', pod }])
    t.match(await labels('mcrouter_operator_own'), [{ namespace: 'mcrouter-system', pod }])
    t.equal((await labels('up')).length, 1, 'the webhook server speaks TLS, and is none of them')
  },
)
