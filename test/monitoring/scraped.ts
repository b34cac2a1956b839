import { Registry } from 'prom-client'
import { registerCertificates } from '../../reconciler/metrics/certificates.ts'
import { mcrouterMetrics } from '../../reconciler/metrics/mcrouters.ts'
import type { Reported } from '../../reconciler/report/reported.ts'
import { type Family, routerSeries, SERVER_SERIES } from './exporter-series.ts'

// What Prometheus scrapes of Mcrouter cache in namespace shop: two routers, two servers of the main pool and one of another.

const REPORTED: Reported = {
  conditions: ['True', 'True', 'True', 'True', 'True', 'False'],
  serversReady: 3,
  serversWanted: 3,
  routersReady: 2,
  routersWanted: 2,
  routersAsked: 2,
  routersConfirmed: 2,
  routerThreads: 2,
  routerMemoryLimit: 512 * 1024 ** 2,
  degraded: ['OutOfMemory'],
  scaleStep: 'WaitingForRouters',
  certificateEnd: 1_800_000_000,
  renewalDue: 1_700_000_000,
  renewalLate: 1_750_000_000,
  keysMoved: 0.5,
}

const SERVERS = [
  { server: 'cache-memcached-0', pool: 'main', shard: '0', copy: '0' },
  { server: 'cache-memcached-1', pool: 'main', shard: '1', copy: '0' },
  { server: 'cache-users-memcached-0', pool: 'users', shard: '0', copy: '0' },
]
const ROUTERS = ['cache-7d9-a', 'cache-7d9-b']

/** Of the leader, as its /metrics has it. */
export async function ofTheReconciler(): Promise<string> {
  const registry = new Registry()
  const notAfter = { authority: Date.now() * 2, serving: Date.now() * 2 }
  registerCertificates(registry, () => ({
    notAfter,
    secretMissing: false,
    webhookMissing: false,
    foreignRemoved: 0,
  }))
  return `${await registry.metrics()}${[...mcrouterMetrics(() => [['shop/cache', REPORTED]])].join('')}`
}

/** Of the exporter, of all its targets, when it has counted that far. */
export function ofTheExporter(counted: number): string {
  const routers = routerSeries(SERVERS).map((family) =>
    exposed(
      family,
      ROUTERS.map((pod) => ({ pod })),
      counted,
    ),
  )
  const servers = SERVER_SERIES.map((family) =>
    exposed(
      family,
      SERVERS.map(({ server, ...place }) => ({ pod: server, ...place })),
      counted,
    ),
  )
  return [...routers, ...servers].join('')
}

function exposed(
  { name, type, labels }: Family,
  targets: readonly Record<string, string>[],
  counted: number,
): string {
  const value = type === 'counter' ? counted : 1
  const series = targets.flatMap((target) =>
    labels.map((own) => ({ namespace: 'shop', mcrouter: 'cache', ...target, ...own })),
  )
  return `# TYPE ${name} ${type}\n${series.map((one) => `${name}{${labelText(one)}} ${value}\n`).join('')}`
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')
}

/** Names of the metrics in a text that is scraped. */
export function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name))
}
