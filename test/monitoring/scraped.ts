import { Registry } from 'prom-client'
import { MODULES, type ModuleName } from '../../exporter/modules/modules.ts'
import { registerCertificates } from '../../reconciler/metrics/certificates.ts'
import { mcrouterMetrics } from '../../reconciler/metrics/mcrouters.ts'
import type { Reported } from '../../reconciler/report/reported.ts'
import { MCROUTER, MEMCACHED, exposed as told } from '../exporter/target.ts'

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

/** Of the exporter, of all its targets, when it has counted that far: of each all that a recorded answer makes it tell. */
export function ofTheExporter(counted: number): string {
  const routers = ROUTERS.map((pod) => ({ pod }))
  const servers = SERVERS.map(({ server, ...place }) => ({ pod: server, ...place }))
  return [
    ...familiesOf('mcrouter', MCROUTER).map((family) => exposed(family, routers, counted)),
    ...familiesOf('memcached', MEMCACHED).map((family) => exposed(family, servers, counted)),
  ].join('')
}

interface Family {
  readonly name: string
  readonly type: string
  /** Of each series, beside those that say whose it is; with a comma before them. */
  readonly labels: readonly string[]
}

function familiesOf(module: ModuleName, answer: string): Family[] {
  const [up = ''] = /\w+(?= gauge$)/m.exec(MODULES[module].up.head) ?? []
  const all = told(module, answer).matchAll(/^# TYPE (\w+) (\w+)\n((?:\w+\{.*\n)+)/gm)
  const families = [...all].map(([, name = '', type = '', samples = '']) => ({
    name,
    type,
    labels: [...samples.matchAll(/\{namespace="shop"(.*)\} /g)].map(([, labels = '']) => labels),
  }))
  return [{ name: up, type: 'gauge', labels: [''] }, ...families]
}

function exposed(
  { name, type, labels }: Family,
  targets: readonly Record<string, string>[],
  counted: number,
): string {
  const value = type === 'counter' ? counted : 1
  const samples = targets.flatMap((target) => {
    const whose = Object.entries({ namespace: 'shop', mcrouter: 'cache', ...target })
    const said = whose.map(([label, text]) => `${label}="${text}"`).join(',')
    return labels.map((own) => `${name}{${said}${own}} ${value}\n`)
  })
  return `# TYPE ${name} ${type}\n${samples.join('')}`
}

/** Metrics by name, as alerts and panels may ask for them: with the names of their labels. */
export async function exportedMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const text = `${await ofTheReconciler()}${ofTheExporter(1)}`
  const types = [...text.matchAll(/^# TYPE (\w+) /gm)]
  const metrics = new Map(types.map(([, name = '']) => [name, new Set<string>()]))
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm))
    for (const label of labelsIn(labels)) metrics.get(name)?.add(label)
  return metrics
}

/** Names of the labels of a series, as it is written between braces. */
export function labelsIn(text: string): string[] {
  return [...text.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
}
