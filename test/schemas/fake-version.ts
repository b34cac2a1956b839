import { apiVersion } from '../../schemas/api-version.ts'
import { type Field, type Keys, valueAt } from '../../schemas/fields.ts'
import { defaultItemSize } from '../../schemas/formats/item-size.ts'
import { proxyThreads } from '../../schemas/formats/proxy-threads.ts'
import { compiled } from '../../schemas/generate/compile.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { layoutOf, serversIn } from '../../schemas/layout.ts'
import {
  CLUSTER_IP,
  MAIN_POOL,
  type PodSettings,
  type Pool,
  type Routers,
  type Topology,
  UNLIMITED_CLIENTS,
} from '../../schemas/mcrouter.ts'
import { givenResources, memcachedResources, routerResources } from '../../schemas/resources.ts'
import type { Schema } from '../../schemas/schema.ts'
import { column, STATUS_COLUMNS } from '../../schemas/status/columns.ts'
import { mcrouterStatus } from '../../schemas/status/status.ts'
import { member } from '../../schemas/validation/path.ts'
import { FakeSpec, MainPool } from './fake-spec.ts'

/** What this version does not have is in no spec of it. */
const LACKED: ReadonlySet<Field> = new Set<Field>([
  'prefixes',
  'routers.autoscaling',
  'routers.placement',
  'routers.maxConnections',
  'routers.timeouts',
  'routers.args',
  'routers.service',
  'routers.clientTls',
  'routers.serverTls',
  'pool.name',
  'pool.writes',
  'pool.onMiss',
  'pool.gutter',
  'pool.warmUp',
  'pool.external',
  'pool.threads',
  'pool.tls',
  'pool.args',
  'pool.minReadySeconds',
])

const NAMES: Readonly<Partial<Record<Field, string>>> = {
  'routers.threads': 'resources',
  'pool.memoryMb': 'memory',
}

/** Of the pods of every tier. */
const POD_FIELDS = ['imagePullSecrets', 'nodeSelector', 'tolerations']

/** memcached.memory of the main pool, pools[0].memory of the next. */
function keysOf(field: Field, pool = 0): Keys | undefined {
  const [, ofPods] = /^\w+\.pod\.(\w+)$/.exec(field) ?? []
  if (ofPods !== undefined) return POD_FIELDS.includes(ofPods) ? ['pod', ofPods] : undefined
  if (LACKED.has(field)) return undefined
  if (field === 'pool.topology' || field === 'pool.copies') return ['layout']
  const name = NAMES[field] ?? field.replace(/^\w+\./, '')
  if (field.startsWith('pool.')) return pool === 0 ? ['memcached', name] : ['pools', pool - 1, name]
  return ['router', name]
}

function fieldPath(field: Field, pool?: number): string {
  return keysOf(field, pool)?.reduce(member, '') ?? field
}

function podOf(pod: FakeSpec['pod']): PodSettings {
  return {
    ...pod,
    affinity: undefined,
    topologySpreadConstraints: [],
    priorityClassName: undefined,
    labels: {},
    annotations: {},
  }
}

function poolOf(
  name: string,
  topology: Topology,
  pod: PodSettings,
  { shards: servers, memory, maxItemSize, resources, ...pool }: MainPool,
): Pool {
  const memoryMb = Number.parseInt(memory, 10)
  return {
    name,
    image: pool.image,
    port: pool.port,
    maxConnections: pool.maxConnections,
    topology,
    ...layoutOf(topology, servers),
    zones: [],
    writes: 'Available',
    onMiss: 'Miss',
    external: [],
    threads: 4,
    args: [],
    minReadySeconds: 10,
    memoryMb,
    maxItemSize: maxItemSize?.replace('Mi', 'm').replace('Ki', 'k') ?? defaultItemSize(memoryMb),
    resources: memcachedResources(memoryMb, pool.maxConnections, resources),
    pod,
  }
}

function written(pool: Pool) {
  const { name, image, port, memoryMb, maxItemSize, maxConnections, resources } = pool
  const given = givenResources(resources, (some) => memcachedResources(memoryMb, maxConnections, some))
  return {
    name,
    image,
    port,
    maxConnections,
    shards: serversIn(pool),
    memory: `${memoryMb}Mi`,
    ...(maxItemSize !== defaultItemSize(memoryMb) && { maxItemSize: withUnit(maxItemSize) }),
    ...(given !== undefined && { resources: given }),
  }
}

function withUnit(size: string): string {
  return size.replace(/m$/, 'Mi').replace(/k$/, 'Ki')
}

const SIZE: Schema = { type: 'integer', minimum: 1, maximum: 1000, description: 'Deprecated: write shards.' }

/** A version with spellings of its own, and with fields in groups; size is a former name of memcached.shards. */
export const FAKE = apiVersion<FakeSpec>({
  name: 'v9',
  served: true,
  storage: false,
  schema: FakeSpec,
  defaultImages: undefined,
  writtenSchema: {
    ...FakeSpec,
    required: undefined,
    properties: {
      ...FakeSpec.properties,
      memcached: { ...MainPool, required: undefined, properties: { ...MainPool.properties, size: SIZE } },
    },
  },
  statusSchema: mcrouterStatus(fieldPath),
  aliases: { 'memcached.size': 'memcached.shards' },
  celRules: () => [{ at: 'spec.memcached', rule: 'self.shards < 1001', message: 'too many' }],
  scaled: ['memcached', 'shards'],
  columns: [column('Layout', '.spec.layout', 'How keys are spread'), ...STATUS_COLUMNS],
  keysOf,
  fieldPath,
  format: (field, value) => {
    if (field === 'pool.memoryMb') return `${value}Mi`
    return field === 'pool.maxItemSize' ? withUnit(`${value}`) : value
  },
  withoutFormerDefaults: (spec) => ({ spec, warnings: [] }),
  normalise: (spec) => {
    const size = valueAt(spec, ['memcached', 'size'])
    if (!isJsonObject(spec.memcached) || size === undefined)
      return { spec, written: new Map(), violations: [], warnings: [] }
    const { size: _, ...rest } = spec.memcached
    return {
      spec: { ...spec, memcached: { ...rest, shards: size } },
      written: new Map([['memcached.shards', 'memcached.size']]),
      violations: [],
      warnings: ['deprecated spelling: memcached.size; write memcached.shards'],
    }
  },
  implied: (spec) => spec,
  settled: (spec) => spec,
  kept: (spec) => spec,
  isNormalised: () => true,
  asksConsent: false,
  limitsLength: false,
  validators: compiled<FakeSpec>(FakeSpec),
  toHub: ({ layout, memcached, pools = [], router, pod: pods }) => {
    const pod = podOf(pods)
    const resources = routerResources(router.resources)
    return {
      routers: {
        ...router,
        resources,
        threads: proxyThreads(resources),
        maxConnections: UNLIMITED_CLIENTS,
        timeouts: { serverMs: undefined, connectMs: 200, untilDown: 3 },
        args: [],
        service: CLUSTER_IP,
        pod,
      },
      pools: [
        poolOf(MAIN_POOL, layout, pod, memcached),
        ...pools.map((pool) => poolOf(pool.name, 'sharded', pod, pool)),
      ],
      prefixes: [],
    }
  },
  fromHub: ({ routers, pools: [main, ...others] }) => {
    const { imagePullSecrets, nodeSelector, tolerations } = main.pod
    const { name: _, ...memcached } = written(main)
    return {
      layout: main.topology,
      memcached,
      ...(others.length > 0 && { pools: others.map(written) }),
      router: writtenRouters(routers),
      pod: { imagePullSecrets, nodeSelector, tolerations },
    }
  },
})

function writtenRouters({ image, port, replicas, release, debugFifoRoot, resources }: Routers) {
  const given = givenResources(resources, routerResources)
  return { image, port, replicas, release, debugFifoRoot, ...(given !== undefined && { resources: given }) }
}
