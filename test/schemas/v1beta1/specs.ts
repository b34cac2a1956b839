import type { JsonObject } from '../../../schemas/json.ts'
import { REFUSED_NUMBERS } from './router-number-specs.ts'
import { ACCEPTED_TLS, REFUSED_TLS } from './tls-specs.ts'
import { ACCEPTED_ZONES, REFUSED_ZONES } from './zones-specs.ts'

/** Kinds of clients. */
const PEERS = [
  { podSelector: { matchLabels: { 'uses-cache': 'true' } } },
  { namespaceSelector: {} },
  {
    podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['web'] }] },
    namespaceSelector: { matchExpressions: [{ key: 'example.com/gone', operator: 'DoesNotExist' }] },
  },
  { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
  { ipBlock: { cidr: '2001:db8::/32' } },
]

export const ACCEPTED: readonly JsonObject[] = [
  ...ACCEPTED_ZONES,
  { memcached: { shards: 3, memory: '4Gi' } },
  { memcached: { shards: 1, copies: 3, memory: '1Gi', onMiss: 'AskCopies' } },
  { memcached: { shards: 4, copies: 2, memory: '8Gi' } },
  {
    memcached: { shards: 6, memory: '8Gi', gutter: { pool: 'spare', ttl: '60s' } },
    pools: [{ name: 'spare', shards: 2, memory: '2Gi' }],
  },
  {
    pools: [
      { name: 'locks', shards: 1, copies: 3, writes: 'Strict' },
      { name: 'users', shards: 2 },
    ],
    prefixes: [
      { prefix: 'lock:', pool: 'locks' },
      { prefix: 'user:', pool: 'users' },
    ],
  },
  { memcached: { external: [{ host: '10.8.0.4' }], maxConnections: 64 }, router: { replicas: 100 } },
  { router: { autoscaling: { min: 2, max: 2, cpu: 1000 } } },
  { router: { placement: 'Node' } },
  {
    memcached: { external: [{ host: '10.8.0.4' }], copies: 2, shards: 900, gutter: { pool: 'spare' } },
    pools: [{ name: 'spare', copies: 2, external: [{ host: '10.8.0.6' }] }],
  },
  {
    memcached: { shards: 8, warmUp: { from: 'old', ttl: '1h' } },
    pools: [{ name: 'old', external: [{ host: '10.8.0.4' }, { host: '10.8.0.5', port: 11_212, tls: true }] }],
  },
  { access: { from: PEERS } },
  ...ACCEPTED_TLS,
]

const FIRST = 'spec.access.from[0]'

export const CONFIG = { route: { type: 'PoolRoute', pool: 'main', deep: [{ any: null, of: [1.5, true] }] } }
const MAIN = 'spec.memcached'

/** What is said of each. */
export const REFUSED: readonly (readonly [said: string, spec: JsonObject])[] = [
  ['spec.access.from: Required value', { access: {} }],
  ['spec.access.from: Invalid value: 0: ', { access: { from: [] } }],
  [`${FIRST}: Invalid value: must have podSelector, namespaceSelector or both`, { access: { from: [{}] } }],
  [
    `${FIRST}: Invalid value: must have podSelector, namespaceSelector or both`,
    { access: { from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] } },
  ],
  [`${FIRST}.ipBlock.cidr: Invalid value: "all": `, { access: { from: [{ ipBlock: { cidr: 'all' } }] } }],
  [
    `${FIRST}.podSelector.matchExpressions[0].values: Invalid value: must have values with operator In`,
    { access: { from: [{ podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }] } },
  ],
  [
    `${FIRST}.namespaceSelector.matchLabels: Invalid value: the keys must be label keys`,
    { access: { from: [{ namespaceSelector: { matchLabels: { 'a b': 'c' } } }] } },
  ],
  ...REFUSED_TLS,
  ['must be Shards, or left out', { memcached: { shards: 3, replicasOf: 'Copies' } }],
  ['must be left out with external', { memcached: { external: [{ host: '10.8.0.4' }], replicas: 1 } }],
  [
    'spec.prefixes: Invalid value: must be empty beside config',
    { config: CONFIG, pools: [{ name: 'a' }], prefixes: [{ prefix: 'a:', pool: 'a' }] },
  ],
  [
    'spec.config: Invalid value: no pool may have gutter',
    { config: CONFIG, pools: [{ name: 'a', gutter: {} }] },
  ],
  [
    `${MAIN}.copies: Invalid value: shards × copies must be at most 1000`,
    { memcached: { shards: 600, copies: 2 } },
  ],
  [
    `${MAIN}.shards: Invalid value: all pools together have at most 1000 servers`,
    { memcached: { shards: 600, gutter: {} }, pools: [{ name: 'a', shards: 200, copies: 2 }] },
  ],
  [
    `${MAIN}.memory: Invalid value: "100Ki": must be a whole number of Mi`,
    { memcached: { memory: '100Ki' } },
  ],
  [`${MAIN}.memory: Invalid value: "2Ti": must be a whole number of Mi`, { memcached: { memory: '2Ti' } }],
  [
    `${MAIN}.maxItemSize: Invalid value: "700Ki": must be a multiple of 512Ki`,
    { memcached: { maxItemSize: '700Ki' } },
  ],
  [
    `${MAIN}.maxItemSize: Invalid value: must be at most half of memory`,
    { memcached: { maxItemSize: '200Mi' } },
  ],
  [
    `${MAIN}.pod.resources.limits.memory: Invalid value: must be at least memory`,
    { memcached: { pod: { resources: { limits: { memory: '256Mi' } } } } },
  ],
  [
    'spec.pools[0].pod.resources.requests.cpu: Invalid value: must not be more than limits.cpu',
    { pools: [{ name: 'a', pod: { resources: { requests: { cpu: 2 }, limits: { cpu: 1 } } } }] },
  ],
  [
    'spec.router.pod.resources.requests.memory: Invalid value: "512m": must be a quantity of at least 1Mi',
    { router: { pod: { resources: { requests: { memory: '512m' } } } } },
  ],
  [`${MAIN}.copies: Invalid value: must be 1 with gutter`, { memcached: { copies: 2, gutter: {} } }],
  [
    'spec.pools[0].copies: Invalid value: must be 1 with warmUp',
    { pools: [{ name: 'a', copies: 2, warmUp: { from: 'main' } }] },
  ],
  [
    `${MAIN}.maxConnections: Invalid value: must be at least 32 and twice router.replicas`,
    { memcached: { maxConnections: 64 }, router: { replicas: 50 } },
  ],
  [
    'spec.pools: Invalid value: maxConnections of each must be at least 32',
    { pools: [{ name: 'a', maxConnections: 64 }], router: { replicas: 50 } },
  ],
  [
    `${MAIN}.maxConnections: Invalid value: must be at least 32`,
    {
      memcached: { external: [{ host: '10.8.0.4' }], maxConnections: 64, gutter: {} },
      router: { replicas: 50 },
    },
  ],
  [
    `${MAIN}.copies: Invalid value: must be at most 32 where onMiss is AskCopies`,
    { memcached: { shards: 1, copies: 33, onMiss: 'AskCopies' } },
  ],
  [
    `${MAIN}.gutter.pool: Invalid value: must name another pool of the spec, with 1 copy`,
    { memcached: { gutter: { pool: 'a' } }, pools: [{ name: 'a', copies: 2 }] },
  ],
  [
    `${MAIN}.warmUp.from: Invalid value: must not be the gutter`,
    { memcached: { gutter: { pool: 'a' }, warmUp: { from: 'a' } }, pools: [{ name: 'a' }] },
  ],
  [
    'spec.pools: Invalid value: none of these may warm up from its gutter',
    { pools: [{ name: 'a' }, { name: 'b', gutter: { pool: 'a' }, warmUp: { from: 'a' } }] },
  ],
  ...['__mcrouter__.', 'user|#|', '/a/b/'].map(
    (prefix) =>
      [
        `spec.prefixes[0].prefix: Invalid value: "${prefix}": must not begin as`,
        { prefixes: [{ prefix, pool: 'main' }] },
      ] as const,
  ),
  ['spec.pools[0].name: Invalid value: "main": must not be main', { pools: [{ name: 'main' }] }],
  ['spec.pools[1]: Duplicate value', { pools: [{ name: 'a' }, { name: 'a' }] }],
  ['spec.prefixes: Invalid value: each must name a pool', { prefixes: [{ prefix: 'a:', pool: 'a' }] }],
  [`${MAIN}.gutter.pool: Invalid value: must name another pool`, { memcached: { gutter: { pool: 'a' } } }],
  [
    `${MAIN}.warmUp.from: Invalid value: must name another pool of the spec, with 1 copy`,
    { memcached: { warmUp: { from: 'a' } }, pools: [{ name: 'a', copies: 2 }] },
  ],
  [
    'spec.pools: Invalid value: the gutter of each must be another pool',
    { pools: [{ name: 'a', gutter: { pool: 'a' } }] },
  ],
  [
    'spec.pools: Invalid value: each must warm up from another pool',
    { pools: [{ name: 'a', warmUp: { from: 'a' } }] },
  ],
  [
    `${MAIN}.gutter.pool: Invalid value: must not be the pool of a prefix`,
    { memcached: { gutter: { pool: 'a' } }, pools: [{ name: 'a' }], prefixes: [{ prefix: 'a:', pool: 'a' }] },
  ],
  [
    'spec.pools: Invalid value: no gutter of these may be the pool of a prefix',
    {
      pools: [{ name: 'a' }, { name: 'b', gutter: { pool: 'a' } }],
      prefixes: [{ prefix: 'a:', pool: 'a' }],
    },
  ],
  ...REFUSED_NUMBERS,
  ...REFUSED_ZONES,
  ['spec.router.debugFifoRoot: Invalid value: "/usr/fifos"', { router: { debugFifoRoot: '/usr/fifos' } }],
  [
    'spec.router.service.loadBalancerClass: Invalid value: must be left out unless',
    { router: { service: { loadBalancerClass: 'a' } } },
  ],
  [
    'spec.router.service.externalTrafficPolicy: Invalid value: must be left out when',
    { router: { service: { externalTrafficPolicy: 'Local' } } },
  ],
  [
    'spec.router.service.labels: Invalid value: the keys',
    { router: { service: { labels: { 'a b': 'c' } } } },
  ],
  [
    `${MAIN}.pod.nodeSelector: Invalid value: the keys`,
    { memcached: { pod: { nodeSelector: { 'a b': 'c' } } } },
  ],
  [
    'spec.router.pod.tolerations[0]: Invalid value: operator must be',
    { router: { pod: { tolerations: [{}] } } },
  ],
  [
    `${MAIN}.pod.topologySpreadConstraints[0]: Invalid value: whenUnsatisfiable must be DoNotSchedule`,
    {
      memcached: {
        pod: {
          topologySpreadConstraints: [
            { topologyKey: 'a', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 },
          ],
        },
      },
    },
  ],
]
