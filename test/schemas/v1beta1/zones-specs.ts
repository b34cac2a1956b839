import type { JsonObject } from '../../../schemas/json.ts'
import { ZONE_LABEL } from '../../../schemas/well-known.ts'

const MAIN = 'spec.memcached'
const ZONES = ['eu-1a', 'eu-1b', 'eu-1c']

export const ZONED = { shards: 3, copies: 3, zones: ZONES }

/** As many zones as there may be, and names that are no DNS labels. */
const TEN = Array.from({ length: 10 }, (_, zone) => `Zone_${zone}.x`)

export const ACCEPTED_ZONES: readonly JsonObject[] = [
  { memcached: ZONED, router: { replicas: 6 } },
  { memcached: ZONED, router: { replicas: 3, args: ['--keepalive-count=3'] } },
  { memcached: ZONED },
  { memcached: { ...ZONED, shards: 1, replicasOf: 'Shards' } },
  { memcached: { shards: 2, copies: 10, zones: TEN } },
  {
    memcached: ZONED,
    pools: [
      { name: 'users', ...ZONED, shards: 1, onMiss: 'Refill', writes: 'Strict' },
      { name: 'spare', shards: 1 },
    ],
    prefixes: [{ prefix: 'user:', pool: 'users' }],
  },
  {
    memcached: { external: [{ host: '10.8.0.4' }] },
    pools: [{ name: 'users', ...ZONED, pod: { nodeSelector: { disk: 'ssd' } } }],
  },
]

/** What is refused of zones, by the API server itself too. */
export const REFUSED_ZONES: readonly (readonly [said: string, spec: JsonObject])[] = [
  [`${MAIN}.zones: Invalid value: must be as many as copies`, { memcached: { ...ZONED, copies: 2 } }],
  [`${MAIN}.zones: Invalid value: must be as many as copies`, { memcached: { zones: ['a'] } }],
  [`${MAIN}.zones: Invalid value: must be different`, { memcached: { ...ZONED, zones: ['a', 'b', 'a'] } }],
  [
    `${MAIN}.zones: Too many: 11: must have at most 10 items`,
    { memcached: { copies: 11, zones: [...TEN, 'x'] } },
  ],
  [`${MAIN}.zones[0]: Invalid value: "a b"`, { memcached: { copies: 2, zones: ['a b', 'c'] } }],
  [`${MAIN}.zones[0]: Invalid value: ""`, { memcached: { copies: 2, zones: ['', 'c'] } }],
  [
    `${MAIN}.zones: Invalid value: must be left out with external`,
    { memcached: { external: [{ host: 'a' }], zones: ['a', 'b'] } },
  ],
  [`${MAIN}.copies: Invalid value: must be 1 with gutter`, { memcached: { ...ZONED, gutter: {} } }],
  [
    `${MAIN}.copies: Invalid value: must be 1 with warmUp`,
    { memcached: { ...ZONED, warmUp: { from: 'a' } }, pools: [{ name: 'a', shards: 1 }] },
  ],
  [
    `${MAIN}.replicasOf: Invalid value: must be Shards, or left out, with zones`,
    { memcached: { ...ZONED, shards: 1, replicasOf: 'Copies' } },
  ],
  [
    `${MAIN}.zones: Invalid value: all pools that have zones`,
    { memcached: ZONED, pools: [{ name: 'a', ...ZONED, zones: ['x', 'y', 'z'] }] },
  ],
  [
    'spec.pools: Invalid value: all pools that have zones',
    {
      pools: [
        { name: 'a', ...ZONED },
        { name: 'b', ...ZONED, zones: [...ZONES].reverse() },
      ],
    },
  ],
  [
    'spec.config: Invalid value: must be left out with zones',
    { memcached: ZONED, config: { route: 'NullRoute' } },
  ],
  [
    'spec.router.placement: Invalid value: must be Deployment with zones',
    { memcached: ZONED, router: { placement: 'Node' } },
  ],
  [
    'spec.router.autoscaling: Invalid value: must be left out with zones',
    { pools: [{ name: 'a', ...ZONED }], router: { autoscaling: { min: 3, max: 6, cpu: 70 } } },
  ],
  [
    'spec.router.replicas: Invalid value: must be at least 1 for each zone',
    { memcached: ZONED, router: { replicas: 2 } },
  ],
  [
    'spec.router.args: Invalid value: must have no --route-prefix with zones',
    { memcached: ZONED, router: { args: ['--route-prefix=/eu/a/'] } },
  ],
  [
    'spec.router.pod.nodeSelector: Invalid value: must have no topology.kubernetes.io/zone with zones',
    { memcached: ZONED, router: { pod: { nodeSelector: { [ZONE_LABEL]: 'eu-1a' } } } },
  ],
  [
    `${MAIN}.pod.nodeSelector: Invalid value: must have no topology.kubernetes.io/zone with zones`,
    { memcached: { ...ZONED, pod: { nodeSelector: { [ZONE_LABEL]: 'eu-1a' } } } },
  ],
  [
    `${MAIN}.maxConnections: Invalid value: must be at least 32 and twice`,
    { memcached: { copies: 10, zones: TEN, maxConnections: 64 } },
  ],
]
