import fc from 'fast-check'
import type { Settings } from '../../../schemas/fields.ts'
import { proxyThreads } from '../../../schemas/formats/proxy-threads.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { topologyOf } from '../../../schemas/layout.ts'
import { MAIN_POOL, type PodSettings, type Pool, type Routers } from '../../../schemas/mcrouter.ts'
import { memcachedResources, routerResources } from '../../../schemas/resources.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/)
const labels = fc.dictionary(word, word, { maxKeys: 3 })
const seconds = fc.integer({ min: 1, max: 2_592_000 })

/** What is said of the pods of a tier. */
export function podSettings(): fc.Arbitrary<PodSettings> {
  return fc.record({
    imagePullSecrets: fc.uniqueArray(fc.record({ name: word }), {
      maxLength: 2,
      selector: ({ name }) => name,
    }),
    nodeSelector: labels,
    tolerations: fc.array(
      fc.oneof(
        fc.record({ key: word, operator: fc.constant('Exists' as const) }),
        fc.record({
          key: word,
          value: word,
          effect: fc.constant('NoExecute' as const),
          tolerationSeconds: fc.nat(600),
        }),
      ),
      { maxLength: 2 },
    ),
    affinity: fc.option(
      fc.record({
        podAntiAffinity: fc.record({
          preferredDuringSchedulingIgnoredDuringExecution: fc.array(
            fc.record({
              weight: fc.integer({ min: 1, max: 100 }),
              podAffinityTerm: fc.record({
                topologyKey: word,
                labelSelector: fc.record({ matchLabels: labels }),
              }),
            }),
            { maxLength: 2 },
          ),
        }),
      }),
      { nil: undefined },
    ),
    topologySpreadConstraints: fc.uniqueArray(
      fc.record({
        topologyKey: word,
        maxSkew: fc.integer({ min: 1, max: 9 }),
        whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const),
      }),
      { maxLength: 2, selector: ({ topologyKey }) => topologyKey },
    ),
    priorityClassName: fc.option(word, { nil: undefined }),
    labels,
    annotations: labels,
  })
}

function routers(): fc.Arbitrary<Routers> {
  return fc
    .record({
      image: fc.constantFrom('example.com/mcrouter:1', 'mcrouter:2'),
      port: fc.integer({ min: 1024, max: 65_535 }),
      replicas: fc.integer({ min: 2, max: 8 }),
      isOnNodes: fc.boolean(),
      autoscaling: fc.option(
        fc.record({ min: fc.constantFrom(1, 2), cpu: fc.integer({ min: 1, max: 1000 }) }),
        { nil: undefined },
      ),
      release: fc.constantFrom('37' as const, '40' as const, '41' as const, 'current' as const),
      cpu: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      pod: podSettings(),
      threads: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      maxConnections: fc.integer({ min: 64, max: 1_000_000 }),
      timeouts: fc.record({
        serverMs: fc.option(fc.integer({ min: 10, max: 60_000 }), { nil: undefined }),
        connectMs: fc.integer({ min: 10, max: 60_000 }),
        untilDown: fc.integer({ min: 1, max: 100 }),
      }),
      debugFifoRoot: fc.constantFrom('', '/var/mcrouter/fifos'),
      args: fc.constantFrom([], ['--keepalive-count=3']),
      service: fc.record({
        type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
        labels,
        annotations: labels,
        ipFamilyPolicy: fc.constantFrom(undefined, 'PreferDualStack' as const),
        loadBalancerClass: fc.constantFrom(undefined, 'example.com/internal'),
        externalTrafficPolicy: fc.constantFrom(undefined, 'Local' as const),
      }),
    })
    .map(({ isOnNodes, autoscaling, cpu, threads, ...rest }) => {
      const resources = routerResources(cpu === undefined ? undefined : { limits: { cpu } })
      return {
        ...rest,
        ...(isOnNodes
          ? { placement: 'Node' as const, replicas: 2 }
          : autoscaling !== undefined && { autoscaling }),
        resources,
        threads: threads ?? proxyThreads(resources),
      }
    })
}

const external = fc.record({
  host: fc.constantFrom('10.8.0.4', 'c1.cache.example.com', 'fd00::1'),
  port: fc.integer({ min: 1, max: 65_535 }),
  tls: fc.boolean(),
})

const layout = fc.oneof(
  fc.record({ shards: fc.integer({ min: 1, max: 9 }), copies: fc.constant(1) }),
  fc.record({ shards: fc.constant(1), copies: fc.integer({ min: 2, max: 5 }) }),
  fc.record({ shards: fc.integer({ min: 2, max: 5 }), copies: fc.integer({ min: 2, max: 5 }) }),
)

const ZONES = ['eu-1a', 'eu-1b', 'eu-1c', 'eu-1d', 'eu-1e']

function pool(name: string, others: readonly string[]): fc.Arbitrary<Pool> {
  const another = fc.constantFrom(...others)
  return fc
    .record({
      layout,
      isZoned: fc.boolean(),
      external: fc.oneof(fc.constant([]), fc.array(external, { maxLength: 3 })),
      writes: fc.constantFrom('Available' as const, 'Strict' as const),
      onMiss: fc.constantFrom('Miss' as const, 'AskCopies' as const, 'Refill' as const),
      gutter: fc.option(fc.record({ pool: another, ttlSeconds: seconds }), { nil: undefined }),
      warmUp: fc.option(fc.record({ from: another, ttlSeconds: seconds }), { nil: undefined }),
      image: fc.constantFrom('memcached:1.6', 'example.com/memcached:1.5'),
      port: fc.integer({ min: 1024, max: 65_535 }),
      memoryMb: fc.integer({ min: 64, max: 8192 }),
      chunks: fc.integer({ min: 1, max: 64 }),
      maxConnections: fc.integer({ min: 1024, max: 4096 }),
      threads: fc.integer({ min: 1, max: 64 }),
      args: fc.constantFrom([], ['-R', '40']),
      minReadySeconds: fc.nat(3600),
      memory: fc.option(fc.integer({ min: 100, max: 200 }), { nil: undefined }),
      pod: podSettings(),
    })
    .map(({ layout: own, isZoned, gutter, warmUp, chunks, memory, ...rest }) => {
      const held = rest.external.length > 0 ? { shards: rest.external.length, copies: 1 } : own
      const zones = isZoned && held.copies > 1 ? ZONES.slice(0, held.copies) : []
      const given = memory === undefined ? undefined : { limits: { memory: `${memory}Gi` } }
      return {
        ...rest,
        name,
        ...held,
        zones,
        topology: zones.length > 0 ? 'sharded' : topologyOf(held),
        ...(gutter !== undefined && held.copies === 1 && { gutter }),
        ...(warmUp !== undefined && held.copies === 1 && { warmUp }),
        maxItemSize: chunks % 2 === 0 ? `${chunks / 2}m` : `${chunks * 512}k`,
        resources: memcachedResources(rest.memoryMb, rest.maxConnections, given),
      }
    })
}

/** What a Mcrouter can be, without a thought for what pools may be to each other. */
export function settings(): fc.Arbitrary<Settings> {
  return fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).chain((names) => {
    const all = [MAIN_POOL, ...names.filter((name) => name !== MAIN_POOL)]
    return fc
      .record({
        routers: routers(),
        main: pool(MAIN_POOL, all),
        others: fc.tuple(...all.slice(1).map((name) => pool(name, all))),
        prefixes: fc.uniqueArray(
          fc.record({ prefix: word.map((text) => `${text}:`), pool: fc.constantFrom(...all) }),
          { maxLength: 3, selector: ({ prefix }) => prefix },
        ),
        config: fc.option(ownConfig(), { nil: undefined, freq: 3 }),
        paused: fc.boolean(),
      })
      .map(
        ({ routers, main, others, prefixes, config, paused }): Settings =>
          // Records have no prototype, unlike what JSON.parse makes.
          structuredClone({
            routers,
            pools: [main, ...others],
            prefixes,
            ...(config !== undefined && { config }),
            ...(paused && { paused }),
          }),
      )
  })
}

/** Any JSON: no conversion reads it. */
function ownConfig(): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom('pools', 'route', 'named_handles'), fc.jsonValue({ maxDepth: 3 }), {
    noNullPrototype: true,
  })
}
