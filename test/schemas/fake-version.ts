import Type, { type Static } from 'typebox'
import { apiVersion } from '../../schemas/api-version.ts'
import { type Field, type Keys, valueAt } from '../../schemas/fields.ts'
import { defaultItemSize } from '../../schemas/formats/item-size.ts'
import { compiled } from '../../schemas/generate/compile.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { MAIN_POOL, type Pool, type Routers } from '../../schemas/mcrouter.ts'
import { PullSecret, resourcesSchema, TolerationSpec } from '../../schemas/pod.ts'
import { givenResources, memcachedResources, routerResources } from '../../schemas/resources.ts'
import type { Schema } from '../../schemas/schema.ts'
import { column, STATUS_COLUMNS } from '../../schemas/status/columns.ts'
import { mcrouterStatus } from '../../schemas/status/status.ts'
import { member } from '../../schemas/validation/path.ts'

const described = (of: string) => ({ description: `${of}.` })
const integer = (of: string, minimum: number, maximum: number, value: number) =>
  Type.Integer({ minimum, maximum, default: value, ...described(of) })
const text = (of: string, value: string) => Type.String({ maxLength: 512, default: value, ...described(of) })

/** A pool as it is written here: sizes have their unit. */
const POOL = {
  image: text('Image', 'memcached:1.6-alpine'),
  port: integer('Port', 1024, 65_535, 11_211),
  shards: integer('Servers', 1, 1000, 2),
  memory: Type.String({ pattern: '^[0-9]+Mi$', maxLength: 16, default: '256Mi', ...described('Memory') }),
  maxItemSize: Type.Optional(
    Type.String({ pattern: '^[0-9]+([KM]i?)?$', maxLength: 16, ...described('Largest item') }),
  ),
  maxConnections: integer('Connections', 64, 65_536, 1024),
  resources: Type.Optional(resourcesSchema('Resources.')),
}
const MainPool = Type.Object(POOL, described('The main pool'))
type MainPool = Static<typeof MainPool>

const FakeSpec = Type.Object({
  layout: Type.Unsafe<'replicated' | 'sharded'>({
    type: 'string',
    enum: ['replicated', 'sharded'],
    default: 'replicated',
    description: 'Layout.',
  }),
  memcached: MainPool,
  pools: Type.Optional(
    Type.Array(
      Type.Object(
        { ...POOL, name: Type.String({ maxLength: 20, ...described('Name') }) },
        described('A pool'),
      ),
      { maxItems: 16, ...described('Further pools') },
    ),
  ),
  router: Type.Object(
    {
      image: text('Image', 'example.com/mcrouter:1'),
      port: integer('Port', 1024, 65_535, 5000),
      replicas: integer('Routers', 1, 100, 2),
      release: Type.Unsafe<'37' | '40' | '41' | 'current'>({
        type: 'string',
        enum: ['37', '40', '41', 'current'],
        default: 'current',
        ...described('Release'),
      }),
      resources: Type.Optional(resourcesSchema('Resources.')),
      debugFifoRoot: text('Fifos', ''),
    },
    described('The routers'),
  ),
  pod: Type.Object(
    {
      imagePullSecrets: Type.Array(PullSecret, { maxItems: 16, default: [], ...described('Secrets') }),
      nodeSelector: Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string', maxLength: 63 },
        maxProperties: 32,
        default: {},
        ...described('Labels of nodes'),
      }),
      tolerations: Type.Array(TolerationSpec, { maxItems: 32, default: [], ...described('Tolerations') }),
    },
    described('Every pod'),
  ),
})
type FakeSpec = Static<typeof FakeSpec>

const NAMES: Readonly<Partial<Record<Field, string>>> = {
  topology: 'layout',
  'pool.servers': 'shards',
  'pool.memoryMb': 'memory',
}

/** memcached.memory of the main pool, pools[0].memory of the next. */
function keysOf(field: Field, pool = 0): Keys {
  const name = NAMES[field] ?? field.replace(/^\w+\./, '')
  if (field.startsWith('pool.')) return pool === 0 ? ['memcached', name] : ['pools', pool - 1, name]
  if (field.startsWith('routers.')) return ['router', name]
  return field === 'topology' ? [name] : ['pod', name]
}

function poolOf(name: string, { shards, memory, maxItemSize, resources, ...pool }: MainPool): Pool {
  const memoryMb = Number.parseInt(memory, 10)
  return {
    name,
    image: pool.image,
    port: pool.port,
    maxConnections: pool.maxConnections,
    servers: shards,
    memoryMb,
    maxItemSize: maxItemSize?.replace('Mi', 'm').replace('Ki', 'k') ?? defaultItemSize(memoryMb),
    resources: memcachedResources(memoryMb, pool.maxConnections, resources),
  }
}

function written({ servers, memoryMb, maxItemSize, resources, ...pool }: Pool) {
  const given = givenResources(resources, (some) => memcachedResources(memoryMb, pool.maxConnections, some))
  return {
    ...pool,
    shards: servers,
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
  writtenSchema: {
    ...FakeSpec,
    required: undefined,
    properties: {
      ...FakeSpec.properties,
      memcached: { ...MainPool, required: undefined, properties: { ...MainPool.properties, size: SIZE } },
    },
  },
  statusSchema: mcrouterStatus((field) => keysOf(field).join('.')),
  aliases: { 'memcached.size': 'memcached.shards' },
  celRules: () => [{ at: 'spec.memcached', rule: 'self.shards < 1001', message: 'too many' }],
  columns: [column('Layout', '.spec.layout', 'How keys are spread'), ...STATUS_COLUMNS],
  keysOf,
  fieldPath: (field, pool) => keysOf(field, pool).reduce(member, ''),
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
  validators: compiled<FakeSpec>(FakeSpec),
  toHub: ({ layout, memcached, pools = [], router, pod }) => ({
    topology: layout,
    routers: { ...router, resources: routerResources(router.resources) },
    pools: [poolOf(MAIN_POOL, memcached), ...pools.map((pool) => poolOf(pool.name, pool))],
    ...pod,
  }),
  fromHub: ({ topology, routers, pools: [main, ...others], imagePullSecrets, nodeSelector, tolerations }) => {
    const { name: _, ...memcached } = written(main)
    const resources = givenResources(routers.resources, routerResources)
    return {
      layout: topology,
      memcached,
      ...(others.length > 0 && { pools: others.map(written) }),
      router: { ...withoutResources(routers), ...(resources !== undefined && { resources }) },
      pod: { imagePullSecrets, nodeSelector, tolerations },
    }
  },
})

function withoutResources({ resources: _, ...routers }: Routers) {
  return routers
}
